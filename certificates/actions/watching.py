"""Employers' watch-lists: asked for, consented to or refused, told by letter and by webhook, and ended."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max, OuterRef, Q, Subquery
from django.urls import reverse

from certificates.models import Credential, Edition, Watch, WatchStatement
from certificates.queries import credentials
from certificates.queries.credentials import CredentialView
from certificates.rules.standing import Standing
from certificates.states import WATCH, WatchState
from lms.accounts import queries as people
from lms.audit import trail
from lms.db import clock
from lms.notifications import outbox
from lms.organisations import queries as organisations
from lms.privacy.actions import consents

PURPOSE = "certificates.watch"
OFFICE = "organisations.manage"
OPEN = (WatchState.ASKED, WatchState.WATCHING)


class AlreadyAsked(Exception):
    """This employer asks, or watches, already."""


class OwnCredential(Exception):
    """Nobody needs to ask themselves."""


def ask(*, organisation_id: UUID, number: str, manager_id: int, purpose: str) -> Watch:
    """Asks the holder whether an employer may be told how a credential stands; the holder gets a letter.

    Nothing is told before the holder consents. Whoever calls has made sure that the asker knows the name on
    the certificate. Raises Credential.DoesNotExist, AlreadyAsked and OwnCredential.
    """
    at = clock.now()
    with transaction.atomic():
        credential = Credential.objects.select_for_update(of=("self",)).get(number=number)
        if credential.holder_id == manager_id:
            raise OwnCredential(number)
        if credential.watches.filter(organisation_id=organisation_id, state__in=OPEN).exists():
            raise AlreadyAsked(number)
        watch = Watch.objects.create(
            organisation_id=organisation_id,
            credential=credential,
            asked_by_id=manager_id,
            purpose=purpose,
            asked_at=at,
        )
        _record(watch, "asked", manager_id, at)
        _write_to_holder(watch, at)
    return watch


def answer(*, watch_uuid: UUID, holder_id: int, event: str) -> Watch:
    """What the holder says: `consent`, `refuse`, or `end` for a consent that is taken back.

    With the consent the employer learns how the credential stands; from an end on, nothing more. Raises
    Watch.DoesNotExist for anybody else's, and IllegalMove.
    """
    at = clock.now()
    with transaction.atomic():
        watch = _locked(Watch.objects.get(uuid=watch_uuid, credential__holder_id=holder_id).pk)
        _move(watch, event, at)
        _record(watch, watch.state, holder_id, at)
        _note_consent(watch, holder_id, at)
        _write_to_employer(watch, f"answer:{watch.state}", _line(watch, at), at)
    return watch


def end_all(*, holder_id: int) -> None:
    """Takes back every consent of a holder and refuses what is still asked, within the caller's transaction."""
    for watch in Watch.objects.filter(credential__holder_id=holder_id):
        for event in ("refuse", "end"):
            if WATCH.may(watch.state, event):
                answer(watch_uuid=watch.uuid, holder_id=holder_id, event=event)
                break


def end(*, watch_uuid: UUID, organisation_ids: Sequence[UUID], manager_id: int) -> Watch:
    """Ends a watch, or takes the question back, for one of the manager's organisations.

    Raises Watch.DoesNotExist and IllegalMove.
    """
    at = clock.now()
    with transaction.atomic():
        watch = _locked(Watch.objects.get(uuid=watch_uuid, organisation_id__in=organisation_ids).pk)
        _move(watch, "end", at)
        _record(watch, "ended", manager_id, at)
    return watch


def tell(*, credential_id: int) -> None:
    """Tells every employer who watches a credential, if it stands otherwise than they know. Once each."""
    watching = Watch.objects.filter(credential_id=credential_id, state=WatchState.WATCHING)
    for watch_id in watching.values_list("pk", flat=True):
        _tell(watch_id)


def tell_changed() -> None:
    """Tells of what changed by the calendar alone (expired, renewed) or was missed. Once each, however late."""
    on = clock.today()
    last = Edition.objects.filter(credential=OuterRef("credential")).values("credential")
    watching = Watch.objects.filter(state=WatchState.WATCHING).annotate(
        last_day=Subquery(last.annotate(day=Max("expires_on")).values("day"))
    )
    over, on_again = Q(told=Standing.VALID, last_day__lt=on), Q(told=Standing.EXPIRED, last_day__gte=on)
    for watch_id in watching.filter(over | on_again).values_list("pk", flat=True):
        _tell(watch_id)


def send_statements() -> None:
    """Sends each employer who watches anything the statement of the month that is over. Once each."""
    at = clock.now()
    this_month = at.date().replace(day=1)
    month = (this_month - timedelta(days=1)).replace(day=1)
    watching = Watch.objects.filter(state=WatchState.WATCHING, answered_at__date__lt=this_month)
    told = WatchStatement.objects.filter(month=month).values("organisation")
    owed = (
        watching.exclude(organisation__in=told).order_by().values_list("organisation", flat=True).distinct()
    )
    for organisation_id in owed:
        with transaction.atomic():
            _, fresh = WatchStatement.objects.get_or_create(
                organisation_id=organisation_id, month=month, defaults={"made_at": at}
            )
            if fresh:
                rows = watching.filter(organisation_id=organisation_id).select_related("credential")
                _write_statement(organisation_id, month, list(rows), at)


def _tell(watch_id: int) -> None:
    at = clock.now()
    with transaction.atomic():
        watch = _locked(watch_id)
        line = _line(watch, at)
        # Two workers at once: the second waits for the lock, and then finds it told.
        if watch.state != WatchState.WATCHING or line["standing"] == watch.told:
            return
        watch.told = line["standing"]
        watch.save(update_fields=["told"])
        # A credential may be suspended twice: each time is told of.
        _write_to_employer(watch, f"{line['standing']}:{line['since']}", line, at)


