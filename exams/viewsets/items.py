"""The item bank in the Wagtail admin: find, write, preview, review, retire."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from exams import access, itemtypes
from exams.actions import items
from exams.forms import ItemForm, PilotForm, RetireForm, ReviewForm
from exams.forms.kinds import STARTERS, KindForm
from exams.forms.scenarios import EnemiesForm
from exams.models import Bank, Item, ItemChange
from exams.queries import bank, papers, pilots, refs, versions
from exams.rules import differences
from exams.states import ITEM, ItemState, Pool, ReviewVerdict
from lms.kit.machine import IllegalMove

EDITABLE = {ItemState.DRAFT, ItemState.PILOT, ItemState.LIVE}
KINDS = [(kind, itemtypes.of(kind).NAME) for kind in STARTERS]


def bank_view(office: str = "") -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view of one item, for people who hold an office (or any, if none is named) at its bank."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def guarded(request: HttpRequest, pk: int) -> HttpResponse:
            rows = Item.objects.select_related("bank", "current", "scenario__current")
            item = get_object_or_404(rows, pk=pk, bank__in=access.banks(request.user))
            if office and not access.may(request.user, office, item.bank):
                raise PermissionDenied
            return view(request, item)

        return guarded

    return decorate


@require_http_methods(["GET", "HEAD"])
@bank_view()
def show(request: HttpRequest, item: Item) -> HttpResponse:
    """The item as the candidate sees it, and beside it all that the candidate does not see."""
    return show_item(request, item, ReviewForm(), RetireForm())


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    writable = [b.pk for b in access.banks(request.user) if access.may(request.user, access.WRITE, b)]
    if not writable:
        raise PermissionDenied
    banks = Bank.objects.filter(pk__in=writable).order_by("title")
    chosen = str(request.POST.get("bank") or request.GET.get("bank") or "")
    bank = banks.filter(pk=chosen).first() if chosen.isdigit() and len(chosen) < 10 else None
    bank = bank or banks[0]
    kind = str(request.GET.get("kind", ""))
    other = kind in STARTERS
    form = (KindForm if other else ItemForm)(
        request.POST if request.method == "POST" else None,
        initial={"bank": bank.pk} | (KindForm.starter(kind) if other else {}),
        banks=banks,
        domains=refs.domains(bank.profile_key),
        refs=refs.references(bank.profile_key),
    )
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        try:
            item = items.add_item(
                bank_id=bank.pk, code=code, draft=form.draft(), author_id=access.me(request)
            )
        except items.CodeTaken:
            form.add_error("code", "Another item of this bank has this code.")
        else:
            messages.success(
                request, f"{item.code} is a draft now. Look at it as a candidate would, then submit it."
            )
            return redirect("exams_bank:item", item.pk)
    more = {"banks": list(banks), "bank": bank, "kind": kind if other else "", "kinds": KINDS}
    return _edit(request, form, "Add an item", reverse("exams_bank:items"), **more)


@require_http_methods(["GET", "HEAD", "POST"])
@bank_view(access.WRITE)
def edit(request: HttpRequest, item: Item) -> HttpResponse:
    """A new version of a draft, or of a live item, which must then be reviewed anew."""
    back = reverse("exams_bank:item", args=[item.pk])
    if item.state not in EDITABLE:
        messages.error(request, f"{item.code} is {item.get_state_display().lower()} and can't be edited now.")
        return redirect(back)
    draft = items.draft_of(item)
    kind_of_form = ItemForm if ItemForm.can_hold(draft) else KindForm
    form = kind_of_form(
        request.POST if request.method == "POST" else None,
        initial=kind_of_form.initial_of(draft),
        banks=Bank.objects.none(),
        domains=refs.domains(item.bank.profile_key),
        refs=refs.references(item.bank.profile_key),
        fixed=True,
    )
    if request.method == "POST" and form.is_valid():
        items.edit_item(item_id=item.pk, draft=form.draft(), editor_id=access.me(request))
        messages.success(request, f"{item.code} is saved. What changed in its text is a new version.")
        return redirect(back)
    return _edit(request, form, f"Edit {item.code}", back, item=item)


@require_POST
@bank_view(access.WRITE)
def submit(request: HttpRequest, item: Item) -> HttpResponse:
    try:
        items.submit_for_review(
            item_id=item.pk, actor_id=access.me(request), to_pilot="to_pilot" in request.POST
        )
    except items.Unfinished as unfinished:
        messages.error(request, f"Not yet: {'; '.join(unfinished.faults)}.")
    except IllegalMove:
        messages.error(request, "Only a draft can be submitted. Nothing was changed.")
    else:
        messages.success(
            request, f"{item.code} is in review. Two reviewers who did not write it must accept it."
        )
    return redirect("exams_bank:item", item.pk)


@require_POST
@bank_view(access.REVIEW)
def review(request: HttpRequest, item: Item) -> HttpResponse:
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return show_item(request, item, form, RetireForm(), status=400)
    verdict = ReviewVerdict(form.cleaned_data["verdict"])
    try:
        items.review_item(
            item_id=item.pk,
            reviewer_id=access.me(request),
            verdict=verdict,
            note=form.cleaned_data["note"].strip(),
        )
    except items.NotAnotherPerson:
        messages.error(
            request, "You wrote this item or have reviewed it already. Another person must review it."
        )
    except IllegalMove:
        messages.error(request, "This item is not in review. Nothing was changed.")
    else:
        messages.success(request, f"Your review of {item.code} is recorded.")
    return redirect("exams_bank:item", item.pk)


@require_POST
@bank_view(access.WRITE)
def retire(request: HttpRequest, item: Item) -> HttpResponse:
    form = RetireForm(request.POST)
    if not form.is_valid():
        return show_item(request, item, ReviewForm(), form, status=400)
    try:
        items.retire_item(
            item_id=item.pk,
            actor_id=access.me(request),
            reason=form.cleaned_data["reason"],
            knowing=form.cleaned_data["knowing"],
        )
    except items.LastOfClause as last:
        form.warn(last.refs)
        return show_item(request, item, ReviewForm(), form, status=409)
    except IllegalMove:
        messages.error(request, "An item in review can't be retired: return it first. Nothing was changed.")
    else:
        messages.success(request, f"{item.code} is retired. Forms that hold it keep it.")
    return redirect("exams_bank:item", item.pk)


@require_POST
@bank_view(access.WRITE)
def enemies(request: HttpRequest, item: Item) -> HttpResponse:
    """Which items never stand in a form with it."""
    form = EnemiesForm(request.POST)
    if form.is_valid():
        codes = form.cleaned_data["enemies"]
        try:
            items.set_enemies(item_id=item.pk, codes=codes, actor_id=access.me(request))
        except items.UnknownEnemy as unknown:
            form.add_error(
                "enemies", f"Nothing was changed: no other item of this bank is {', '.join(unknown.codes)}."
            )
        else:
            messages.success(
                request, f"Forms that are assembled from now on keep {item.code} apart from these."
            )
            return redirect("exams_bank:item", item.pk)
    return show_item(request, item, ReviewForm(), RetireForm(), enemies_form=form, status=400)


def show_item(
    request: HttpRequest,
    item: Item,
    review_form: ReviewForm,
    retire_form: RetireForm,
    *,
    pilot_form: PilotForm | None = None,
    enemies_form: EnemiesForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an item, with the forms as they were handed in."""
    draft = items.draft_of(item)
    seen = papers.item_preview(draft.content)
    kind = itemtypes.of(draft.kind)
    writes = access.may(request.user, access.WRITE, item.bank)
    wrote = bank.wrote(item, access.me(request))
    context = {
        "item": item,
        "draft": draft,
        "preview": seen,
        "kind": kind.NAME,
        "needs_marker": kind.NEEDS_MARKER,
        "lines": [(line, draft.rationales.get(line.id, "")) for line in kind.lines(draft.content, draft.key)],
        "scenario": item.scenario.current if item.scenario else None,
        "versions": item.versions.order_by("-number"),
        "changes": _changes(item),
        "keys": item.current.keys.order_by("-number") if item.current else (),
        "placements": item.current.placements.select_related("form__exam") if item.current else (),
        "exposure": bank.exposure(item.pk),
        "enemies": item.enemies.order_by("code"),
        "enemies_form": enemies_form
        or EnemiesForm(initial={"enemies": [e.code for e in item.enemies.order_by("code")]}),
        "may_keep_apart": writes and item.state != ItemState.RETIRED,
        "may_edit": writes and item.state in EDITABLE,
        "may_pilot": item.pool == Pool.EXAM,
        "tried": pilots.tried(item) if item.state == ItemState.PILOT else (),
        "may_read": access.may(request.user, access.ASSEMBLE, item.bank),
        "may_judge": item.state == ItemState.PILOT
        and access.may(request.user, access.ASSEMBLE, item.bank)
        and not wrote,
        "pilot_form": pilot_form or PilotForm(),
        "may_submit": writes and ITEM.may(item.state, "submit"),
        "may_retire": writes and ITEM.may(item.state, "retire"),
        "may_review": item.state == ItemState.REVIEW
        and access.may(request.user, access.REVIEW, item.bank)
        and not wrote,
        "wrote": wrote,
        "review_form": review_form,
        "retire_form": retire_form,
        "header_title": item.code,
    }
    return render(request, "exams/bank/item.html", context, status=status)


