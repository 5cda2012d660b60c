"""The JSON doors of a sitting. They read a token and no session; docs/api-sittings.md describes them."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeGuard
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from exams import access
from exams.actions import desks, endings, presence, responses, safe_browser, sittings
from exams.models import Sitting
from exams.queries import exams
from exams.queries import sittings as queries
from exams.rules import acceptance, deadline
from exams.rules import responses as rules
from exams.rules.acceptance import Event, Refusal, Verdict
from exams.rules.desks import NotADesk
from lms.db import clock
from lms.web.http import problem

MOST_BYTES = 64 * 1024
DEVICE = re.compile(r"[0-9a-f]{1,32}")
WORDS = {
    Refusal.UNKNOWN_POSITION: "There is no item at this position of your form.",
    Refusal.WRONG_VALUE: "This can't be an answer to the item at this position.",
    Refusal.REPEATED_SEQ: "Another event of this batch has the same seq.",
    "malformed": "An event is an object with seq and position (whole numbers from 1), a value, and optionally a time.",
}

router = Router(tags=["Sittings"])


@dataclass(frozen=True)
class _Batch:
    epoch: int
    events: list[Event]
    malformed: list[dict[str, Any]]


class _Refused(Exception):
    """A request that can't be taken; carries the answer."""

    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.answer = answer


@router.post(
    "/sittings/{uuid:sitting_uuid}/responses", summary="Save answers", openapi_extra={"responses": {}}
)
def save(request: HttpRequest, sitting_uuid: UUID) -> HttpResponse:
    """Takes a batch of response events and answers with a verdict for each."""
    try:
        holder = _holder(request, sitting_uuid)
        batch = _batch(request, holder)
        receipt = responses.save(
            sitting_uuid=sitting_uuid, person_id=holder.person_id, epoch=batch.epoch, events=batch.events
        )
    except _Refused as refused:
        return refused.answer
    except queries.UnknownSitting:
        return _unknown()
    _note_other_browser(request, sitting_uuid, holder)
    return _answer(receipt, batch)


@router.post(
    "/sittings/{uuid:sitting_uuid}/lease", summary="Take over the writing", openapi_extra={"responses": {}}
)
def take_over(request: HttpRequest, sitting_uuid: UUID) -> HttpResponse:
    """Gives the page that asks a new epoch and a token for it, or asks an invigilator first."""
    try:
        holder = _holder(request, sitting_uuid)
        _ask_for_safe_browser(request, holder)
        lent = sittings.take_over(
            sitting_uuid=sitting_uuid, person_id=holder.person_id, device=_device(request)
        )
    except _Refused as refused:
        return refused.answer
    except queries.UnknownSitting:
        return _unknown()
    except sittings.Paused:
        return _paused(_standing(queries.sitting(sitting_uuid, person_id=holder.person_id), holder.epoch))
    except sittings.NotRunning:
        return _ended(queries.sitting(sitting_uuid, person_id=holder.person_id))
    except sittings.AskFirst as asked:
        return _ask_invigilator(asked.standing)
    token = access.token(
        sitting_uuid=sitting_uuid, person_id=holder.person_id, epoch=lent.epoch, browser=holder.browser
    )
    return _json(200, {"epoch": lent.epoch, "token": token} | _standing(lent.sitting, lent.epoch))


@router.put(
    "/sittings/{uuid:sitting_uuid}/desk", summary="Keep one's own marks", openapi_extra={"responses": {}}
)
def keep_desk(request: HttpRequest, sitting_uuid: UUID) -> HttpResponse:
    """Keeps flags, struck options and notes, so that they are there on another device."""
    try:
        holder = _holder(request, sitting_uuid)
        desks.keep(
            sitting_uuid=sitting_uuid, person_id=holder.person_id, content=_said(request, "These marks")
        )
    except _Refused as refused:
        return refused.answer
    except queries.UnknownSitting:
        return problem(
            404, "no-such-sitting", "There is no such sitting, or it has ended; marks are kept no more."
        )
    except NotADesk as fault:
        return problem(422, "not-as-described", f"{fault} Nothing was changed.")
    return _json(200, {"kept": True})


@router.get("/sittings/{uuid:sitting_uuid}", summary="How a sitting stands", openapi_extra={"responses": {}})
def state(request: HttpRequest, sitting_uuid: UUID) -> HttpResponse:
    """Time, lease and the responses that count."""
    try:
        holder = _holder(request, sitting_uuid)
        sitting = endings.refresh(queries.sitting(sitting_uuid, person_id=holder.person_id), is_back=True)
    except _Refused as refused:
        return refused.answer
    except queries.UnknownSitting:
        return _unknown()
    return _json(200, _standing(sitting, holder.epoch))


