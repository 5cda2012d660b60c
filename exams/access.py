"""Who may do what in exams, the token with which a page of a sitting may write, and the browser it may be in."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from exams.models import Bank, Entry, Exam
from exams.rules import safe_browser
from exams.rules.safe_browser import Addresses, Shown, Standing
from lms.organisations import access as organisations
from lms.organisations import queries

MARK = "auditorium:sitting:1"
SEAL = "auditorium:seal:1"
SAFE_BROWSER = "auditorium:safe-browser:1"
TRAIN = "courses.train"
WRITE, REVIEW, ASSEMBLE, RELEASE, HEAR, MARK, INVIGILATE = (
    "exams.write_items",
    "exams.review_items",
    "exams.assemble",
    "exams.release",
    "exams.hear_appeals",
    "exams.mark",
    "exams.invigilate",
)

COOKIE = f"{settings.COOKIE_PREFIX}safe_browser"
DEVICE_COOKIE = f"{settings.COOKIE_PREFIX}sitting_device"
DEVICE_LIFE, DEVICE = timedelta(days=30), re.compile(r"[0-9a-f]{32}")
COOKIE_LIFE = timedelta(hours=24)
PASS_LIFE = timedelta(minutes=10)
# The page was let in at the last moment of a pass; its scripts ask for the lease a little later.
LEASE_LEEWAY = timedelta(minutes=1)
SKEW = timedelta(minutes=1)
SEEN = re.compile(r"(header|script)~(\d{1,11})~([-\w]+)", re.ASCII)


class BadToken(Exception):
    """The token is missing, damaged, or belongs to another sitting."""


@dataclass(frozen=True)
class Holder:
    """Who writes in a sitting, and with which epoch the page was opened.

    `browser` is empty but for an exam that needs Safe Exam Browser: it says how the page showed it (see `Seen`).
    """

    person_id: int
    epoch: int
    browser: str = ""


def token(*, sitting_uuid: UUID, person_id: int, epoch: int, browser: str = "") -> str:
    """A token bound to sitting, person and epoch. It opens this one sitting and no account."""
    marks = f"{person_id}.{epoch}.{browser}" if browser else f"{person_id}.{epoch}"
    return f"{marks}.{_mac(sitting_uuid, person_id, epoch, browser)}"


def holder(given: str, *, sitting_uuid: UUID) -> Holder:
    """Whom the token names; raises BadToken. Reads no session and no table."""
    parts = given.split(".")
    if len(parts) not in {3, 4} or not all(
        part.isascii() and part.isdigit() and len(part) < 19 for part in parts[:2]
    ):
        raise BadToken
    person_id, epoch = int(parts[0]), int(parts[1])
    browser = parts[2] if len(parts) == 4 else ""
    # Compared in constant time: the time of a refusal must not tell how much of a guess was right.
    if not hmac.compare_digest(_mac(sitting_uuid, person_id, epoch, browser).encode(), parts[-1].encode()):
        raise BadToken
    return Holder(person_id, epoch, browser)


def _mac(sitting_uuid: UUID, person_id: int, epoch: int, browser: str) -> str:
    said = f"{MARK}:{sitting_uuid}:{person_id}:{epoch}"
    return _keyed(f"{said}:{browser}" if browser else said)


def _keyed(said: str) -> str:
    mac = hmac.new(settings.SECRETS.sitting_token.encode(), said.encode(), hashlib.sha256).digest()
    return urlsafe_b64encode(mac).rstrip(b"=").decode()


def seal_key(*, sitting_uuid: UUID, person_id: int) -> str:
    """The key, in base64url, with which a candidate's page seals a file of answers for this one sitting."""
    return _keyed(f"{SEAL}:{sitting_uuid}:{person_id}")


def stamp(use: str, *, about: UUID, person_id: int, at: datetime) -> str:
    """A time signed for one use by one person about one thing: `seconds.digest`."""
    seconds = int(at.timestamp())
    return f"{seconds}.{_keyed(f'{SAFE_BROWSER}:{use}:{about}:{person_id}:{seconds}')}"


def stamped_at(given: str, use: str, *, about: UUID, person_id: int) -> datetime | None:
    """The time that a stamp carries, or None where it is missing, damaged, or for something else."""
    seconds, _, mac = given.partition(".")
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12):
        return None
    expected = _keyed(f"{SAFE_BROWSER}:{use}:{about}:{person_id}:{int(seconds)}")
    if not hmac.compare_digest(expected.encode(), mac.encode()):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def is_fresh(stamped: datetime | None, *, at: datetime, life: timedelta) -> bool:
    return stamped is not None and -SKEW <= at - stamped <= life


def device(request: HttpRequest) -> str:
    """The name under which this browser is known to its candidate's sittings; empty before it has one."""
    name = request.COOKIES.get(DEVICE_COOKIE, "")
    return name if DEVICE.fullmatch(name) else ""


def name_device(request: HttpRequest) -> str:
    """A new name for a browser that has none; this request has it from now on. The name opens nothing: it
    only tells one device from another."""
    name = uuid4().hex
    request.COOKIES[DEVICE_COOKIE] = name
    return name


def keep_device(answer: HttpResponse, name: str) -> None:
    """Has the browser keep its name."""
    secure = settings.SESSION_COOKIE_SECURE
    answer.set_cookie(DEVICE_COOKIE, name, DEVICE_LIFE, httponly=True, samesite="Lax", secure=secure)


def me(request: HttpRequest) -> int:
    """The id of the person who is logged in; for views that only such people reach."""
    person_id = request.user.pk
    assert isinstance(person_id, int), "this view is behind a login"
    return person_id


