"""Why there is no cut, in words."""

from exams.rules.standard.angoff import Incomplete
from exams.rules.standard.compromise import LEAST, NoCut, Reason


def missing(said: Incomplete) -> str:
    """What an Angoff round lacks; at most five ratings are named."""
    if not said.missing:
        return "A round needs at least two judges and one item."
    named = ", ".join(f"{judge} on {item}" for judge, item in said.missing[:5])
    more = f", and {len(said.missing) - 5} more" if len(said.missing) > 5 else ""
    return f"Not every judge has rated every item: {named}{more}."


def no_cut(said: NoCut) -> str:
    """Why the lines of a compromise don't meet."""
    match said.reason:
        case Reason.FEW_CANDIDATES:
            return (
                f"Fewer than {LEAST} candidates have a score. Their shares say too little to weigh against."
            )
        case Reason.FEW_JUDGES:
            return "At least two judges are needed."
        case Reason.NO_SPREAD:
            return (
                f"All judges want the same cut, {_points(said)}, and the same share to pass, {_share(said.wanted)}, "
                f"but {_share(said.share)} do. Nothing says which of the two should give way."
            )
        case Reason.TOO_MANY_PASS:
            return (
                f"The lines don't meet: even all {_points(said)} are reached by {_share(said.share)} of the "
                f"candidates, more than the {_share(said.wanted)} at which the judges' line ends."
            )
        case Reason.TOO_MANY_FAIL:
            return (
                f"The lines don't meet: at the lowest acceptable cut, {_points(said)}, already "
                f"{_share(said.share)} fail, and at most {_share(said.wanted)} may."
            )
        case Reason.TOO_FEW_FAIL:
            return (
                f"The lines don't meet: at the highest acceptable cut, {_points(said)}, only "
                f"{_share(said.share)} fail, and at least {_share(said.wanted)} should."
            )
        case Reason.CROSSED:
            return "The judges' least is above their most. Look at how the bounds were entered."


def _points(said: NoCut) -> str:
    assert said.at is not None, "a reason with a cut carries it"
    return f"{float(said.at):g} points"


def _share(share: object) -> str:
    return f"{100 * float(share):.1f} %"  # type: ignore[arg-type]
