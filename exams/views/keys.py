"""Keys of forms before examiners: what was found, what they propose, and what a second one makes of it."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from exams import access, itemtypes
from exams.actions import invigilators, keys, results
from exams.actions import lost_passes as lost_actions
from exams.forms.keys import CandidateReasonForm, KeyForm
from exams.models import Form, KeyValidation, LostPass
from exams.queries import appeals, lost_passes
from exams.queries import key_validation as queries
from exams.queries import results as result_queries
from exams.queries.key_validation import Looked, Preview
from exams.rules import key_validation as rules
from exams.rules.key_validation import BadVerdict
from exams.states import KEY_VALIDATION, LOST_PASS
from exams.views import acts
from lms.accounts import queries as people
from lms.kit.machine import IllegalMove
from lms.organisations import queries as organisations
from lms.organisations.access import required

PAGE = 30
DONE = {
    "approve": "Approved. Where the key is another now, every sitting of the form is being marked again.",
    "return": "Sent back. Nothing was changed.",
    "keep": "The pass stands. Nothing changes for the candidate.",
    "propose": "It is proposed. A second examiner decides; until then the pass stands.",
    "revise": "The result is a fail now. The candidate is being told.",
}
REFUSED = {
    keys.SatThisForm: "You have sat this form yourself, so other examiners decide about its key. Nothing was changed.",
    keys.AlreadyProposed: "Another proposal for this form waits for a decision. Decide on that one first.",
    keys.NothingMarked: "No sitting of this form is marked yet, so there is nothing to look at. Nothing was changed.",
    IllegalMove: "This was decided meanwhile, or the result was annulled. Nothing was changed.",
}


@never_cache
@required(access.RELEASE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every form that was sat, with what waits; and the released passes that a later run makes fails."""
    mine = _mine(request)
    page = Paginator(queries.forms(mine), PAGE).get_page(request.GET.get("page"))
    standing = queries.standings([form.pk for form in page])
    lost = lost_passes.waiting(mine)
    cards = people.cards({one.result.sitting.candidate_id for one in lost})
    owed = appeals.owed(mine)
    context = {
        "page": page,
        "rows": [(form, *standing.get(form.pk, (1, None))) for form in page],
        "owed": owed,
        "lost": [(one, cards[one.result.sitting.candidate_id].display_name) for one in lost],
    }
    return render(request, "exams/keys/listing.html", context)


@never_cache
@required(access.RELEASE)
@require_http_methods(["GET", "HEAD", "POST"])
def key_form(request: HttpRequest, pk: int) -> HttpResponse:
    """One form's items with their flags; a post shows what decisions would change, or proposes them."""
    try:
        found = queries.form(pk, organisation_ids=_mine(request))
    except queries.UnknownForm:
        raise Http404 from None
    looked, contents = queries.look(found), queries.contents(found)
    form = KeyForm(
        request.POST if request.method == "POST" else None,
        contents=contents,
        keys=looked.keys,
        flagged=looked.found.flagged,
    )
    preview: Preview | None = None
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("event") == "propose":
                made = keys.propose(
                    form_id=pk,
                    by_id=access.me(request),
                    verdicts=form.verdicts(),
                    reason=form.cleaned_data["reason"],
                )
                messages.success(request, "It is proposed. A second examiner approves it or sends it back.")
                return redirect("exams:key_validation", uuid=made.uuid)
            preview = queries.preview(found, form.verdicts())
        except BadVerdict as bad:
            form.add_error(
                f"decision_{bad.position}" if bad.position else None, f"Not possible: {bad.fault}."
            )
        except keys.Undecided:
            form.add_error(
                None, "More items are flagged than when you opened the page. Decide about them too."
            )
        except (keys.SatThisForm, keys.AlreadyProposed, keys.NothingMarked) as refused:
            messages.error(request, REFUSED[type(refused)])
            return redirect("exams:key_form", pk=pk)
    context = _context(found, looked, form) | _previewed(preview)
    return render(request, "exams/keys/form.html", context, status=400 if form.errors else 200)


