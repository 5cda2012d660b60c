"""Every address of the house, with an object for each: for tests that ask for all of them.

Ada studies the course, has an entry, a sitting handed in, a released result and a credential; every
address with an object in it is about hers.
"""

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import signing
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from certificates.actions import appeals as register_appeals
from certificates.actions import batches as document_batches
from certificates.actions import checkpoints, decisions, keys, references, register
from certificates.actions import documents as documents_made
from certificates.models import Credential
from certificates.rules.references import Relation
from certificates.states import KeyPurpose
from courses.actions import cohorts, enrolments, notes, questions
from courses.models import CoursePage, LessonPage, Place
from exams.actions import accommodations, appeals, coursework, marking_desk
from exams.actions.coursework import Upload
from exams.models import Exam, LostPass, Result, SubmissionFile
from lms.accounts.actions import people, tools
from lms.accounts.models import Person
from lms.billing.actions import entitlements, refunds, seats
from lms.db import clock
from lms.notifications import outbox
from lms.notifications.actions import delivery, endpoints
from lms.notifications.models import Notice
from lms.organisations import queries as organisations
from lms.organisations.actions import domains, invitations, memberships
from lms.organisations.models import Domain
from lms.organisations.rules import roles
from lms.privacy.actions import legal
from lms.privacy.queries.legal import OF_ACCOUNTS
from tests import cast
from tests.factories import billing as make_billing
from tests.factories import certificates as make_certificates
from tests.factories import courses as make_courses
from tests.factories import exams as make_exams
from tests.factories import marking as make_marking

TABLE = Path(__file__).with_name("addresses.txt")
OWNERS = {
    "founder": frozenset(roles.PERMISSIONS) - {"awarding_officer"},
    "awarder": frozenset({"owner", "awarding_officer", "scheme_manager"}),
}
OF_FORM = ("key_form", "statistics", "statistics_items", "evidence", "evidence_archive")
OURS = (
    "web",
    "accounts",
    "notifications",
    "privacy",
    "organisations",
    "billing",
    "courses",
    "exams",
    "certificates",
)