def _changes(item: Item) -> list[tuple[ItemChange, tuple[str, ...]]]:
    """The history, the latest first, each with what was then said of the item otherwise than before."""
    found = []
    before: dict[str, Any] = {}
    for change in item.changes.select_related("by", "version").order_by("id"):
        found.append((change, differences.described(before, change.described)))
        before = change.described or before
    return found[::-1]


@require_http_methods(["GET", "HEAD"])
@bank_view()
def compare(request: HttpRequest, item: Item) -> HttpResponse:
    """Two states of an item side by side; the last two where none are chosen."""
    known = {one.name: one for one in versions.snapshots(item)}
    names = list(known)
    after = known.get(request.GET.get("after", ""), known[names[0]])
    before = known.get(request.GET.get("before", ""), known[names[min(1, len(names) - 1)]])
    rows = differences.rows(before.side, after.side)
    context = {
        "item": item,
        "snapshots": known.values(),
        "before": before,
        "after": after,
        "rows": rows if "all" in request.GET else [row for row in rows if row.changed],
        "all": "all" in request.GET,
        "undescribed": not (before.side.about and after.side.about),
        "header_title": f"Versions of {item.code}",
    }
    return render(request, "exams/bank/compare.html", context)


def _edit(
    request: HttpRequest, form: ItemForm | KindForm, title: str, back: str, **more: Any
) -> HttpResponse:
    context = {"form": form, "header_title": title, "back": back} | more
    return render(request, "exams/bank/edit.html", context, status=400 if form.errors else 200)
