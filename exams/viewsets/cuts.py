"""The cut of a form in the Wagtail admin: judges rate, and two persons set it."""

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods, require_POST

from exams import access
from exams.actions import cuts, studies
from exams.documents.tables import shown
from exams.forms.cuts import ReasonForm, ratings
from exams.models import CutStudy, Form, FormCut
from exams.queries import cuts as queries
from exams.queries import papers
from exams.rules import outcome
from exams.rules.standard import wording
from exams.rules.standard.angoff import Incomplete, Round
from exams.rules.standard.compromise import NoCut
from exams.rules.standard.equated import CannotEquate
from exams.rules.statistics import estimates
from exams.states import CutMethod, CutState, StudyState
from lms.accounts import queries as people
from lms.kit.machine import IllegalMove

REFUSALS: dict[type[Exception], str] = {
    studies.StudyRunning: "A study of this form is running already.",
    studies.AlreadySet: "This form has a cut of its own, or one waits for a second person.",
    studies.AlreadyMarked: "A sitting of this form is marked. Its cut can't be set any more.",
    cuts.SamePerson: "You proposed this cut. Another examiner must approve it.",
    studies.NotAJudge: "Only who rated in the first round rates in the second.",
    studies.SatThisForm: "You have sat this form yourself. Others set its cut.",
    cuts.BatchWaiting: "A batch of results of this form waits for its second examiner. Decide on it first.",
    cuts.Changed: "What the cut is worked out from has changed since you looked. Look at it as it is now.",
    cuts.NotItsExam: "A form is equated to another form of its exam.",
    studies.BadWish: "Whole points of the form and whole percentages are needed, and no least above its most.",
    IllegalMove: "That is not open as it stands now.",
}


