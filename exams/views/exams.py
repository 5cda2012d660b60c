"""What is offered: an exam's public page, and a person's own exams."""

from fractions import Fraction

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from exams import access, itemtypes
from exams.itemtypes import single
from exams.models import Exam
from exams.queries import bank, cuts, eligibility, exams, sittings, windows
from exams.rules import outcome, retakes
from lms.billing import queries as billing
from lms.db import clock
from lms.kit import digests

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


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
    hang = (
        f", {scenarios * 5} of them on {scenarios} scenario{'s' if scenarios > 1 else ''}"
        if scenarios
        else ""
    )
    if exam.blueprint.pilots:
        hang += f"; up to {exam.blueprint.pilots} more are tried out and do not count"
    browser = [("Browser", "Safe Exam Browser only, on your own device")] if exam.safe_browser else []
    return [
        ("Items", f"{exam.blueprint.length}{hang}"),
        ("Time", f"{exam.minutes} minutes"),
        ("To pass", _to_pass(exam, needed)),
        *_scale(exam),
        *_kinds(exam),
        *browser,
        ("Sat", "in windows, at a time that you choose" if exam.windowed else "at any time"),
    ]


def _kinds(exam: Exam) -> list[tuple[str, str]]:
    """The kinds of items in words; nothing where the blueprint names none and may draw on any."""
    names = [itemtypes.of(kind).NAME.lower() for kind in exam.blueprint.kinds]
    return [("Kind of item" if len(names) == 1 else "Kinds of items", ", ".join(names))] if names else []


def _worth(exam: Exam) -> list[str]:
    """What items are worth, where not the same: `to apply: 2 times`."""
    titles = {d.number: f"{d.number} {d.title}" for d in exams.domains(exam)}
    said = []
    for one in bank.worth(exam.blueprint):
        of = f"domain {titles.get(one.domain, one.domain)}" if one.domain else ""
        what = itemtypes.of(one.kind).NAME.lower() if one.kind else f"to {one.level}" if one.level else of
        said.append(f"{what}: {one.points} times")
    return said


def _to_pass(exam: Exam, needed: cuts.Needed) -> str:
    if not needed.own:
        return f"{outcome.percent(exam.cut, Fraction(1))} % of the points"
    spread = "" if needed.least == needed.most else f" to {needed.most}"
    return f"{needed.least}{spread} of {needed.out_of} points"


def _scale(exam: Exam) -> list[tuple[str, str]]:
    scale = exam.scale
    if scale is None:
        return []
    return [("Scaled score", f"{scale.lowest} to {scale.highest}; {scale.anchor} passes, whatever the form")]


def _minima(exam: Exam) -> list[tuple[str, int]]:
    """Each domain that has a minimum, and it in percent."""
    least = {minimum["domain"]: minimum["percent"] for minimum in exam.minima}
    return [(f"{d.number} {d.title}", least[d.number]) for d in exams.domains(exam) if d.number in least]


def _levels(exam: Exam) -> str:
    """The weights of the cognitive levels: `to understand (25 %), to apply (45 %) and to analyse (30 %)`; or nothing."""
    weights = {level["level"]: level["weight"] for level in exam.blueprint.levels if level["weight"]}
    total = Fraction(sum(weights.values()))
    said = [f"to {level} ({outcome.percent(Fraction(n), total)} %)" for level, n in weights.items()]
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)


def _waits(exam: Exam) -> list[tuple[str, str]]:
    """Each wait in words, and after which failure it comes; the last one holds for every later one."""
    waits = [retakes.words(wait) for wait in exam.waits]
    if len(waits) == 1:
        return [(waits[0], "every")]
    names = [ORDINALS[place] if place < len(ORDINALS) else f"{place + 1}th" for place in range(len(waits))]
    after = [f"the {name}" for name in names[:-1]] + [f"the {names[-1]} and every later" for _ in names[-1:]]
    return list(zip(waits, after, strict=True))


def _price(exam: Exam) -> billing.ProductOffer | None:
    return billing.offer_of(exam.product_key) if exam.product_key else None
