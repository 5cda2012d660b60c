"""Why there is no cut, in words."""

from exams.rules.standard.angoff import Incomplete
from exams.rules.standard.compromise import LEAST, NoCut, Reason
from exams.rules.standard.equated import CannotEquate, Method
from exams.rules.standard.equated import Reason as NotEquated
from exams.rules.statistics.estimates import FEWEST

SAME_GROUPS = "Assumes that who sat which form was left to chance, so that both groups are equally able."
METHODS = {
    Method.MEAN: ("Mean", f"A form is harder by the same number of points everywhere. {SAME_GROUPS}"),
    Method.LINEAR: ("Linear", f"Means and standard deviations are matched. {SAME_GROUPS}"),
    Method.EQUIPERCENTILE: (
        "Equipercentile",
        f"Percentile ranks are matched. {SAME_GROUPS} Best with hundreds.",
    ),
    Method.TUCKER: (
        "Tucker",
        "Groups may differ. Assumes that points regress on those of the shared items alike in both.",
    ),
    Method.LEVINE: (
        "Levine, observed score",
        "Groups may differ, even much. Assumes that true points of form and shared items go together perfectly.",
    ),
    Method.CHAINED_LINEAR: (
        "Chained linear",
        "Groups may differ. Goes from the form to the shared items and from them to the other form, by lines.",
    ),
    Method.CHAINED_EQUIPERCENTILE: (
        "Chained equipercentile",
        "Groups may differ. Goes by way of the shared items, by percentile ranks; best with hundreds.",
    ),
}


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


def cannot_equate(said: CannotEquate) -> str:
    """Why the cut of one form can't be carried over to another."""
    match said.reason:
        case NotEquated.FEW_HERE:
            return f"{said.found:g} sittings of this form are marked. Below {FEWEST} nothing is said."
        case NotEquated.FEW_THERE:
            return f"{said.found:g} sittings of the other form are marked. Below {FEWEST} nothing is said."
        case NotEquated.NO_ANCHOR:
            return "The two forms share no item with the same key. Choose a method for groups left to chance."
        case NotEquated.TOO_FINE:
            return f"The points come in parts of 1/{said.found:g}, too fine for tables of scores."
        case NotEquated.NOT_SETTLED:
            return "The method gives no number: everybody has the same score, or it hangs on a handful of persons."
        case NotEquated.OUTSIDE:
            return f"The cut would be {said.found:.2f} points, which is outside of the form's."


def _points(said: NoCut) -> str:
    assert said.at is not None, "a reason with a cut carries it"
    return f"{float(said.at):g} points"


def _share(share: object) -> str:
    return f"{100 * float(share):.1f} %"  # type: ignore[arg-type]
