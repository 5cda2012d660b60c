"""Who may do what in exams, and the token with which a page of a sitting may write."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest

from exams.models import Bank, Exam
from lms.organisations import access as organisations
from lms.organisations import queries

MARK = "auditorium:sitting:1"
SEAL = "auditorium:seal:1"
WRITE, REVIEW, ASSEMBLE, RELEASE = (
    "exams.write_items",
    "exams.review_items",
    "exams.assemble",
    "exams.release",
)


class BadToken(Exception):
    """The token is missing, damaged, or belongs to another sitting."""


@dataclass(frozen=True)
class Holder:
    """Who writes in a sitting, and with which epoch the page was opened."""

    person_id: int
    epoch: int


def token(*, sitting_uuid: UUID, person_id: int, epoch: int) -> str:
    """A token bound to sitting, person and epoch. It opens this one sitting and no account."""
    return f"{person_id}.{epoch}.{_mac(sitting_uuid, person_id, epoch)}"


def holder(given: str, *, sitting_uuid: UUID) -> Holder:
    """Whom the token names; raises BadToken. Reads no session and no table."""
    parts = given.split(".")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts[:2]):
        raise BadToken
    person_id, epoch = int(parts[0]), int(parts[1])
    # Compared in constant time: the time of a refusal must not tell how much of a guess was right.
    if not hmac.compare_digest(_mac(sitting_uuid, person_id, epoch).encode(), parts[2].encode()):
        raise BadToken
    return Holder(person_id, epoch)


def _mac(sitting_uuid: UUID, person_id: int, epoch: int) -> str:
    said = f"{MARK}:{sitting_uuid}:{person_id}:{epoch}".encode()
    mac = hmac.new(settings.SECRETS.sitting_token.encode(), said, hashlib.sha256).digest()
    return urlsafe_b64encode(mac).rstrip(b"=").decode()


def seal_key(*, sitting_uuid: UUID, person_id: int) -> str:
    """The key, in base64url, with which a candidate's page seals a file of answers for this one sitting."""
    said = f"{SEAL}:{sitting_uuid}:{person_id}".encode()
    key = hmac.new(settings.SECRETS.sitting_token.encode(), said, hashlib.sha256).digest()
    return urlsafe_b64encode(key).rstrip(b"=").decode()


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
