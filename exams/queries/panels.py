"""Reads about Beuk and Hofstee studies: what judges want, beside what candidates did."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exams.models import CutStudy, CutWish
from exams.queries import equating
from exams.rules.standard import compromise, equated
from exams.rules.standard.compromise import Bounds, Compromise, NoCut, Wish
from exams.states import CutMethod


def wishes(study: CutStudy) -> list[CutWish]:
    """What the judges of a Beuk or Hofstee study want, in the order of their first saying. One statement."""
    return list(CutWish.objects.filter(study=study).select_related("judge").order_by("pk"))


@dataclass(frozen=True)
class Panel:
    """A Beuk or Hofstee study beside what candidates did. `met` is None where there is no cut, for the reason `why`."""

    wishes: list[CutWish]
    scores: list[int]
    maximum: Fraction
    basis: dict[str, Any]
    met: Compromise | None
    why: NoCut | None

    @property
    def digest(self) -> str:
        return equating.digest(self.basis)

    @property
    def points(self) -> Fraction:
        """The cut to a hundredth of a point, as it is kept. Raises NoCut."""
        if self.met is None:
            assert self.why is not None, "one of the two is there"
            raise self.why
        return equated.hundredths(self.met.cut)

    @property
    def share(self) -> Fraction:
        """The cut as a share of the form's points. Raises NoCut."""
        return self.points / self.maximum

    @property
    def kept(self) -> dict[str, Any]:
        """What the cut is worked out from, and what came of it. Raises NoCut."""
        came = {"points": list(self.points.as_integer_ratio())}
        assert self.met is not None, "there are points"
        ends = {"low": self.met.between.low, "high": self.met.between.high}
        between = {end: f"{value:.4f}" for end, value in ends.items() if value is not None}
        return {"from": self.basis, "came": came | {"passing": f"{self.met.passing:.4f}"} | between}


def panel(study: CutStudy) -> Panel:
    """What a study comes to with everybody who is marked today. Three statements."""
    found, sat = wishes(study), equating.observed(study.form)
    scores = sorted(sat.whole)
    basis = {
        "method": str(study.method),
        "form": study.form.digest,
        "wishes": [
            [one.judge_id, one.least_cut, one.most_cut, one.least_share, one.most_share] for one in found
        ],
        "maximum": list(sat.maximum.as_integer_ratio()),
        "scores": [[score, many] for score, many in sorted(Counter(scores).items())],
    }
    try:
        came, why = met(study.method, found, scores, math.floor(sat.maximum)), None
    except NoCut as lacking:
        came, why = None, lacking
    return Panel(found, scores, sat.maximum, basis, came, why)


def met(method: str, found: Sequence[CutWish], scores: Sequence[int], maximum: int) -> Compromise:
    """Where wish and reality meet, in points. Raises NoCut."""
    if method == CutMethod.BEUK:
        wanted = [Wish(Fraction(one.least_cut), Fraction(one.least_share, 100)) for one in found]
        return compromise.beuk(wanted, scores, maximum)
    return compromise.hofstee([_bounds(one) for one in found], scores, maximum)


def _bounds(one: CutWish) -> Bounds:
    assert one.most_cut is not None and one.most_share is not None, (
        "the form asks a judge by Hofstee for both"
    )
    return Bounds(
        Fraction(one.least_cut),
        Fraction(one.most_cut),
        Fraction(one.least_share, 100),
        Fraction(one.most_share, 100),
    )
