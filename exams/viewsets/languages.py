"""Items and scenarios in other languages in the Wagtail admin: written by one, approved by another."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from exams import access
from exams.actions import languages
from exams.forms.languages import VariantForm
from exams.models import Form, Item, Scenario, ScenarioVersion, Variant
from exams.queries import languages as queries
from exams.rules import languages as rules
from exams.rules.languages import NAMES, Untranslated
from exams.states import ItemState


@require_http_methods(["GET", "HEAD"])
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """What there is of an item, and of the scenario that it hangs on, in each language."""
    item = _item(request, pk)
    assert item.current is not None, "every item has a version from its first moment"
    shared = item.scenario.current if item.scenario else None
    found = queries.of_version(item.current.pk)
    told = queries.of_scenario(shared.pk) if shared else {}
    me = access.me(request)
    reviews = access.may(request.user, access.REVIEW, item.bank)
    context = {
        "item": item,
        "scenario": item.scenario,
        "rows": [
            (
                code,
                NAMES[code],
                _standing(found.get(code, []), me, reviews),
                _standing(told.get(code, []), me, reviews),
            )
            for code in rules.OTHERS
        ],
        "may_write": access.may(request.user, access.WRITE, item.bank) and item.state != ItemState.RETIRED,
        "header_title": f"{item.code} in other languages",
    }
    return render(request, "exams/bank/languages.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """An item in one language: a new variant with each change."""
    found = _item(request, pk)
    _refuse_unless_writer(request, found, language)
    assert found.current is not None, "every item has a version from its first moment"
    content, rationales = found.current.content, found.current.rationales
    form = VariantForm(_posted(request), parts=rules.parts(content), rationales=rationales)
    if request.method == "POST" and form.is_valid():
        try:
            languages.translate_item(
                item_id=pk,
                language=language,
                said=form.said,
                rationales=form.whys,
                source=form.cleaned_data["source"],
                author_id=access.me(request),
            )
        except languages.Unfit as unfit:
            _complain(form, unfit)
        except languages.Retired:
            messages.error(request, f"{found.code} is retired. Nothing was changed.")
            return redirect("exams_bank:languages", pk)
        else:
            messages.success(request, f"Saved. Another person approves {found.code} in {NAMES[language]}.")
            return redirect("exams_bank:languages", pk)
    if (last := queries.before(pk, language)) is not None:
        form.begin_with(last.content, last.rationales)
    more = {"typed": rules.typed(content)}
    return _edit(request, form, found.code, language, reverse("exams_bank:languages", args=[pk]), **more)


@require_http_methods(["GET", "HEAD", "POST"])
def scenario(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """A scenario in one language."""
    rows = Scenario.objects.select_related("bank", "current")
    found = get_object_or_404(rows, pk=pk, bank__in=access.banks(request.user), current__isnull=False)
    _refuse_unless_writer(request, found, language)
    said: ScenarioVersion = found.current  # type: ignore[assignment]  # asked for above
    form = VariantForm(
        _posted(request), parts=rules.parts({"title": said.title, "text": said.text}), rationales={}
    )
    first = found.items.order_by("place").first()
    back = reverse("exams_bank:languages", args=[first.pk]) if first else reverse("exams_bank:items")
    if request.method == "POST" and form.is_valid():
        try:
            languages.translate_scenario(
                scenario_id=pk,
                language=language,
                said=form.said,
                source=form.cleaned_data["source"],
                author_id=access.me(request),
            )
        except languages.Unfit as unfit:
            _complain(form, unfit)
        else:
            messages.success(request, f"Saved. Another person approves {found.code} in {NAMES[language]}.")
            return redirect(back)
    if last := queries.of_scenario(said.pk).get(language):
        form.begin_with(last[0].content, {})
    return _edit(request, form, found.code, language, back)


@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    rows = Variant.objects.select_related("version__item__bank", "scenario__scenario__bank")
    variant = get_object_or_404(rows, pk=pk)
    of = variant.version.item if variant.version else variant.scenario.scenario  # type: ignore[union-attr]
    if not access.banks(request.user).filter(pk=of.bank_id).exists():
        raise Http404
    if not access.may(request.user, access.REVIEW, of.bank):
        raise PermissionDenied
    try:
        languages.approve(variant_id=pk, by_id=access.me(request))
    except languages.NotAnotherPerson:
        messages.error(request, "You wrote this. Another person approves it. Nothing was changed.")
    except languages.Outdated:
        messages.error(request, "There is a later text by now. Look at that one. Nothing was changed.")
    else:
        messages.success(request, f"{of.code} is approved in {NAMES[variant.language]}.")
    first = of if isinstance(of, Item) else of.items.order_by("place").first()
    return redirect("exams_bank:languages", first.pk) if first else redirect("exams_bank:items")


@require_POST
def add_to_form(request: HttpRequest, pk: int) -> HttpResponse:
    """Freezes an open form in the languages that its exam is offered in since."""
    rows = Form.objects.select_related("exam__blueprint__bank")
    form = get_object_or_404(rows, pk=pk, exam__blueprint__bank__in=access.banks(request.user))
    if not access.may(request.user, access.ASSEMBLE, form.exam.blueprint.bank):
        raise PermissionDenied
    try:
        made = languages.add_to_form(form_id=pk, actor_id=access.me(request))
    except Untranslated as missing:
        messages.error(request, untranslated(missing))
    else:
        named = ", ".join(NAMES[row.language] for row in made) or "nothing more"
        messages.success(request, f"Form {form.number} now holds {named}.")
    return redirect("exams_bank:form", pk)


def untranslated(missing: Untranslated) -> str:
    """What a form lacks, in a sentence."""
    more = f" and {len(missing.codes) - 10} more" if len(missing.codes) > 10 else ""
    return (
        f"Not yet: in {NAMES[missing.language]} there is no approved text of {', '.join(missing.codes[:10])}{more}. "
        "Nothing was changed."
    )


def _item(request: HttpRequest, pk: int) -> Item:
    rows = Item.objects.select_related("bank", "current", "scenario__current")
    return get_object_or_404(rows, pk=pk, bank__in=access.banks(request.user))


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _refuse_unless_writer(request: HttpRequest, of: Item | Scenario, language: str) -> None:
    if language not in rules.OTHERS:
        raise Http404
    if not access.may(request.user, access.WRITE, of.bank):
        raise PermissionDenied


def _complain(form: VariantForm, unfit: languages.Unfit) -> None:
    for fault in unfit.faults:
        form.add_error(None, f"{fault[0].upper()}{fault[1:]}.")


def _standing(found: list[Variant], me: int, reviews: bool) -> dict[str, Any] | None:
    """The latest variant of a language, whether one is approved, and whether this person may approve the latest."""
    if not found:
        return None
    last = found[0]
    return {
        "last": last,
        "approved": next((one for one in found if one.approved_at), None),
        "parts": rules.parts(last.content),
        "may_approve": reviews and last.approved_at is None and last.author_id != me,
    }


def _edit(
    request: HttpRequest, form: VariantForm, code: str, language: str, back: str, **more: Any
) -> HttpResponse:
    title = f"{code} in {NAMES[language]}"
    context = {"form": form, "language": language, "back": back, "header_title": title} | more
    return render(request, "exams/bank/variant.html", context, status=400 if form.errors else 200)
