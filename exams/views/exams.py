"""What is offered: an exam's public page, and a person's own exams."""

from fractions import Fraction

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from exams import access, itemtypes
from exams.itemtypes import single
from exams.models import Exam
from exams.queries import bank, cuts, eligibility, exams, sittings, windows
from exams.rules import outcome, retakes
from lms.billing import queries as billing
from lms.db import clock
from lms.kit import digests

ORDINALS = (
    gettext_lazy("the first"),
    gettext_lazy("the second"),
    gettext_lazy("the third"),
    gettext_lazy("the fourth"),
    gettext_lazy("the fifth"),
    gettext_lazy("the sixth"),
)
# What a level asks one to do.
DOING = {
    "understand": gettext_lazy("to understand"),
    "apply": gettext_lazy("to apply"),
    "analyse": gettext_lazy("to analyse"),
}


@require_safe
def exam(request: HttpRequest, key: str) -> HttpResponse:
    """Everything that a candidate should know before paying."""
    try:
        found = exams.exam(key)
    except exams.UnknownExam:
        raise Http404 from None
    person_id = request.user.pk
    needed = cuts.needed(found)
    context = {
        "exam": found,
        "seed": digests.digest({"exam": found.key}),
        "facts": _facts(found, needed),
        "one_choice": [single.KIND],
        "bars": [(f"{d.number} {d.title}", d.weight, None) for d in exams.domains(found)],
        "levels": _levels(found),
        "worth": _worth(found),
        "needed": needed,
        "minima": _minima(found),
        "percent": outcome.percent(found.cut, Fraction(1)),
        "waits": _waits(found),
        "windows": windows.ahead(found, at=clock.now()) if found.windowed else (),
        "price": _price(found),
        "agreement": exams.agreement(found),
        "practice": exams.offered_or_none(found.practice_key),
        "eligibility": eligibility.eligibility_of(found, person_id=person_id, at=clock.now())
        if person_id
        else None,
        "open_sitting": eligibility.open_sitting(found, person_id=person_id) if person_id else None,
        "latest": eligibility.latest_result(found, person_id=person_id) if person_id else None,
    }
    return render(request, "exams/exam.html", context)


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """A person's entries, sittings and results, and what else is offered."""
    mine = sittings.of_person(access.me(request))
    taken = {sitting.exam_id for sitting in mine}
    more = [found for found in exams.offered() if found.pk not in taken]
    return render(request, "exams/mine.html", {"sittings": mine, "more": more})


def _facts(exam: Exam, needed: cuts.Needed) -> list[tuple[str, str]]:
    scenarios = exam.blueprint.scenario_sets
    hang = ""
    if scenarios:
        facts = {"items": scenarios * 5, "scenarios": scenarios}
        hang = (
            ", "
            + ngettext(
                "%(items)s of them on %(scenarios)s scenario",
                "%(items)s of them on %(scenarios)s scenarios",
                scenarios,
            )
            % facts
        )
    if exam.blueprint.pilots:
        more = _("up to %(pilots)s more are tried out and do not count") % {"pilots": exam.blueprint.pilots}
        hang += f"; {more}"
    browser = [(_("Browser"), _("Safe Exam Browser only, on your own device"))] if exam.safe_browser else []
    return [
        (_("Items"), f"{exam.blueprint.length}{hang}"),
        (_("Time"), _("%(minutes)s minutes") % {"minutes": exam.minutes}),
        (_("To pass"), _to_pass(exam, needed)),
        *_scale(exam),
        *_kinds(exam),
        *browser,
        (_("Sat"), _("in windows, at a time that you choose") if exam.windowed else _("at any time")),
    ]


def _kinds(exam: Exam) -> list[tuple[str, str]]:
    """The kinds of items in words; nothing where the blueprint names none and may draw on any."""
    names = [gettext(itemtypes.of(kind).NAME.lower()) for kind in exam.blueprint.kinds]
    return (
        [(_("Kind of item") if len(names) == 1 else _("Kinds of items"), ", ".join(names))] if names else []
    )


def _worth(exam: Exam) -> list[str]:
    """What items are worth, where not the same: `to apply: 2 times`."""
    titles = {d.number: f"{d.number} {d.title}" for d in exams.domains(exam)}
    said = []
    for one in bank.worth(exam.blueprint):
        of = _("domain %(title)s") % {"title": titles.get(one.domain, one.domain)} if one.domain else ""
        what = gettext(itemtypes.of(one.kind).NAME.lower()) if one.kind else DOING.get(one.level, of)
        said.append(_("%(what)s: %(points)s times") % {"what": what, "points": one.points})
    return said


def _to_pass(exam: Exam, needed: cuts.Needed) -> str:
    if not needed.own:
        return _("%(percent)s %% of the points") % {"percent": outcome.percent(exam.cut, Fraction(1))}
    facts = {"least": needed.least, "most": needed.most, "out_of": needed.out_of}
    if needed.least == needed.most:
        return _("%(least)s of %(out_of)s points") % facts
    return _("%(least)s to %(most)s of %(out_of)s points") % facts


def _scale(exam: Exam) -> list[tuple[str, str]]:
    scale = exam.scale
    if scale is None:
        return []
    return [
        (
            _("Scaled score"),
            _("%(lowest)s to %(highest)s; %(anchor)s passes, whatever the form")
            % {"lowest": scale.lowest, "highest": scale.highest, "anchor": scale.anchor},
        )
    ]


def _minima(exam: Exam) -> list[tuple[str, int]]:
    """Each domain that has a minimum, and it in percent."""
    least = {minimum["domain"]: minimum["percent"] for minimum in exam.minima}
    return [(f"{d.number} {d.title}", least[d.number]) for d in exams.domains(exam) if d.number in least]


def _levels(exam: Exam) -> str:
    """The weights of the cognitive levels: `to understand (25 %), to apply (45 %) and to analyse (30 %)`; or nothing."""
    weights = {level["level"]: level["weight"] for level in exam.blueprint.levels if level["weight"]}
    total = Fraction(sum(weights.values()))
    said = [f"{DOING[level]} ({outcome.percent(Fraction(n), total)} %)" for level, n in weights.items()]
    if len(said) < 2:
        return "".join(said)
    return _("%(list)s and %(last)s") % {"list": ", ".join(said[:-1]), "last": said[-1]}


def _waits(exam: Exam) -> list[tuple[str, str]]:
    """Each wait in words, and after which failure it comes; the last one holds for every later one."""
    waits = [_wait(wait) for wait in exam.waits]
    if len(waits) == 1:
        return [(waits[0], _("every"))]
    after = [_ordinal(place) for place in range(len(waits))]
    after[-1:] = [_("%(which)s and every later") % {"which": which} for which in after[-1:]]
    return list(zip(waits, after, strict=True))


def _ordinal(place: int) -> str:
    if place < len(ORDINALS):
        return str(ORDINALS[place])
    return _("the %(number)sth") % {"number": place + 1}


def _wait(wait: retakes.Wait) -> str:
    """As `retakes.words`, in the language of the page."""
    parts = []
    if wait.months:
        parts.append(ngettext("%(count)s month", "%(count)s months", wait.months) % {"count": wait.months})
    if wait.days or not parts:
        parts.append(ngettext("%(count)s day", "%(count)s days", wait.days) % {"count": wait.days})
    return _("%(list)s and %(last)s") % {"list": parts[0], "last": parts[1]} if len(parts) > 1 else parts[0]


def _price(exam: Exam) -> billing.ProductOffer | None:
    return billing.offer_of(exam.product_key) if exam.product_key else None
