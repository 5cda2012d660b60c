"""Forms of exams in the Wagtail admin: assemble the next ones, see what was proved of them, open and retire them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from exams import access
from exams.actions import assembly
from exams.models import Exam, Form
from exams.queries import bank, languages
from exams.rules import blueprint as blueprints
from exams.rules.assembly import CannotAssemble, wording
from exams.rules.languages import NAMES, Untranslated
from exams.states import FORM, FormState, Level
from exams.viewsets.languages import untranslated
from lms.kit.machine import IllegalMove

PARALLEL = ("1", "2", "3", "4")


@require_http_methods(["GET", "HEAD"])
def listing(request: HttpRequest) -> HttpResponse:
    """Every exam of the person's banks with its blueprint, the live items that it may draw on, and its forms."""
    if not access.works_in_banks(request.user):
        raise PermissionDenied
    exams = Exam.objects.filter(blueprint__bank__in=access.banks(request.user)).select_related(
        "blueprint__bank"
    )
    context = {
        "rows": [_row(request, exam) for exam in exams.prefetch_related("forms")],
        "header_title": "Forms of exams",
    }
    return render(request, "exams/bank/forms.html", context)


@require_POST
def assemble(request: HttpRequest, pk: int) -> HttpResponse:
    exam = get_object_or_404(Exam, pk=pk, blueprint__bank__in=access.banks(request.user))
    _refuse_unless_assembler(request, exam)
    asked = str(request.POST.get("forms", "1"))
    if asked not in PARALLEL:
        messages.error(
            request, f"Between 1 and {len(PARALLEL)} forms are assembled at once. Nothing was changed."
        )
        return redirect("exams_bank:forms")
    try:
        made = assembly.assemble_parallel(exam_id=exam.pk, actor_id=access.me(request), forms=int(asked))
    except CannotAssemble as lacking:
        messages.error(request, f"No form could be assembled. {_words(lacking)} Nothing was changed.")
    else:
        messages.success(request, _assembled(exam, [form.number for form in made]))
    return redirect("exams_bank:forms")


@require_http_methods(["GET", "HEAD"])
def show(request: HttpRequest, pk: int) -> HttpResponse:
    """A form's proof: what the blueprint asked beside what the form has, and how it was found."""
    form = get_object_or_404(
        Form.objects.select_related("exam__blueprint__bank", "assembled_by").defer(
            "package", "shapes", "keys"
        ),
        pk=pk,
        exam__blueprint__bank__in=access.banks(request.user),
    )
    titles = {d["number"]: d["title"] for d in form.exam.blueprint.domains}
    context = {
        "form": form,
        "proof": form.proof,
        "cells": [
            (
                _cell_title(titles, cell["domain"], cell["level"]),
                _count(cell["least"], cell["most"]),
                cell["found"],
            )
            for cell in form.proof.get("cells", ())
        ],
        "languages": [
            (NAMES[row.language], row) for row in form.languages.defer("package").order_by("language")
        ],
        "lacking": [(NAMES[one], codes) for one, codes in languages.lacking(form).items()],
        "may_add": form.state != FormState.RETIRED
        and access.may(request.user, access.ASSEMBLE, form.exam.blueprint.bank)
        and bool(set(form.exam.languages) - set(form.languages.values_list("language", flat=True))),
        "header_title": f"{form.exam.title}, form {form.number}",
    }
    return render(request, "exams/bank/form.html", context)


@require_POST
def move(request: HttpRequest, pk: int, event: str) -> HttpResponse:
    """Opens or retires a form."""
    form = get_object_or_404(
        Form.objects.select_related("exam"), pk=pk, exam__blueprint__bank__in=access.banks(request.user)
    )
    _refuse_unless_assembler(request, form.exam)
    act = {"open": assembly.open_form, "retire": assembly.retire_form}[event]
    try:
        act(form_id=form.pk, actor_id=access.me(request))
    except Untranslated as missing:
        messages.error(request, untranslated(missing))
    except IllegalMove:
        messages.error(request, "This form can't be moved that way as it stands. Nothing was changed.")
    else:
        messages.success(
            request, f"Form {form.number} of {form.exam.title} is {'open' if event == 'open' else 'retired'}."
        )
    return redirect("exams_bank:forms")


def _row(request: HttpRequest, exam: Exam) -> dict[str, object]:
    blueprint = exam.blueprint
    stock = bank.stock(blueprint)
    there = [*stock.pieces, *(piece for one in stock.sets for piece in one.pieces)]
    weights = {d["number"]: d["weight"] for d in blueprint.domains}
    titles = {d["number"]: d["title"] for d in blueprint.domains}
    return {
        "exam": exam,
        "cells": [
            {
                "title": _cell_title(titles, cell.domain, cell.level),
                "weight": "" if cell.level else f"{weights.get(cell.domain, 0)} %",
                "items": _count(cell.least, cell.most),
                "live": (live := sum(blueprints.is_in(piece, cell) for piece in there)),
                "lacks": live < cell.least,
            }
            for cell in blueprints.cells(stock.plan)
        ],
        "sets": len(stock.sets),
        "pilots": len(stock.pilots) + sum(len(one.pieces) for one in stock.pilot_sets),
        "worth": [
            (one.kind or one.level or f"domain {one.domain}", one.points) for one in bank.worth(blueprint)
        ],
        "forms": [
            (form, FORM.may(form.state, "open"), FORM.may(form.state, "retire")) for form in exam.forms.all()
        ],
        "parallel": PARALLEL,
        "may": access.may(request.user, access.ASSEMBLE, blueprint.bank),
    }


def _cell_title(titles: dict[int, str], domain: int, level: str) -> str:
    return f"— {Level(level).label}" if level else f"{domain} {titles.get(domain, '')}"


def _count(least: int, most: int) -> str:
    return str(least) if least == most else f"{least} to {most}"


def _words(lacking: CannotAssemble) -> str:
    if not lacking.conflicts:
        return (
            "The search met its limit without a form, and without a proof that there is none: ask for less."
        )
    return " ".join(wording.conflict(one, proved=lacking.proved) for one in lacking.conflicts)


def _assembled(exam: Exam, numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"Form {numbers[0]} of {exam.title} is assembled. Open it when you have looked at it."
    said = f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
    return f"Forms {said} of {exam.title} are assembled and share no item. Open them when you have looked at them."


def _refuse_unless_assembler(request: HttpRequest, exam: Exam) -> None:
    if not access.may(request.user, access.ASSEMBLE, exam.blueprint.bank):
        raise PermissionDenied