def table() -> tuple[list[str], dict[str, list[str]]]:
    """The names in the head, and the codes of each address."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return lines[0][1:], {name: codes for name, *codes in lines[1:]}


PEOPLE, CODES = table()


def names_in(resolver: URLResolver, namespace: str = "") -> set[str]:
    found = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found |= names_in(entry, entry.namespace or namespace)
        elif isinstance(entry, URLPattern) and entry.name and namespace in OURS:
            found.add(f"{namespace}:{entry.name}")
    return found


@pytest.fixture
def addresses(library: None, ada: Any, settings: Any, tmp_path: Path) -> dict[str, str]:
    settings.MEDIA_ROOT = tmp_path
    course = CoursePage.objects.get(slug="lead-implementer")
    lesson = LessonPage.objects.descendant_of(course).first()
    entitlements.grant(product_key=course.product_key, person_id=ada.pk, source_key="a gift")
    learning = enrolments.enrol(person_id=ada.pk, course_id=course.pk)
    exam: Exam = make_exams.exam(safe_browser=True)
    result: Result = make_exams.released(exam, ada)
    credential: Credential = make_certificates.certified(ada)
    facts = {
        "courses": {
            "slug": course.slug,
            "lesson_key": lesson.key,
            "check_key": "c1",
            "key": "scope",
            "document": "policy-1",
            "number": 1,
            "token": "x",
            "path": "index.html",
            "launch": 1,
        },
        "exams": {
            "key": exam.key,
            "position": 1,
            "question": "x",
            "lesson_key": "l1",
            "uuid": result.sitting.uuid,
            "act": "incident",
            "event": "grant",
            "pk": 1,
        },
        "certificates": {
            "key": make_certificates.IMPLEMENTER,
            "number": credential.number,
            "act": "suspend",
            "kind": "hours",
            "uuid": UUID(int=0),
        },
    }
    entry, window = result.sitting.entry, make_exams.window(make_exams.exam("windowed", windowed=True))
    accommodation = accommodations.ask(
        person_id=ada.pk, organisation_id=exam.organisation_id, request="More time to read."
    )
    note = notes.write(
        enrolment_id=learning, uuid=uuid4(), lesson_key=lesson.key, place="", quote="", text="Mine."
    )
    special = of_cohort(course, ada) | {
        "courses:note": {"uuid": note.uuid},
        "exams:safe_browser": {"uuid": result.sitting.entry.uuid},
        "exams:safe_browser_answer": {"uuid": result.sitting.entry.uuid},
        "exams:safe_browser_file": {"uuid": result.sitting.entry.uuid},
        **{f"exams:{name}": {"uuid": entry.uuid} for name in ("entry", "reschedule", "cancel", "calendar")},
        "exams:window": {"uuid": window.uuid},
        "exams:accommodation_asked": {"uuid": accommodation.uuid},
        "exams:result": {"uuid": result.uuid},
        "exams:statement": {"uuid": result.uuid},
        "exams:examined": {"uuid": result.uuid},
        "exams:decide_credit": {"uuid": make_exams.proposed_credit(result.sitting).uuid},
        "exams:answer_file": {"uuid": make_exams.received_file(result.sitting).uuid},
        "exams:appeal": {"uuid": result.uuid},
        "exams:appeal_heard": {
            "uuid": appeals.lodge(result_uuid=result.uuid, person_id=ada.pk, reasons="It is wrong.").uuid
        },
        **{f"exams:{name}": {"pk": result.sitting.form_id} for name in OF_FORM},
        "exams:key_validation": {"uuid": make_exams.validated(result.sitting.form).uuid},
        "exams:lost_pass": {
            "uuid": LostPass.objects.create(result=result, run=result.run, at=clock.now()).uuid
        },
        "exams:evidence_pdf": {"pk": result.sitting.form_id, "pack_id": 1},  # none was made
        "exams:statistics_exam_csv": {"key": exam.key, "table": "forms"},
        "exams:intervene_all": {"key": exam.key, "act": "pause"},
    }
    work = make_marking.handed_in(
        make_marking.coursework(course_key="lead-implementer"), ada, files=[Upload("one.pdf", b"%PDF-1.7")]
    )
    coursework.finish(work_uuid=work.uuid, person_id=ada.pk)
    lease = marking_desk.take(marking_id=work.coursework.marking.pk, marker_id=cast.person("ivo").pk)
    essays = make_marking.essay_exam()
    make_marking.written(essays, cast.person("ben"))
    final = make_marking.by("ivo", essays, make_marking.FULL).script
    special |= {
        "exams:coursework_file": {"uuid": SubmissionFile.objects.get().uuid},
        "exams:coursework_learner": {"key": "pack", "pk": ada.pk},
        **{f"exams:{name}": {"key": "pack"} for name in ("coursework", "coursework_learners")},
        "exams:marking_script": {"uuid": lease.uuid},
        "exams:marking_control": {"uuid": final.uuid},
        **{f"exams:{name}": {"pk": essays.marking.pk} for name in ("marking_take", "marking_overview")},
    }
    kept = make_certificates.kept(credential)
    special |= {f"certificates:{name}": {"uuid": uuid} for name, uuid in kept.items() if name != "entry"}
    for name in ("sample_file", "judge_hours"):
        special[f"certificates:{name}"] = {"uuid": kept["sample"], "entry": kept["entry"]}
    batch = make_exams.proposed_batch(make_exams.exam("together", release="in-batches"), ada)
    documents = document_batches.ask(
        use_key=credential.editions.get().uuid,
        scheme_key=make_certificates.IMPLEMENTER,
        since=clock.today(),
        until=clock.today(),
        officer_id=cast.person("kai").pk,
    )
    special |= {f"certificates:{name}": {"uuid": documents.uuid} for name in ("batch", "batch_archive")}
    edition = credential.editions.get()
    documents_made.make_document(edition_id=edition.pk)
    special |= {
        "certificates:badge": {"uuid": edition.uuid},
        "certificates:badge_pdf": {"uuid": edition.uuid},
        "certificates:badge_file": {"uuid": edition.uuid, "ending": "json"},
        "certificates:revoked_by": {
            "authority_id": keys.signer(purpose=KeyPurpose.CA, at=clock.now()).key_id
        },
        "certificates:status_list": {"purpose": "revocation", "number": 1},
        "certificates:status_list_file": {"purpose": "suspension", "number": 1, "ending": "jwt"},
    }
    special |= {"certificates:end_watch": {"uuid": documents.uuid}}
    special |= {"certificates:answer_watch": {"uuid": documents.uuid, "event": "refuse"}}
    special |= {"exams:batch_form": {"pk": batch.form_id}, "exams:batch": {"uuid": batch.uuid}}
    special |= of_decisions(ada) | of_money(ada, cast.person("cleo"))
    cleo = cast.person("cleo")
    facts |= {
        "organisations": of_northmoor(cleo),
        "accounts": {"provider_id": UUID(int=0)},
        "notifications": {"pk": told(ada)},
        "privacy": {"kind": "terms", "version": 1, "uuid": UUID(int=0)},
    }
    special |= acts_of_northmoor(cleo)
    found = {}
    for name in CODES:
        known: dict[str, Any] = facts.get(name.split(":")[0], {}) | special.get(name, {})
        wanted = parameters_of(name)
        found[name] = reverse(name, kwargs={key: known[key] for key in wanted})
    return found


def of_northmoor(cleo: Any) -> dict[str, Any]:
    """What stands under Northmoor Systems: Cleo manages it, Olga runs the platform, and all others are strangers to it."""
    here = organisations.organisation("northmoor").id
    domains.claim(organisation_id=here, name="northmoor.example", actor_id=cleo.pk)
    row, link = invitations.by_link(organisation_id=here, role="member", uses=1, days=1, actor_id=cleo.pk)
    client, _ = tools.register(name="Forum", addresses=["https://forum.example/"], actor_id=cleo.pk)
    return {
        "slug": "northmoor",
        "organisation_id": here,
        "person": cast.person("ben").uuid,
        "uuid": row.uuid,
        "secret": link.rstrip("/").rpartition("/")[2],
        "client_id": client.pk,
        "event": "pause",
        "call": UUID(int=0),
    }


def acts_of_northmoor(cleo: Any) -> dict[str, dict[str, Any]]:
    here = organisations.organisation("northmoor").id
    hook = endpoints.add(organisation_id=here, url="https://example.org/hook", actor_id=cleo.pk)
    hooks = [name for name in CODES if "webhook" in name or name == "organisations:call_again"]
    domain = Domain.objects.get(name="northmoor.example")
    return {name: {"uuid": hook.uuid} for name in hooks} | {
        "organisations:domain_act": {"uuid": domain.uuid, "act": "show"},
        "organisations:sign_in_act": {"act": "require"},
        "organisations:tool_act": {"act": "end"},
        "organisations:notice_again": {"pk": 0},
    }


def told(person: Any) -> int:
    """A notice that a person finds on their page."""
    outbox.put("course_welcome", key="told", to=person.email, person_id=person.pk, context={}, at=clock.now(),
               subject="A word", text="Hello.")  # fmt: skip
    delivery.deliver(key="told")
    return Notice.objects.get(key="told").pk


def of_cohort(course: CoursePage, ada: Any) -> dict[str, dict[str, Any]]:
    """A cohort of the course with Ada in it and a session that is planned; the organisation that Cleo manages."""
    group = make_courses.cohort(course, cast.person("tove"))
    cohorts.join(cohort_uuid=group.uuid, person_id=ada.pk)
    planned = make_courses.session(group)
    cast.person("cleo")
    lesson = LessonPage.objects.descendant_of(course).first()
    place = Place.objects.get(cohort=group)
    asked = questions.ask(
        enrolment_id=place.enrolment_id, uuid=uuid4(), lesson_key=lesson.key, block="", text="Why?"
    )
    of_the_cohort = (
        "cohort",
        "cohort_change",
        "cohort_trainers",
        "cohort_learners",
        "cohort_times",
        "session_add",
    )
    return {
        "courses:join": {"slug": course.slug, "uuid": group.uuid},
        **{f"courses:{name}": {"uuid": group.uuid} for name in of_the_cohort},
        "courses:ask_further": {"slug": course.slug, "uuid": asked.uuid},
        "courses:question": {"uuid": asked.uuid},
        **{f"courses:{name}": {"uuid": planned.uuid} for name in ("session", "attendance")},
        "courses:team_learners": {"uuid": organisations.organisation("northmoor").id},
    }


def of_decisions(ada: Any) -> dict[str, dict[str, Any]]:
    """Ada's application, refused and appealed against; her second credential, suspended and in doubt; a referee's link."""
    kai = cast.person("kai")
    application = make_certificates.applied(ada)
    decisions.decide(application_id=application.pk, officer_id=kai.pk, refusal="requirements-missing")
    appeal = register_appeals.lodge(
        person_id=ada.pk, kind="appeal", text="It is wrong.", application_uuid=application.uuid
    )
    doubted = make_certificates.certified(ada, scheme_key=make_certificates.AUDITOR)
    make_certificates.annulled(ada, scheme_key=make_certificates.AUDITOR)
    register.suspend(
        number=doubted.number, officer_id=kai.pk, reason="complaint-open", public_note="", use_key="a"
    )
    reference = references.ask(
        person_id=ada.pk,
        scheme_key=make_certificates.IMPLEMENTER,
        name="Rae",
        email="rae@example.com",
        relation=Relation.CLIENT,
    )
    return {
        **{
            f"certificates:{name}": {"uuid": application.uuid}
            for name in ("application", "appeal_decision", "deciding")
        },
        **{f"certificates:{name}": {"uuid": appeal.uuid} for name in ("appeal", "appeal_heard")},
        **in_the_log(doubted),
        "certificates:doubt": {"uuid": doubted.doubts.get().uuid},
        "certificates:appeal_act": {"number": doubted.number},
        "certificates:reference": {"signed": references.token(reference)},
    }


def of_money(ada: Any, cleo: Any) -> dict[str, dict[str, Any]]:
    """Ada's order, paid, with a refund asked for; places of Northmoor, of which she is offered one."""
    make_billing.shop()
    order = make_billing.paid(ada)
    refund = refunds.ask(
        order_uuid=order.uuid,
        counts={line.pk: 1 for line in order.lines.all()},
        reason="",
        form_key=uuid4(),
        actor_id=ada.pk,
    )
    pool = make_billing.pool(cleo, organisations.organisation("northmoor").id)
    seats.offer(pool_id=pool.pk, rows=[(1, ada.email)], actor_id=cleo.pk)
    seats.open_link(pool_id=pool.pk, actor_id=cleo.pk, is_open=True)
    pool.refresh_from_db()
    seat = pool.seats.get()
    of_orders = (
        *("order", "cancel", "ask_refund", "finance_order", "record_payment"),
        *("finance_cancel", "finance_refund", "pay_by_card", "card_back"),
    )
    return {
        **{f"billing:{name}": {"uuid": order.uuid} for name in of_orders},
        **{f"billing:{name}": {"pk": pool.pk} for name in ("pool", "remind", "seat_link")},
        "billing:document": {"uuid": order.documents.get().uuid, "language": "de"},
        "billing:take_back": {"pk": pool.pk, "uuid": seat.uuid},
        "billing:seat": {"uuid": seat.uuid},
        "billing:claim": {"key": pool.claim_key},
        "billing:pay_for": {"token": signing.dumps([ada.pk, [make_billing.COURSE]], salt="billing.asking")},
        "billing:refund": {"uuid": refund.uuid},
        "billing:product": {"pk": pool.product_id},
        "billing:end_coupon": {"pk": make_billing.coupon().pk},
    }


