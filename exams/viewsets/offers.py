"""Forms of exams in the Wagtail admin: assemble the next one, open it, retire it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from exams import access
from exams.actions import assembly
from exams.models import Exam, Form
from exams.queries import bank
from exams.rules.blueprint import CannotAssemble, allocate
from exams.states import FORM
from lms.kit.machine import IllegalMove


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
    try:
        form = assembly.assemble(exam_id=exam.pk, actor_id=access.me(request))
    except CannotAssemble as lacking:
        messages.error(request, f"No form could be assembled. {_words(lacking)} Nothing was changed.")
    else:
        messages.success(
            request, f"Form {form.number} of {exam.title} is assembled. Open it when you have looked at it."
        )
    return redirect("exams_bank:forms")


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
    there: dict[int, int] = {}
    for piece in [*stock.pieces, *(piece for one in stock.sets for piece in one.pieces)]:
        there[piece.domain] = there.get(piece.domain, 0) + 1
    allocation = allocate(blueprint.length, stock.plan.weights)
    return {
        "exam": exam,
        "cells": [
            (f"{d['number']} {d['title']}", d["weight"], allocation[d["number"]], there.get(d["number"], 0))
            for d in blueprint.domains
        ],
        "sets": len(stock.sets),
        "forms": [
            (form, FORM.may(form.state, "open"), FORM.may(form.state, "retire")) for form in exam.forms.all()
        ],
        "may": access.may(request.user, access.ASSEMBLE, blueprint.bank),
    }


def _words(lacking: CannotAssemble) -> str:
    if not lacking.lacks:
        return "No draw kept all enemies apart: write more items, or look at who is whose enemy."
    said = []
    for lack in lacking.lacks:
        what = (
            f"domain {lack.domain} needs {lack.needed} live items"
            if lack.domain
            else f"{lack.needed} live scenarios are needed"
        )
        said.append(f"{what} and there are {lack.found}")
    return f"{'; '.join(said).capitalize()}."


def _refuse_unless_assembler(request: HttpRequest, exam: Exam) -> None:
    if not access.may(request.user, access.ASSEMBLE, exam.blueprint.bank):
        raise PermissionDenied