@router.post(
    "/sittings/{uuid:sitting_uuid}/presence",
    summary="Say that the page is there",
    openapi_extra={"responses": {}},
)
def hear(request: HttpRequest, sitting_uuid: UUID) -> HttpResponse:
    """Notes that the page was heard from; answers with time, lease and messages."""
    try:
        holder = _holder(request, sitting_uuid)
        sitting = presence.hear(sitting_uuid=sitting_uuid, person_id=holder.person_id)
    except _Refused as refused:
        return refused.answer
    except queries.UnknownSitting:
        return _unknown()
    return _json(200, _clock(sitting, holder.epoch))


def _holder(request: HttpRequest, sitting_uuid: UUID) -> access.Holder:
    try:
        return access.holder(request.headers.get("X-Sitting-Token", ""), sitting_uuid=sitting_uuid)
    except access.BadToken:
        sentence = "This page may not write in this sitting. Open the sitting again from your exams; nothing is lost."
        raise _Refused(problem(403, "bad-token", sentence)) from None


def _ask_for_safe_browser(request: HttpRequest, holder: access.Holder) -> None:
    seen = access.seen(holder.browser)
    exam = exams.safe_browser_of(seen.exam_key) if seen else None
    if seen and exam and not access.may_take_lease(request, exam, seen, at=clock.now()):
        sentence = "This exam goes on only in Safe Exam Browser. Reload the page there; nothing is lost."
        raise _Refused(problem(403, "safe-browser", sentence))


def _note_other_browser(request: HttpRequest, sitting_uuid: UUID, holder: access.Holder) -> None:
    """A save is never refused for its browser. What is odd about it is for people to judge."""
    seen = access.seen(holder.browser)
    if seen and not access.fits_page(request, seen):
        safe_browser.note_mismatch(sitting_uuid=sitting_uuid, person_id=holder.person_id)


def _said(request: HttpRequest, what: str) -> Any:
    length = request.headers.get("Content-Length", "")
    if (length.isdigit() and int(length) > MOST_BYTES) or len(request.body) > MOST_BYTES:
        raise _Refused(problem(413, "too-large", f"{what} may have 64 KB. Send less at a time."))
    try:
        return json.loads(request.body)
    except (ValueError, RecursionError):
        raise _Refused(problem(400, "not-json", "The message is not JSON. Nothing was changed.")) from None


def _device(request: HttpRequest) -> str:
    """The device that a page names when it asks for the lease; empty where it sends no body."""
    length = request.headers.get("Content-Length", "")
    if length in {"", "0"} and not request.body:
        return ""
    said = _said(request, "A request for the lease")
    device = said.get("device", "") if isinstance(said, dict) else None
    if device == "" or (isinstance(device, str) and DEVICE.fullmatch(device)):
        return device
    sentence = (
        "A request for the lease is an object with device (up to 32 hexadecimal digits). Nothing was changed."
    )
    raise _Refused(problem(422, "not-as-described", sentence))


def _batch(request: HttpRequest, holder: access.Holder) -> _Batch:
    said = _said(request, "A batch")
    epoch = said.get("epoch") if isinstance(said, dict) else None
    given = said.get("events") if isinstance(said, dict) else None
    if not _whole(epoch) or not isinstance(given, list):
        sentence = (
            "A batch is an object with epoch (a whole number) and events (a list). Nothing was changed."
        )
        raise _Refused(problem(422, "not-as-described", sentence))
    if len(given) > acceptance.MOST_EVENTS:
        sentence = f"A batch may have {acceptance.MOST_EVENTS} events, and this one has {len(given)}."
        raise _Refused(problem(422, "too-many-events", sentence))
    if epoch > holder.epoch:
        raise _Refused(
            problem(422, "unknown-epoch", "This page was never given that epoch. Nothing was changed.")
        )
    events, malformed = [], []
    for one in given:
        event = _event(epoch, one)
        if event is not None:
            events.append(event)
        else:
            seq = one.get("seq") if isinstance(one, dict) and _whole(one.get("seq")) else None
            malformed.append(_verdict(seq, Verdict.REFUSED, "malformed"))
    return _Batch(epoch, events, malformed)


def _event(epoch: int, said: Any) -> Event | None:
    if not isinstance(said, dict) or "value" not in said:
        return None
    seq, position, stamp = said.get("seq"), said.get("position"), said.get("time")
    if not _whole(seq) or not _whole(position) or not (stamp is None or isinstance(stamp, str)):
        return None
    # A stamp that is no time is no claim: the event is judged by its arrival alone.
    return Event(epoch, seq, position, said["value"], None if stamp is None else _stamp(stamp))


