"""Every parser of what strangers send: real files for it, and the exceptions by which it refuses."""

import functools
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from certificates.documents import reading as shown
from certificates.rules import apart, baking
from certificates.rules.proofs import reading
from courses.rules import exchange as courses
from courses.rules.exchange import cartridge_writer, markdown_writer, scorm_writer
from courses.rules.packages.manifest import Standard
from exams.rules import answer_files
from exams.rules import exchange as items
from exams.rules.statistics import reading as statistics
from exams.rules.statistics.tables import CannotRead as NoTable
from lms.billing import gateway
from lms.kit.refusing import CannotRead
from lms.notifications.rules import bounces
from lms.organisations.rules import invited
from lms.web import pdf, sealing
from tests import authorities
from tests.certificates.rules import signing
from tests.courses.rules.exchange import test_round_trip as of_courses
from tests.courses.rules.exchange import test_strangers as stranger_courses
from tests.exams.rules.exchange import test_moodle, test_qti, test_round_trip, test_texts
from tests.exams.rules.test_answer_files import KEY as SEAL_KEY
from tests.exams.rules.test_answer_files import content as answers
from tests.exams.rules.test_answer_files import event as answer
from tests.factories import packages
from tests.lms.notifications import test_ways

AT = datetime(2027, 1, 1, 9, tzinfo=UTC)
SECRET = "whsec_of_the_fuzzer"


@dataclass(frozen=True)
class Parser:
    """`refuses` are its own refusals; anything else that it raises is a fault of ours. `within` says that the files are
    archives, to be spoiled inside too."""

    read: Callable[[bytes], object]
    seeds: Callable[[], Sequence[bytes]]
    refuses: tuple[type[BaseException], ...]
    within: bool = False


def _items(format: str) -> Callable[[bytes], object]:
    return lambda data: items.read(data, format)


def _course(format: str) -> Callable[[bytes], object]:
    return lambda data: courses.read(data, format, of_courses.STANDING)


_shipped = functools.cache(test_round_trip.shipped)


@functools.cache
def _written(format: str) -> bytes:
    outgoing, scenarios = _shipped()
    kinds: dict[str, Any] = {}
    for one in outgoing:
        kinds.setdefault((one.written.content["kind"], "scenario" in one.about), one)
    few = list(kinds.values())
    wanted = {one.about.get("scenario") for one in few}
    return items.write(few, format, [one for one in scenarios if one.code in wanted]).data


def _qti() -> Sequence[bytes]:
    return [_written("qti"), test_qti.two(test_qti.declared("A"), test_qti.CHOICE)]


def _moodle() -> Sequence[bytes]:
    three = test_moodle.question("multichoice", "<single>true</single>" + test_moodle.THREE)
    return [_written("moodle-xml"), test_moodle.QUIZ.format(three).encode()]


GIFT = b"// x\n$CATEGORY: a\n::Q1:: The {=scope ~policy#No. ~%50%half} first.\n\n::Q2::{#3.5:0.5}\n\nT? {T#w#r}\n\nM {=a -> b =c -> d}\n"
AIKEN = b"Which one?\nA. One\nB) Two\nC. Three\nANSWER: B\n\nAnd?\nA. x\nB. y\nANSWER: A\n"


def _cartridges() -> Sequence[bytes]:
    return [
        cartridge_writer.write(of_courses.whole(), {"a.png": of_courses.picture()}),
        stranger_courses.page("<p>One</p><table><tr><td>x</td></tr></table><img src='a.png' alt='x'>"),
    ]


def _folders() -> Sequence[bytes]:
    return [
        markdown_writer.write(of_courses.whole(), {"a.png": of_courses.picture()}),
        stranger_courses.markdown(),
    ]


def _scorm() -> Sequence[bytes]:
    made = scorm_writer.write(of_courses.whole(), {"a.png": of_courses.picture()}, Standard.SCORM_2004)
    return [packages.scorm(parts=3), packages.scorm(Standard.SCORM_2004), made]


def _olx() -> Sequence[bytes]:
    return [
        stranger_courses.olx(stranger_courses.COURSE),
        stranger_courses.olx(stranger_courses.COURSE, zipped=True),
    ]


# Verification

CREDENTIAL = json.dumps(signing.signed()).encode()


@functools.cache
def _given() -> dict[str, Any]:
    return apart.given(signing.ours(), at=AT)


def _shown(data: bytes) -> object:
    return json.dumps(shown.read(data, _given()))


@functools.cache
def _pdfs() -> Sequence[bytes]:
    attached = pdf.Attachment("credential.json", CREDENTIAL, "The same for programs")
    html = "<html><body><h1>A</h1><p><a href='https://example.org/v/X'>X</a></p></body></html>"
    plain = pdf.make(html, base_url=None, language="en", title="A", attachments=[attached], created_at=AT)
    return [sealing.seal(plain, key=authorities.sealing_key(authorities.root()), at=AT)]


