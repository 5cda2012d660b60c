"""What a score run says: worked out from form, key and responses, when it is made and whenever it is replayed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exams.rules import responses, scoring, verification
from exams.rules.acceptance import Event
from exams.rules.responses import Response
from exams.rules.scoring import Mark, Placed, Score
from exams.rules.standard import scaling
from exams.rules.standard.scaling import Scale
from exams.rules.verification import Run
from lms.kit import digests


@dataclass(frozen=True)
class Paper:
    """What of a form counts for marking."""

    digest: str
    placed: tuple[Placed, ...]


@dataclass(frozen=True)
class Standard:
    """What a run's points are held against: the cut as a share of the points, and the exam's scale where it has one."""

    cut: Fraction
    scale: Scale | None = None


@dataclass(frozen=True)
class Given:
    """The points that people gave for the response at a position, and what of them for each criterion by its id. `digest` is
    that of the response, `final` says which of their decisions it is."""

    position: int
    digest: str
    points: Fraction
    final: int
    criteria: tuple[tuple[str, Fraction], ...] = ()


@dataclass(frozen=True)
class Worked:
    """A run as it comes out. `detail` is plain JSON: `marks` has position, domain, points and maximum as two pairs
    of whole numbers, and whether there was a response; `pilots` has the same of items that are tried out, and is there
    only where there are any; `domains` has number, the same pairs, and how many items;
    `standard` has the cut as a pair, and with a scale its three numbers and the scaled score as a pair."""

    score: Score
    detail: dict[str, list[list[Any]]]
    digest: str

    @property
    def raw(self) -> Fraction:
        return self.score.raw

    @property
    def maximum(self) -> Fraction:
        return self.score.maximum


def paper(digest: str, package: Mapping[str, Any]) -> Paper:
    """From a form's digest and its package."""
    return Paper(
        digest,
        tuple(
            Placed(
                item["position"],
                item["domain"],
                item["kind"],
                bool(item.get("pilot")),
                Fraction(item["weight"]) if item.get("weight", 1) != 1 else scoring.ONE,
            )
            for item in package["items"]
        ),
    )


def work_out(
    paper: Paper,
    keys: Mapping[str, Any],
    events: Sequence[Response],
    admitted: Sequence[Event] = (),
    given: Sequence[Given] = (),
    *,
    standard: Standard | None = None,
    keys_digest: str | None = None,
) -> Worked:
    """Marks by `keys` the responses that count among `events` and `admitted`, which never reached the server, and holds
    the points against `standard`; runs from before there was one have none.

    What people mark gets what they gave for that very response, the last of `given` for it. `keys_digest` is that of `keys`,
    from whoever has it already.
    """
    values = responses.current([*events, *admitted])
    marked = by_people(values, given)
    score = scoring.score(paper.placed, keys, values, {at: one.points for at, one in marked.items()})
    detail: dict[str, list[list[Any]]] = {
        "marks": [_row(mark) for mark in score.marks],
        "domains": [[d.domain, *d.raw.as_integer_ratio(), *d.maximum.as_integer_ratio(), d.items]
                    for d in score.domains],
    }  # fmt: skip
    if score.pilots:
        detail["pilots"] = [_row(mark) for mark in score.pilots]
    if admitted:
        # What counted though it never reached the server stands in the run itself.
        detail["admitted"] = [[e.epoch, e.seq, e.position, e.value] for e in admitted]
    counted = [mark.position for mark in score.marks if mark.position in marked and mark.maximum]
    if counted:
        detail["given"] = [[at, *marked[at].points.as_integer_ratio(), marked[at].final] for at in counted]
    if standard:
        detail["standard"] = _held(score, standard)
    digest = verification.run_digest(
        form_digest=paper.digest,
        keys_digest=keys_digest or digests.digest(keys),
        values=values,
        detail=detail,
    )
    return Worked(score, detail, digest)


def _row(mark: Mark) -> list[Any]:
    points, most = (mark.points or Fraction(0)).as_integer_ratio(), mark.maximum.as_integer_ratio()
    return [mark.position, mark.domain, *points, *most, mark.answered]


def response_digest(value: Any) -> str:
    """What binds a script to the response that people mark in it."""
    return digests.digest({"response": value})


def by_people(values: Mapping[int, Any], given: Sequence[Given]) -> dict[int, Given]:
    """By position, what people gave for the very response that counts; the last where there are several."""
    if not given:
        return {}
    bound = {at: response_digest(values[at]) for at in {one.position for one in given} & values.keys()}
    return {one.position: one for one in given if bound.get(one.position) == one.digest}


def difference(run: Run, paper: Paper, events: Sequence[Response], given: Sequence[Given] = ()) -> str | None:
    """The first thing in which a run that is kept differs from what comes out today, as the rest of a sentence
    that begins with the run; None where it is the same in every bit. `given` is what the marks of people come to
    today, whether or not the run knew of it."""
    try:
        admitted = [Event(*row) for row in run.detail.get("admitted", [])]
        known = {row[3] for row in run.detail.get("given", [])}
        counted = [one for one in given if one.final in known]
        worked = work_out(paper, run.keys, events, admitted, counted, standard=standard_of(run.detail))
    except (
        TypeError,
        KeyError,
        ValueError,
        ZeroDivisionError,
    ):  # somebody else wrote these rows: they are no key or no events of ours
        return "can't be worked out from the form, the key and the responses that are kept"
    for kept, found in zip(run.detail.get("marks", ()), worked.detail["marks"], strict=False):
        if kept != found:
            return f"has {_points(kept)} at position {found[0]} and comes to {_points(found)}"
    if run.detail.get("standard") != worked.detail.get("standard"):
        return "has another scaled score than comes out"
    if run.detail != worked.detail:
        return "has other items, domains or admitted answers than come out"
    if (run.raw, run.maximum) != (worked.raw, worked.maximum):
        return f"has {run.raw} of {run.maximum} points and comes to {worked.raw} of {worked.maximum}"
    if run.digest != worked.digest:
        return "has the points that come out, but another digest: other responses gave the same points"
    return None


def standard_of(detail: Mapping[str, Any]) -> Standard | None:
    """What the points of a run that is kept were held against."""
    said: list[Any] = detail.get("standard") or []
    if not said:
        return None
    scale = Scale(*said[1]) if len(said) > 1 else None
    return Standard(Fraction(*said[0]), scale)


def scaled_of(detail: Mapping[str, Any]) -> Fraction | None:
    """The exact scaled score of a run that is kept; None for one without a scale."""
    said: list[Any] = detail.get("standard") or []
    return Fraction(*said[2]) if len(said) > 2 else None


def _held(score: Score, standard: Standard) -> list[list[Any]]:
    found: list[list[Any]] = [list(standard.cut.as_integer_ratio())]
    if scale := standard.scale:
        came = scaling.exact(score.raw, cut=standard.cut * score.maximum, maximum=score.maximum, scale=scale)
        found += [[scale.lowest, scale.anchor, scale.highest], list(came.as_integer_ratio())]
    return found


def _points(row: Sequence[Any]) -> str:
    try:
        return f"{Fraction(*row[2:4])} of {Fraction(*row[4:6])} points"
    except (TypeError, ZeroDivisionError):
        return "no points that could be read"
