"""Schemes, evidence and credentials for tests, made by the actions that make them in earnest."""

from datetime import date

from django.conf import settings

from certificates.actions import applications, evidence
from certificates.contributions import library
from certificates.models import Application, Credential
from lms.accounts.models import Person
from lms.db import clock
from lms.kit.content import Problems
from lms.kit.gather import LoadCount

IMPLEMENTER = "aims-lead-implementer"
AUDITOR = "aims-lead-auditor"


def schemes() -> LoadCount:
    """The schemes and designs as shipped."""
    problems = Problems()
    content = library.read([settings.BASE_DIR / "certificates" / "library"], problems)
    assert not problems.items
    return library.write(content)


def exam_result(
    person: Person,
    *,
    outcome: str = "passed",
    scheme_key: str = IMPLEMENTER,
    examiner: Person | None = None,
    source: str = "",
    on: date | None = None,
) -> int:
    """A released exam result as evidence."""
    return evidence.take(
        source=source or f"exams.result:{scheme_key}:{person.pk}",
        person_id=person.pk,
        kind="exam",
        scheme_key=scheme_key,
        facts={"exam_key": "lead", "title": "Lead exam", "outcome": outcome},
        occurred_on=on or clock.today(),
        assessed_by_id=examiner.pk if examiner else None,
    )


def certified(person: Person, *, scheme_key: str = IMPLEMENTER, examiner: Person | None = None) -> Credential:
    """A person who passed, signed and applied; no document is made yet."""
    exam_result(person, scheme_key=scheme_key, examiner=examiner)
    evidence.sign_code(person_id=person.pk, scheme_key=scheme_key)
    application_id = applications.apply(person_id=person.pk, scheme_key=scheme_key, level_key="provisional")
    application = Application.objects.get(pk=application_id)
    return application.decision.edition.credential


def many(people: int, *, prefix: str = "holder") -> list[Credential]:
    """So many holders of the first level, each with a history."""
    made = []
    for number in range(people):
        person = Person.objects.create_user(email=f"{prefix}{number}@example.org", password=None)
        Person.objects.filter(pk=person.pk).update(display_name=f"Holder Number{number}")
        made.append(certified(person))
    return made