def banks(person: Any) -> QuerySet[Bank]:
    """The banks that a person may look into: those of organisations that gave them an office there."""
    if person.is_superuser:
        return Bank.objects.all()
    ids = {
        one for office in (WRITE, REVIEW, ASSEMBLE) for one in queries.organisations_with(person.pk, office)
    }
    return Bank.objects.filter(organisation_id__in=ids)


def may(person: Any, office: str, bank: Bank) -> bool:
    """Whether a person holds an office at the organisation that keeps a bank."""
    return organisations.allows(person, office, bank.organisation_id)


def works_in_banks(person: Any) -> bool:
    """Whether there is any bank work for this person at all."""
    return any(organisations.allows(person, office) for office in (WRITE, REVIEW, ASSEMBLE))


def exams(person: Any) -> QuerySet[Exam]:
    """The exams whose windows a person makes: those of organisations that gave them the office there."""
    if person.is_superuser:
        return Exam.objects.all()
    return Exam.objects.filter(organisation_id__in=queries.organisations_with(person.pk, ASSEMBLE))


@dataclass(frozen=True)
class Seen:
    """How a page of an exam that needs Safe Exam Browser showed it: by its headers, or by its script with a
    pass made `at`. The token of the page carries it, so that a save can judge its own headers without a statement.
    """

    by: str
    at: datetime
    exam_key: str

    def __str__(self) -> str:
        return f"{self.by}~{int(self.at.timestamp())}~{self.exam_key}"


def seen(browser: str) -> Seen | None:
    """What a token says of the browser; None for an exam that needs no particular one."""
    said = SEEN.fullmatch(browser)
    return Seen(said[1], datetime.fromtimestamp(int(said[2]), UTC), said[3]) if said else None


def safe_browser_addresses(exam: Exam) -> Addresses:
    """Where an exam is sat in Safe Exam Browser. Nothing of a person is in it: all candidates share one key."""
    return _addresses(exam.key)


def _addresses(key: str) -> Addresses:
    pages = [f"/exams/{key}/*", "/entries/*", "/sittings/*", "/accounts/*"]
    start, end = reverse("exams:sit", args=[key]), reverse("exams:leave", args=[key])
    return Addresses(settings.PUBLIC_URL, start, end, tuple(pages))


def shown(request: HttpRequest) -> Shown:
    """What Safe Exam Browser says in the headers of a request."""
    return Shown(
        config=request.headers.get("X-SafeExamBrowser-ConfigKeyHash", ""),
        exam=request.headers.get("X-SafeExamBrowser-RequestHash", ""),
    )


def browser_standing(request: HttpRequest, exam: Exam, said: Shown | None = None) -> Standing:
    """Whether a request, or what its page says, comes from Safe Exam Browser with the exam's configuration."""
    return safe_browser.standing(
        shown(request) if said is None else said,
        url=_url(request),
        config_key=safe_browser.key_of(safe_browser_addresses(exam)),
        exam_keys=exam.safe_browser_keys,
    )


def _url(request: HttpRequest) -> str:
    # Never by the Host header: who asks could choose it.
    return safe_browser.address(settings.PUBLIC_URL, request.get_full_path())


def passed_at(request: HttpRequest, entry: Entry) -> datetime | None:
    """When this browser last showed by its script that it is Safe Exam Browser, for this entry; None for never."""
    given = request.COOKIES.get(COOKIE, "")
    return stamped_at(given, "pass", about=entry.uuid, person_id=entry.candidate_id)


def admission(request: HttpRequest, exam: Exam, entry: Entry, *, at: datetime) -> Seen | None:
    """How a request shows that it comes from Safe Exam Browser, or None: then it is not let in."""
    if browser_standing(request, exam) == Standing.RIGHT:
        return Seen("header", at, exam.key)
    passed = passed_at(request, entry)
    if passed and is_fresh(passed, at=at, life=PASS_LIFE):
        return Seen("script", passed, exam.key)
    return None


def may_take_lease(request: HttpRequest, exam: Exam, said: Seen, *, at: datetime) -> bool:
    """Whether the page that asks for the lease of a sitting is (still) in Safe Exam Browser."""
    if said.by == "script" and is_fresh(said.at, at=at, life=PASS_LIFE + LEASE_LEEWAY):
        return True
    return browser_standing(request, exam) == Standing.RIGHT


def fits_form(request: HttpRequest, exam: Exam, entry: Entry) -> bool:
    """Whether a form comes from a browser that has shown itself to be Safe Exam Browser, be it long ago: a page may
    be read for longer than a pass is fresh."""
    standing = browser_standing(request, exam)
    return standing == Standing.RIGHT or (
        standing == Standing.ABSENT and passed_at(request, entry) is not None
    )


def fits_page(request: HttpRequest, said: Seen) -> bool:
    """Whether a save comes from the browser in which its page was opened. Asks no table."""
    found = safe_browser.standing(
        shown(request),
        url=_url(request),
        config_key=safe_browser.key_of(_addresses(said.exam_key)),
    )
    return found == Standing.RIGHT or (found == Standing.ABSENT and said.by == "script")


def any_of(*permissions: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view for those who hold one of several permissions: it is given, for each of them, the organisations in which
    they do. Others are asked to log in, or told 403."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            held = {one: queries.organisations_with(me(request), one) for one in permissions}
            if not any(held.values()):
                raise PermissionDenied(permissions[0])
            return view(request, held, *args, **kwargs)

        return guarded

    return decorate
