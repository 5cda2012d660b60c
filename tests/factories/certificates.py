"""Schemes, evidence and credentials for tests, made by the actions that make them in earnest."""

from datetime import date, timedelta
from uuid import uuid4

from django.conf import settings

from certificates.actions import applications, evidence, logs, references
from certificates.contributions import library
from certificates.models import Application, Credential, CredentialEvent, Edition
from certificates.rules import numbers
from certificates.rules.references import Relation
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


def annulled(person: Person, *, scheme_key: str = IMPLEMENTER, examiner: Person | None = None) -> int:
    """The annulment of the result that `exam_result` makes, as evidence."""
    return evidence.take(
        source=f"exams.result_annulled:{scheme_key}:{person.pk}",
        person_id=person.pk,
        kind="exam_annulled",
        scheme_key=scheme_key,
        facts={"annuls": f"exams.result:{scheme_key}:{person.pk}"},
        occurred_on=clock.today(),
        assessed_by_id=examiner.pk if examiner else None,
    )


def practice(person: Person, *, years: int = 6, hours: int = 400, scheme_key: str = IMPLEMENTER) -> None:
    """A post in AI management that goes on since so many years, and so many hours of projects up to today."""
    today = clock.today()
    since = today - timedelta(days=365 * years)
    told = {"organisation": "Northmoor Systems", "role": "AI lead", "text": "Ran it.", "contact": ""}
    for kind, ends_on, count in (("experience", None, 0), ("hours", today, hours)):
        written = logs.Written(
            kind=kind, begins_on=since, ends_on=ends_on, in_field=kind == "experience", hours=count, **told
        )
        logs.write(person_id=person.pk, scheme_key=scheme_key, written=written, use_key=uuid4())


def referred(person: Person, *, by: int = 2, scheme_key: str = IMPLEMENTER) -> None:
    """References given by so many clients."""
    for number in range(by):
        row = references.ask(
            person_id=person.pk,
            scheme_key=scheme_key,
            name=f"Referee {number}",
            email=f"referee{number}@example.com",
            relation=Relation.CLIENT,
        )
        said = references.Said(Relation.CLIENT, "Head of audit", 2019, True, "Careful work.")
        references.give(signed=references.token(row), said=said)


def applied(
    person: Person, *, level_key: str = "lead", scheme_key: str = IMPLEMENTER, examiner: Person | None = None
) -> Application:
    """An application for a level that an officer decides; exam and code are proven, nothing else by itself."""
    exam_result(person, scheme_key=scheme_key, examiner=examiner)
    evidence.sign_code(person_id=person.pk, scheme_key=scheme_key)
    return Application.objects.get(
        pk=applications.apply(person_id=person.pk, scheme_key=scheme_key, level_key=level_key)
    )


def certified(person: Person, *, scheme_key: str = IMPLEMENTER, examiner: Person | None = None) -> Credential:
    """A person who passed, signed and applied; no document is made yet."""
    exam_result(person, scheme_key=scheme_key, examiner=examiner)
    evidence.sign_code(person_id=person.pk, scheme_key=scheme_key)
    application_id = applications.apply(person_id=person.pk, scheme_key=scheme_key, level_key="provisional")
    application = Application.objects.get(pk=application_id)
    return application.decision.edition.credential


def crowd(credential: Credential, *, people: int) -> None:
    """So many more holders, copied from one credential row by row, for counting statements."""
    edition, event = credential.editions.get(), credential.events.get(kind="granted")
    start = Person.objects.count()
    names = [f"Holder Number {start + place}" for place in range(people)]
    holders = Person.objects.bulk_create(
        Person(email=f"{name.replace(' ', '.')}@example.org", display_name=name) for name in names
    )
    copies = []
    for place, holder in enumerate(holders):
        number = numbers.written("AIMS-LI", f"{start + place:010d}")
        copies.append(
            Credential(
                number=number,
                folded=numbers.parse(number).folded,
                holder=holder,
                level_id=credential.level_id,
                share_key="k",
                granted_at=credential.granted_at,
            )
        )
    copies = Credential.objects.bulk_create(copies)
    Edition.objects.bulk_create(
        _copied(edition, copy, name) for copy, name in zip(copies, names, strict=True)
    )
    CredentialEvent.objects.bulk_create(
        CredentialEvent(
            credential=copy,
            kind=event.kind,
            key=event.key,
            effective_at=event.effective_at,
            recorded_at=event.recorded_at,
        )
        for copy in copies
    )


def _copied(edition: Edition, credential: Credential, name: str) -> Edition:
    return Edition(
        credential=credential,
        number=1,
        version_id=edition.version_id,
        design_id=edition.design_id,
        begins_on=edition.begins_on,
        expires_on=edition.expires_on,
        grace_days=edition.grace_days,
        holder_name=name,
        holder_folded=name.casefold(),
        claims=edition.claims | {"holder": name, "number": credential.number},
        digest=edition.digest,
        made_at=edition.made_at,
    )