def _locked(watch_id: int) -> Watch:
    rows = Watch.objects.select_for_update(of=("self",)).select_related("credential")
    return rows.get(pk=watch_id)


def _move(watch: Watch, event: str, at: datetime) -> None:
    watch.state = WATCH.after(watch.state, event)
    fields = ["state"]
    if event in ("consent", "refuse"):
        watch.answered_at = at
        fields.append("answered_at")
    if event == "consent":
        watch.told = _line(watch, at)["standing"]
        fields.append("told")
    if event == "end":
        watch.ended_at = at
        fields.append("ended_at")
    watch.save(update_fields=fields)


def _note_consent(watch: Watch, holder_id: int, at: datetime) -> None:
    about = str(watch.uuid)
    if watch.state != WatchState.WATCHING:
        consents.withdraw(person_id=holder_id, purpose=PURPOSE, regarding=about, at=at)
        return
    name, number = _name(watch.organisation_id), watch.credential.number
    words = (
        f"{name} is told, at once and each month, how my certificate {number} stands. Nothing else is told, and I can "
        "take this back at any time."
    )
    consents.give(person_id=holder_id, purpose=PURPOSE, regarding=about, words=words, at=at)


def _record(watch: Watch, what: str, actor_id: int, at: datetime) -> None:
    trail.record(
        f"certificates.watch.{what}",
        subject=f"certificates.watch:{watch.pk}",
        at=at,
        actor_id=actor_id,
        facts={"credential": watch.credential_id, "organisation": str(watch.organisation_id)},
    )


def _line(watch: Watch, at: datetime) -> dict[str, str]:
    """How a credential stands, for a letter."""
    view = credentials.view(watch.credential, at)
    if view is None:
        return {"standing": Standing.NOT_GRANTED.value, "since": "", "number": watch.credential.number}
    return line(view)


def line(view: CredentialView) -> dict[str, str]:
    """One credential in a letter or statement, as plain JSON."""
    claims = view.edition.claims
    return {
        "standing": view.standing,
        "label": view.label,
        "since": view.answer.since.isoformat(timespec="seconds") if view.answer.since else "",
        "since_on": view.answer.since.date().isoformat() if view.answer.since else "",
        "number": view.number,
        "holder": view.edition.holder_name,
        "title": claims["level"]["title"],
        "scheme": claims["scheme"]["title"],
        "expires_on": view.edition.expires_on.isoformat(),
        "url": settings.PUBLIC_URL + reverse("certificates:standing", args=[view.number]),
    }


def _write_to_holder(watch: Watch, at: datetime) -> None:
    card = people.card(watch.credential.holder_id)
    outbox.put(
        "certificates.watch_asked",
        key=f"certificates.watch:{watch.pk}:asked",
        to=card.email,
        person_id=card.id,
        context={
            "name": card.display_name,
            "language": card.language,
            "organisation": _name(watch.organisation_id),
            "purpose": watch.purpose,
            "number": watch.credential.number,
            "url": settings.PUBLIC_URL + reverse("certificates:credential", args=[watch.credential.number]),
        },
        at=at,
    )


def _write_to_employer(watch: Watch, what: str, line: dict[str, str], at: datetime) -> None:
    """A letter to every manager of the employer. Without consent it says nothing about the standing."""
    consented = watch.state == WatchState.WATCHING
    shown = line if consented else {"number": line["number"]}
    context = {"state": watch.state, "answered": what.startswith("answer:"), "line": shown}
    key = f"certificates.watch:{watch.pk}:{what}"
    _write(watch.organisation_id, "certificates.watch", key, context, at)
    kind = "watch.answered" if context["answered"] else "watch.standing_changed"
    data = {"consent": watch.state, "credential": _without_name(shown)}
    outbox.call(kind, key=key, organisation_id=watch.organisation_id, data=data, at=at)


def _write_statement(organisation_id: UUID, month: date, rows: Sequence[Watch], at: datetime) -> None:
    lines = sorted(
        (_line(watch, at) for watch in rows), key=lambda line: (line.get("holder", ""), line["number"])
    )
    context = {"month": f"{month:%B %Y}", "on": at.date().isoformat(), "lines": lines}
    key = f"certificates.watch_statement:{organisation_id}:{month.isoformat()}"
    _write(organisation_id, "certificates.watch_statement", key, context, at)
    data = {
        "month": f"{month:%Y-%m}",
        "on": context["on"],
        "credentials": [_without_name(one) for one in lines],
    }
    outbox.call("watch.statement", key=key, organisation_id=organisation_id, data=data, at=at)


def _write(organisation_id: UUID, kind: str, key: str, context: dict[str, Any], at: datetime) -> None:
    url = settings.PUBLIC_URL + reverse("certificates:watching")
    told = context | {"organisation": _name(organisation_id), "list_url": url}
    for card in people.cards(organisations.people_with(OFFICE, organisation_id)).values():
        outbox.put(
            kind,
            key=f"{key}:{card.id}",
            to=card.email,
            person_id=card.id,
            context=told | {"name": card.display_name, "language": card.language},
            at=at,
        )


def _without_name(line: dict[str, str]) -> dict[str, str]:
    """What a webhook says: a number is enough for a system, and a name could not be erased there."""
    return {key: value for key, value in line.items() if key not in ("holder", "label", "since_on")}


def _name(organisation_id: UUID) -> str:
    return organisations.cards([organisation_id])[organisation_id].name