def _pictures() -> Sequence[bytes]:
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>'
    return [
        baking.png(of_courses.picture(), CREDENTIAL.decode()),
        baking.svg(drawn, signing.token()).encode(),
    ]


def _credentials() -> Sequence[bytes]:
    return [
        CREDENTIAL,
        json.dumps(signing.signed(profile=signing.Profile.OB30)).encode(),
        signing.token().encode(),
    ]


# Webhooks, letters, tables, files of answers

EVENT = {
    "id": "evt_1", "object": "event", "api_version": gateway.API_VERSION, "created": 1_764_331_200, "livemode": False,
    "type": "checkout.session.completed",
    "data": {"object": {"id": "cs_1", "object": "checkout.session", "payment_intent": "pi_1", "payment_status": "paid"}},
}  # fmt: skip


def _webhook(data: bytes) -> object:
    """As if Stripe itself had gone mad: what is spoiled is truly signed."""
    stamp = int(time.time())
    made = hmac.new(SECRET.encode(), f"{stamp}.".encode() + data, hashlib.sha256).hexdigest()
    return gateway.read_webhook(payload=data, signature=f"t={stamp},v1={made}", secrets=(SECRET,))


def _signature(data: bytes) -> object:
    return gateway.read_webhook(payload=b"{}", signature=data.decode("latin-1"), secrets=(SECRET,))


def _invited(data: bytes) -> object:
    rows = invited.read(data.decode("utf-8-sig"))
    return invited.judge(rows, may_give=frozenset({"member"}), held=frozenset())


INVITED = b'email;role\nada@example.org;member\n\n"ben, b"@example.org;manager\ncleo@example.org;\n'
RESPONSES = b"person,group,time,i1,i2,i3\na,x,10,A,B,\nb,y,12.5,B,,C\nc,x,9,A,B,C\n"
KEY = b"item,right\ni1,A\ni2,B|C\ni3,C\n"


def _answers(data: bytes) -> object:
    return answer_files.read(data, sitting="s-1", form_digest="f-1", key=SEAL_KEY)


def _sealed_anew(data: bytes) -> object:
    """Somebody who has the key of the seal, and writes nonsense under it."""
    try:
        said = json.loads(data)
        said["seal"] = answer_files.seal(said, key=SEAL_KEY)
        data = json.dumps(said).encode()
    except (ValueError, TypeError, AttributeError, RecursionError):
        pass
    return _answers(data)


HEAVY = (RecursionError, MemoryError)  # what is read apart, in a process with limits, may end by them

PARSERS: dict[str, Parser] = {
    "items-qti": Parser(_items("qti"), _qti, (CannotRead,), within=True),
    "items-moodle": Parser(_items("moodle-xml"), _moodle, (CannotRead,)),
    "items-gift": Parser(_items("gift"), lambda: [GIFT, _written("gift")], (CannotRead,)),
    "items-aiken": Parser(_items("aiken"), lambda: [AIKEN], (CannotRead,)),
    "items-csv": Parser(_items("csv"), lambda: [test_texts.CSV.encode()], (CannotRead,)),
    "course-cartridge": Parser(_course("common-cartridge"), _cartridges, (CannotRead,), within=True),
    "course-markdown": Parser(_course("markdown"), _folders, (CannotRead,), within=True),
    "course-scorm": Parser(_course("scorm"), _scorm, (CannotRead,), within=True),
    "course-olx": Parser(_course("olx"), _olx, (CannotRead,), within=True),
    "verify-pdf": Parser(_shown, _pdfs, HEAVY),
    "verify-picture": Parser(_shown, _pictures, HEAVY),
    "verify-credential": Parser(_shown, _credentials, HEAVY),
    "verify-question": Parser(lambda data: json.dumps(shown.question(data)), lambda: [b'{"numbers": ["AIMS-LI-0001"]}'], HEAVY),
    "proof-json": Parser(reading.read, lambda: [CREDENTIAL], (reading.Unreadable,)),
    "webhook-stripe": Parser(_webhook, lambda: [json.dumps(EVENT).encode()], (gateway.BadSignature,)),
    "webhook-signature": Parser(_signature, lambda: [b"t=1764331200,v1=00ff"], (gateway.BadSignature,)),
    "bounce": Parser(lambda data: bounces.read(data, key=test_ways.KEY), lambda: [test_ways.report(), test_ways.report(head="message/rfc822")], ()),
    "invitations": Parser(_invited, lambda: [INVITED], (invited.NotAList, UnicodeDecodeError)),
    "responses": Parser(statistics.read, lambda: [RESPONSES], (NoTable,)),
    "responses-key": Parser(lambda data: statistics.read(RESPONSES, data), lambda: [KEY], (NoTable,)),
    "answer-file": Parser(_answers, lambda: [json.dumps(answers(answer(1), answer(2, value=None))).encode()], (answer_files.BadFile,)),
    "answer-file-sealed": Parser(_sealed_anew, lambda: [json.dumps(answers(answer(1))).encode()], (answer_files.BadFile,)),
}  # fmt: skip
