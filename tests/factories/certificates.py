"""Schemes, evidence and credentials for tests, made by the actions that make them in earnest."""

from datetime import date, timedelta
from io import BytesIO
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction

from certificates.actions import amendments, applications, awards, cpd, dues, evidence, logs, references
from certificates.contributions import library
from certificates.models import (
    Application,
    CpdEntry,
    Credential,
    CredentialEvent,
    Decision,
    Edition,
    EditionName,
    FeeDemand,
    IssuedDigest,
    NameRequest,
    SampleCase,
    SampleDraw,
)
from certificates.queries import dues as dues_of
from certificates.queries import schemes as schemes_now
from certificates.rules import numbers
from certificates.rules.references import Relation
from lms.accounts.models import Person
from lms.billing.actions import entitlements, products
from lms.db import clock
from lms.kit.content import Problems
from lms.kit.gather import LoadCount

IMPLEMENTER = "aims-lead-implementer"
AUDITOR = "aims-lead-auditor"
PDF = b"%PDF-1.7 shows it"


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
    person: Person,
    *,
    level_key: str = "lead",
    scheme_key: str = IMPLEMENTER,
    examiner: Person | None = None,
    paid: bool = True,
) -> Application:
    """An application for a level that an officer decides; exam and code are proven, its fee is paid, nothing else."""
    exam_result(person, scheme_key=scheme_key, examiner=examiner)
    evidence.sign_code(person_id=person.pk, scheme_key=scheme_key)
    return applied_again(person, level_key=level_key, scheme_key=scheme_key, paid=paid)


def applied_again(
    person: Person, *, level_key: str = "lead", scheme_key: str = IMPLEMENTER, paid: bool = True
) -> Application:
    """Another application of somebody who has proven as much as they have; its fee is paid."""
    number = applications.apply(person_id=person.pk, scheme_key=scheme_key, level_key=level_key)
    application = Application.objects.get(pk=number)
    if paid:
        pay_fee(application)
    return application


def pay_fee(application: Application) -> None:
    """What an application costs is paid, where it costs something and was not."""
    due = dues_of.of(application)
    if due is not None and not due.is_paid:
        source, payer = f"tests:{application.uuid}", application.person_id
        entitlements.grant(product_key=due.product_key, person_id=payer, source_key=source)
        dues.pay_with(product_key=due.product_key, person_id=payer)


def certified(person: Person, *, scheme_key: str = IMPLEMENTER, examiner: Person | None = None) -> Credential:
    """A person who passed, signed and applied; no document is made yet."""
    exam_result(person, scheme_key=scheme_key, examiner=examiner)
    evidence.sign_code(person_id=person.pk, scheme_key=scheme_key)
    application_id = applications.apply(person_id=person.pk, scheme_key=scheme_key, level_key="provisional")
    application = Application.objects.get(pk=application_id)
    return application.decision.edition.credential


def granted(person: Person, *, level_key: str = "lead", scheme_key: str = IMPLEMENTER) -> Credential:
    """A person to whom a level with hours and an annual fee was granted; the code of ethics is signed."""
    at = clock.now()
    evidence.sign_code(person_id=person.pk, scheme_key=scheme_key)
    scheme = schemes_now.scheme(key=scheme_key, on=at.date())
    level = scheme.level(level_key)
    application = Application.objects.create(
        person=person,
        level_id=level.id,
        version_id=scheme.version_id,
        state="granted",
        submitted_at=at,
        decided_at=at,
    )
    decision = Decision.objects.create(application=application, outcome="granted", decided_at=at)
    with transaction.atomic():
        return awards.award(decision=decision, scheme=scheme, level=level, at=at)


def issued(credential: Credential, *, digest: str = "7f" * 32) -> IssuedDigest:
    """A file that was given out."""
    edition = credential.editions.get()
    return IssuedDigest.objects.create(edition=edition, kind="pdf", digest=digest, size=1, at=clock.now())


def hours(
    credential: Credential, *, hours: int, category: str = "projects", key: str = "h", shown: bool = True
) -> CpdEntry:
    """Hours in the log, with a file that shows them."""
    return cpd.record(
        number=credential.number,
        holder_id=credential.holder_id,
        use_key=key,
        category=category,
        title="Led an internal audit",
        minutes=hours * 60,
        occurred_on=clock.today(),
        evidence=BytesIO(PDF) if shown else None,
        file_name="audit.pdf",
    )


def name_asked(credential: Credential, name: str = "Ada Wanjiru Kamau") -> NameRequest:
    """The holder has asked for another name on it."""
    return amendments.ask_for_name(
        number=credential.number,
        holder_id=credential.holder_id,
        name=name,
        reason="name-changed",
        evidence=BytesIO(PDF),
        file_name="passport.pdf",
    )


def drawn(credential: Credential) -> SampleCase:
    """The credential's case in a sample of this year."""
    at = clock.now()
    draw, _ = SampleDraw.objects.get_or_create(
        scheme=credential.level.scheme,
        year=at.year,
        defaults={
            "seed": "s",
            "percent": 10,
            "population": 1,
            "population_digest": "d",
            "drawn_at": at,
        },
    )
    return SampleCase.objects.create(
        draw=draw, credential=credential, due_on=at.date() + timedelta(days=30), asked_at=at
    )


def kept(credential: Credential) -> dict[str, UUID]:
    """What the addresses of maintenance need, by their names: an entry, a sample, a fee, a request."""
    entry, case = hours(credential, hours=1), drawn(credential)
    products.offer(key="maintenance-x", kind="maintenance", title="Fee", amount_minor=100, currency="EUR")
    fee = FeeDemand.objects.create(
        credential=credential,
        invoice="X-1",
        product_key="maintenance-x",
        title="Fee",
        amount_minor=100,
        currency="EUR",
        due_on=clock.today(),
        made_at=clock.now(),
    )
    asked = amendments.ask_for_name(
        number=credential.number,
        holder_id=credential.holder_id,
        name="Ada Wanjiru",
        reason="name-changed",
        evidence=BytesIO(PDF),
        file_name="passport.pdf",
    )
    return {
        "entry": entry.uuid,
        **dict.fromkeys(("hours_file", "show_hours", "remove_hours"), entry.uuid),
        **dict.fromkeys(("sample", "send_sample", "decide_sample"), case.uuid),
        **dict.fromkeys(("fee", "pay", "settle_fee"), fee.uuid),
        **dict.fromkeys(("name_file", "decide_name"), asked.uuid),
    }


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
    editions = Edition.objects.bulk_create(_copied(edition, copy) for copy in copies)
    EditionName.objects.bulk_create(
        EditionName(edition=copy, holder_name=name, holder_folded=name.casefold(), salt="s")
        for copy, name in zip(editions, names, strict=True)
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


def _copied(edition: Edition, credential: Credential) -> Edition:
    return Edition(
        credential=credential,
        number=1,
        version_id=edition.version_id,
        design_id=edition.design_id,
        begins_on=edition.begins_on,
        expires_on=edition.expires_on,
        grace_days=edition.grace_days,
        facts=edition.facts | {"number": credential.number},
        digest=edition.digest,
        made_at=edition.made_at,
    )