def in_the_log(credential: Credential) -> dict[str, dict[str, Any]]:
    """The addresses of the log's first tile, and of a credential's proof; Ada's events are entered."""
    head = checkpoints.make()
    assert head
    return {
        "certificates:log_tile": {"path": f"entries/000.p/{head.size}"},
        "certificates:tlog_proof": {"uuid": credential.editions.get().uuid},
    }


def parameters_of(name: str) -> set[str]:
    namespace, _, view = name.rpartition(":")
    resolver = get_resolver()
    while namespace:
        resolver = resolver.namespace_dict[namespace][1]
        namespace = ""
    return set(resolver.reverse_dict.getlist(view)[0][0][0][1])


def who(name: str) -> Any:
    """One of the cast; or whoever has founded an organisation of their own, with every office in it that one may have at
    once: `founder` all but the awarding officer's, `awarder` that one."""
    if name not in OWNERS:
        return cast.person(name)
    person_id = people.register(email=f"{name}@example.org", display_name=name.title(), password=None)
    legal.accept(person_id=person_id, kinds=OF_ACCOUNTS, context="cast")
    hats = {"provider": True, "certification_body": True, "employer": True}
    own = memberships.found(slug=f"{name}-s-own", name=f"{name.title()}’s own", **hats)
    for role in sorted(OWNERS[name]):
        memberships.appoint(person_id=person_id, organisation_id=own, role=role, actor_id=None)
    return Person.objects.get(pk=person_id)