@never_cache
@required(access.RELEASE)
@require_http_methods(["GET", "HEAD", "POST"])
def key_validation(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What was proposed for a form, with whose outcome flips; a post approves it or sends it back."""
    try:
        found = queries.validation(uuid, organisation_ids=_mine(request))
    except queries.UnknownValidation:
        raise Http404 from None
    form = CandidateReasonForm(request.POST if request.method == "POST" else None)
    event = request.POST.get("event", "")
    if event in {"approve", "return"} and form.is_valid():
        _decide(request, found, event, form.cleaned_data["reason"])
        return redirect("exams:key_validation", uuid=uuid)
    open_ = not KEY_VALIDATION.final(found.state)
    verdicts = queries.verdicts_of(found)
    items = {item["position"]: item for item in found.form.package["items"]}
    before = found.base.keys if found.base else found.form.keys
    context = {
        "validation": found,
        "verdicts": [
            (
                verdict,
                items[verdict.position],
                rules.told(items[verdict.position]["content"], before[str(verdict.position)], verdict),
            )
            for verdict in verdicts
        ],
        "elsewhere": queries.elsewhere(found.form, [v.position for v in verdicts if v.decision != "accept"]),
        "form": form,
        "open": open_,
        "mine": found.proposed_by_id == access.me(request),
    }
    context |= _previewed(queries.preview(found.form, verdicts) if open_ else None)
    return render(
        request, "exams/keys/validation.html", context, status=400 if request.method == "POST" else 200
    )


@never_cache
@required(access.RELEASE)
@require_http_methods(["GET", "HEAD", "POST"])
def lost_pass(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A released pass that a later run makes a fail; a post lets it stand, proposes the fail, or makes it one."""
    try:
        found = lost_passes.lost_pass(uuid, organisation_ids=_mine(request))
    except lost_passes.UnknownLostPass:
        raise Http404 from None
    form = CandidateReasonForm(request.POST if request.method == "POST" else None)
    event = request.POST.get("event", "")
    if event in {"keep", "propose", "revise"} and form.is_valid():
        _decide_lost(request, found, event, form.cleaned_data["reason"])
        return redirect("exams:lost_pass", uuid=uuid)
    context = {
        "lost": found,
        "person": people.card(found.result.sitting.candidate_id),
        "report": result_queries.report(found.result),
        "form": form,
        "may": LOST_PASS.events(found.state),
        "mine": found.proposed_by_id == access.me(request),
    }
    return render(
        request, "exams/keys/lost_pass.html", context, status=400 if request.method == "POST" else 200
    )


def _mine(request: HttpRequest) -> Collection[UUID]:
    return organisations.organisations_with(access.me(request), access.RELEASE)


def _context(found: Form, looked: Looked, form: KeyForm) -> dict[str, Any]:
    items = {item["position"]: item for item in found.package["items"]}
    rows = []
    for look in looked.found.looks:
        item, key = items[look.position], looked.keys[str(look.position)]
        kind = itemtypes.of(item["kind"])
        # Options stand with their letters above: their key needs no table.
        lines = () if item["kind"] in {"single", "multiple"} else kind.lines(item["content"], key)
        rows.append((look, item, key, lines, form.group(look.position)))
    cards = queries.names([*looked.found.times.quick, *looked.found.times.slow])
    return {
        "form_row": found,
        "found": looked.found,
        "key_number": looked.version.number if looked.version else 1,
        "rows": rows,
        "flagged": [row for row in rows if row[0].flags],
        "others": [row for row in rows if not row[0].flags],
        "quick": [cards[name] for name in looked.found.times.quick if name in cards],
        "slow": [cards[name] for name in looked.found.times.slow if name in cards],
        "form": form,
        "waiting": found.validations.filter(state=KEY_VALIDATION.start).first(),
        "validations": found.validations.select_related("proposed_by", "decided_by", "key"),
        "versions": found.key_versions.select_related("proposed_by", "decided_by").defer("keys"),
    }


def _previewed(preview: Preview | None) -> dict[str, Any]:
    if preview is None:
        return {"preview": None}
    cards = people.cards({change.result.sitting.candidate_id for change in preview.flips})
    flips = [(change, cards[change.result.sitting.candidate_id].display_name) for change in preview.flips]
    return {"preview": preview, "flips": flips}


def _decide(request: HttpRequest, found: KeyValidation, event: str, reason: str) -> None:
    act = {"approve": keys.approve, "return": keys.send_back}[event]
    try:
        act(validation_uuid=found.uuid, by_id=access.me(request), reason=reason)
    except invigilators.SamePerson as fault:
        messages.error(request, acts.words(fault))
    except (keys.SatThisForm, IllegalMove) as refused:
        messages.error(request, REFUSED[type(refused)])
    else:
        messages.success(request, DONE[event])


def _decide_lost(request: HttpRequest, found: LostPass, event: str, reason: str) -> None:
    act = {"keep": lost_actions.keep, "propose": lost_actions.propose, "revise": lost_actions.revise}[event]
    try:
        act(lost_uuid=found.uuid, by_id=access.me(request), reason=reason)
    except (invigilators.NotIndependent, invigilators.SamePerson) as fault:
        messages.error(request, acts.words(fault))
    except (IllegalMove, results.OwnResult):
        messages.error(request, REFUSED[IllegalMove])
    else:
        messages.success(request, DONE[event])