def _stamp(said: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(said)
    except ValueError:
        return None
    return read if read.tzinfo else None


def _answer(receipt: responses.Receipt, batch: _Batch) -> HttpResponse:
    verdicts = [_verdict(one.seq, one.verdict, one.refusal) for one in receipt.judged] + batch.malformed
    facts = {
        "verdicts": verdicts,
        "saved_at": _time(receipt.at),
        "server_time": _time(receipt.at),
        "state": receipt.state,
        "deadline": _time(receipt.deadline_at),
        "seconds_left": receipt.seconds_left,
        "lease": {"epoch": receipt.epoch, "mine": receipt.epoch == batch.epoch},
        "head": receipt.head,
        "messages": _messages(receipt.messages),
        "break_until": _time(receipt.break_ends_at),
    }
    if receipt.all_held and not batch.malformed:
        return _paused(facts)
    if receipt.all_late and not batch.malformed:
        return _late(facts, by_clock=receipt.at > receipt.deadline_at)
    if verdicts and all(one["verdict"] == Verdict.REFUSED for one in verdicts):
        return problem(
            422, "not-as-described", "No event of this batch can be an answer. Nothing was changed.", **facts
        )
    return _json(200, facts)


def _paused(facts: dict[str, Any]) -> HttpResponse:
    sentence = "The sitting is paused, and its clock stands still. Keep this page: what it holds is sent when it goes on."
    return problem(409, "paused", sentence, **facts)


def _ask_invigilator(standing: str) -> HttpResponse:
    if standing == "refused":
        sentence = (
            "An invigilator has not allowed this device to go on. The sitting is safe on the device that began it;"
            " speak to the invigilator, or ask again in a minute."
        )
    else:
        sentence = (
            "This sitting is open on another device. An invigilator has been asked to let this one go on;"
            " what was saved is safe. Keep this page: it asks again by itself."
        )
    return problem(409, "ask-invigilator", sentence, request=str(standing))


def _late(facts: dict[str, Any], *, by_clock: bool) -> HttpResponse:
    if by_clock:
        sentence = "The time was up before this reached us. What was saved by then counts; this is kept and does not."
        return problem(409, "time-is-up", sentence, **facts)
    sentence = (
        "The sitting was handed in, or ended by an invigilator, before this reached us. What was saved by then counts;"
        " this is kept and does not."
    )
    return problem(409, "handed-in", sentence, **facts)


def _standing(sitting: Sitting, epoch: int) -> dict[str, Any]:
    events = queries.events(sitting.pk)
    values = rules.current(events)
    return _clock(sitting, epoch) | {
        "last_seq": max((event.seq for event in events if event.epoch == epoch), default=0),
        "length": sitting.form.length if sitting.form else 0,
        "responses": {str(position): value for position, value in values.items()},
    }


def _clock(sitting: Sitting, epoch: int) -> dict[str, Any]:
    """What a page must know every few seconds: time, lease, messages."""
    at = clock.now()
    return {
        "state": sitting.state,
        "server_time": _time(at),
        "deadline": _time(sitting.deadline_at),
        "seconds_left": deadline.seconds_left(
            deadline_at=sitting.deadline_at, at=min(at, sitting.paused_at or at)
        )
        if sitting.deadline_at
        else None,
        "lease": {"epoch": sitting.epoch, "mine": sitting.epoch == epoch},
        "messages": _messages(responses.messages(sitting.pk) if sitting.messages_count else ()),
        "break_until": _time(sitting.break_ends_at),
    }


def _messages(found: Sequence[tuple[int, datetime, str]]) -> list[dict[str, Any]]:
    return [{"id": number, "at": _time(at), "text": text} for number, at, text in found]


def _ended(sitting: Sitting) -> HttpResponse:
    if sitting.started_at is None:
        return _unknown()
    return _late(_standing(sitting, sitting.epoch), by_clock=sitting.closed_by == "clock")


def _unknown() -> HttpResponse:
    return problem(404, "no-such-sitting", "There is no such sitting, or it has not started.")


def _verdict(seq: int | None, verdict: Verdict, refusal: str | None) -> dict[str, Any]:
    said: dict[str, Any] = {"seq": seq, "verdict": str(verdict)}
    if refusal:
        said |= {"code": str(refusal), "says": WORDS[refusal]}
    return said


def _whole(value: Any) -> TypeGuard[int]:
    """A whole number that fits the column; JSON's true is none."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= acceptance.MOST_SEQ


def _time(at: Any) -> str | None:
    return None if at is None else at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(status: int, said: dict[str, Any]) -> HttpResponse:
    # Plain facts need no encoder of their own, which would be made anew for every answer.
    headers = {"Cache-Control": "no-store", "Content-Type": "application/json"}
    return HttpResponse(json.dumps(said), status=status, headers=headers)