@require_http_methods(["GET", "HEAD"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """The cut of a form: which one holds, what was proposed, and what its studies came to."""
    form = form_of(request, pk)
    studies = list(CutStudy.objects.filter(form=form).order_by("-id"))
    asked = list(
        FormCut.objects.filter(form=form)
        .select_related("proposed_by", "decided_by", "reference")
        .defer("reference__package", "reference__keys", "reference__shapes")
        .order_by("-id")
    )
    share, most = queries.of_form(form.pk, form.exam), sum(queries.points(form).values(), Fraction(0))
    waiting = next((cut for cut in asked if cut.state == CutState.PROPOSED), None)
    context = {
        "form": form,
        "needed": outcome.needed(maximum=most, cut=share),
        "maximum": outcome.shown(most),
        "percent": f"{float(100 * share):.2f}",
        "own": any(cut.state == CutState.APPROVED for cut in asked),
        "cuts": [(cut, f"{float(100 * cut.cut):.2f}") for cut in asked],
        "preview": queries.preview(form.pk, waiting.cut) if waiting and not waiting.by_judges_alone else None,
        "methods": [CutMethod.ANGOFF, CutMethod.BEUK, CutMethod.HOFSTEE],
        "studies": [_study_row(study, form) for study in studies],
        "may": access.may(request.user, access.ASSEMBLE, form.exam.blueprint.bank),
        "judges": access.may(request.user, access.REVIEW, form.exam.blueprint.bank),
        "running": any(study.state != StudyState.CLOSED for study in studies),
        "waiting": waiting is not None,
        "decline_form": ReasonForm(auto_id="decline_%s"),
        "propose_form": ReasonForm(auto_id="propose_%s"),
        "header_title": f"Cut of {form.exam.title}, form {form.number}",
    }
    return render(request, "exams/bank/cut.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """A judge's own ratings of the round that is running; what others said only in the second."""
    study = get_object_or_404(studies_of(request), pk=pk, method=CutMethod.ANGOFF)
    form = study.form
    if not access.may(request.user, access.REVIEW, form.exam.blueprint.bank):
        raise PermissionDenied
    posted, wrong = ratings(request.POST, form) if request.method == "POST" else ({}, [])
    if request.method == "POST" and not wrong:
        said = attempt(
            request, lambda: studies.rate(study_uuid=study.uuid, judge_id=access.me(request), percents=posted)
        )
        if said is not None:
            left = len(form.scored) - said
            more = f"{left} still to be rated." if left else "That is all of them."
            messages.success(request, f"{said} ratings are saved. {more}")
        return redirect("exams_bank:cut", form.pk)
    context = {
        "study": study,
        "form": form,
        "parts": _rows(request, study, form),
        "wrong": wrong,
        "header_title": f"{study.get_state_display()}: {form.exam.title}, form {form.number}",
    }
    return render(request, "exams/bank/rate.html", context, status=400 if wrong else 200)


@require_POST
def open_study(request: HttpRequest, pk: int) -> HttpResponse:
    form = form_of(request, pk, office=access.ASSEMBLE)
    said = request.POST.get("method", CutMethod.ANGOFF)
    if said not in (CutMethod.ANGOFF, CutMethod.BEUK, CutMethod.HOFSTEE):
        raise Http404
    act = partial(studies.open_study, form_id=form.pk, by_id=access.me(request), method=said)
    if attempt(request, act):
        messages.success(
            request, "The study is open. Its judges, who review items here, may say what they want."
        )
    return redirect("exams_bank:cut", form.pk)


@require_POST
def move_study(request: HttpRequest, pk: int, event: str) -> HttpResponse:
    """Begins the second round, or closes the study."""
    study = get_object_or_404(studies_of(request), pk=pk)
    refuse_unless(request, study.form, access.ASSEMBLE)
    act = {"go on": studies.go_on, "close": studies.close, "end": studies.end}[event]
    if attempt(request, lambda: act(study_uuid=study.uuid, by_id=access.me(request))):
        messages.success(
            request, "The second round has begun." if event == "go on" else "The study is closed."
        )
    return _back(study)


@require_POST
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    study = get_object_or_404(studies_of(request), pk=pk)
    refuse_unless(request, study.form, access.ASSEMBLE)
    said = ReasonForm(request.POST)
    if not said.is_valid():
        messages.error(request, "Say why this is the cut, in at most 1,000 characters. Nothing was changed.")
    elif attempt(
        request,
        lambda: cuts.propose(
            study_uuid=study.uuid,
            by_id=access.me(request),
            reason=said.cleaned_data["reason"],
            looked_at=request.POST.get("looked_at", ""),
        ),
    ):
        messages.success(request, "The cut is proposed. A second examiner approves or declines it.")
        return redirect("exams_bank:cut", study.form_id)
    return _back(study)


@require_POST
def decide(request: HttpRequest, pk: int, event: str) -> HttpResponse:
    """Approves or declines a proposed cut."""
    cut = get_object_or_404(
        FormCut.objects.select_related("form__exam__blueprint__bank"),
        pk=pk,
        form__exam__blueprint__bank__in=access.banks(request.user),
    )
    refuse_unless(request, cut.form, access.ASSEMBLE)
    said = ReasonForm(request.POST)
    if event == "decline" and not said.is_valid():
        messages.error(request, "Say why you decline it, in at most 1,000 characters. Nothing was changed.")
        return redirect("exams_bank:cut", cut.form_id)
    me = access.me(request)

    def act() -> FormCut:
        if event == "approve":
            return cuts.approve(cut_uuid=cut.uuid, by_id=me)
        return cuts.decline(cut_uuid=cut.uuid, by_id=me, reason=said.cleaned_data["reason"])

    if attempt(request, act):
        became = {"approve": "is approved: sittings of this form are marked by it", "decline": "is declined"}
        messages.success(request, f"The cut {became[event]}.")
    return redirect("exams_bank:cut", cut.form_id)


def attempt[T](request: HttpRequest, act: Callable[[], T]) -> T | None:
    """What the action returns; None where it refused, in words on the next page."""
    try:
        return act()
    except Incomplete as lacking:
        messages.error(request, f"Not yet. {wording.missing(_named(lacking))} Nothing was changed.")
    except NoCut as lacking:
        messages.error(request, f"{wording.no_cut(lacking)} Nothing was changed.")
    except CannotEquate as lacking:
        messages.error(request, f"{wording.cannot_equate(lacking)} Nothing was changed.")
    except tuple(REFUSALS) as refused:
        messages.error(request, f"{REFUSALS[type(refused)]} Nothing was changed.")
    return None


def _back(study: CutStudy) -> HttpResponse:
    """To the page on which the study is looked at."""
    if study.method == CutMethod.ANGOFF:
        return redirect("exams_bank:cut", study.form_id)
    return redirect("exams_bank:panel", study.pk)


def _named(lacking: Incomplete) -> Incomplete:
    """With the judges' names, and positions as items."""
    cards = people.cards({int(judge) for judge, _ in lacking.missing})
    return Incomplete(
        [(cards[int(judge)].display_name, f"item {position}") for judge, position in lacking.missing]
    )


def _study_row(study: CutStudy, form: Form) -> dict[str, Any]:
    if study.method != CutMethod.ANGOFF:
        return {"study": study, "panel": True}
    first, second = queries.sheets(study)
    rounds: list[tuple[int, dict[str, Any] | None, str]] = []
    for sheet in (first, second):
        try:
            rounds.append((sheet.number, _round(queries.judged(sheet, first, form)), ""))
        except Incomplete as lacking:
            if sheet.ratings and study.state != StudyState.FIRST:
                rounds.append((sheet.number, None, wording.missing(_named(lacking))))
    return {
        "study": study,
        "rounds": rounds if study.state != StudyState.FIRST else [],
        "judges": len(first.ratings),
    }


def _round(found: Round) -> dict[str, Any]:
    cards = people.cards({int(judge.name) for judge in found.judges})
    return {
        "cut": f"{float(found.cut):.2f}",
        "maximum": f"{float(found.maximum):g}",
        "percent": f"{float(100 * found.cut / found.maximum):.2f}",
        "error": f"{found.error:.2f}",
        "between": shown(found.between),
        "single": shown(found.single),
        "mean": shown(found.mean),
        "spread": f"{found.spread:.1f}",
        "judges": [
            (cards[int(judge.name)].display_name, f"{float(judge.cut):.2f}", shown(judge.with_others))
            for judge in found.judges
        ],
    }


def _rows(request: HttpRequest, study: CutStudy, form: Form) -> list[dict[str, Any]]:
    """Each part of the paper with what the judge said of its items, and in the second round what the others did."""
    first, second = queries.sheets(study)
    me = str(access.me(request))
    mine = second.ratings.get(me) or first.ratings.get(me) or {}
    show_others = study.state == StudyState.SECOND
    return [
        {
            "part": part,
            "items": [
                {
                    "item": item,
                    "right": [option.letter for option in item.options if _is_right(form, item, option.id)],
                    "mine": request.POST.get(f"rating-{item.position}", mine.get(str(item.position), "")),
                    "others": _mean(first.others(str(item.position), without=me)) if show_others else "",
                    "title": Truncator(item.stem).chars(60),
                }
                for item in part.items
                if item.position not in form.pilots
            ],
        }
        for part in papers.paper(form.package, {}).parts
    ]


def _mean(said: list[int]) -> str:
    """In percent, with the interval in which the mean of such judges lies; one alone has none."""
    if len(said) < 2:
        return f"{said[0]}" if said else ""
    mean = estimates.mean(said).within(0, 100)
    return f"{mean.known:.1f} ({mean.low:.1f} to {mean.high:.1f})"


def _is_right(form: Form, item: papers.PaperItem, option: str) -> bool:
    return option in form.keys[str(item.position)].get("right", ())


def studies_of(request: HttpRequest) -> Any:
    return CutStudy.objects.select_related("form__exam__blueprint__bank").filter(
        form__exam__blueprint__bank__in=access.banks(request.user)
    )


def form_of(request: HttpRequest, pk: int, *, office: str = "") -> Form:
    form = get_object_or_404(
        Form.objects.select_related("exam__blueprint__bank"),
        pk=pk,
        exam__blueprint__bank__in=access.banks(request.user),
    )
    if office:
        refuse_unless(request, form, office)
    return form


def refuse_unless(request: HttpRequest, form: Form, office: str) -> None:
    if not access.may(request.user, office, form.exam.blueprint.bank):
        raise PermissionDenied
