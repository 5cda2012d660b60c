"""Every list costs as many statements at three hundred rows as at one, and shows a page of them at a time."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Model
from django.urls import reverse

from certificates.actions import appeals as register_appeals
from certificates.actions import decisions
from certificates.models import Credential, FeeDemand, Listing, NameRequest, SampleCase
from courses.actions import cohorts, notes, questions
from courses.models import Question
from exams.actions import accommodations, appeals
from exams.models import Accommodation, Appeal, Exam, Window
from lms.audit.models import Entry
from lms.billing.actions import findings, refunds, seats
from lms.billing.models import Coupon, Entitlement, Finding, Order, Product, Refund, Seat
from lms.billing.states import FindingKind
from lms.db import clock
from lms.notifications import outbox
from lms.notifications.actions import delivery, endpoints
from lms.notifications.models import Call, Notice
from lms.organisations.actions import api_keys, impersonations, invitations
from lms.organisations.models import ApiKey, Impersonation, Invitation, Membership
from tests import cast, counting
from tests.factories import billing as shop
from tests.factories import certificates as register
from tests.factories import courses as study
from tests.factories import exams as make
from tests.factories import marking
from tests.factories.many import more

pytestmark = [pytest.mark.django_db, pytest.mark.once]
MANY = 299


def cost(client: Any, url: str) -> tuple[int, int]:
    """Statements and kilobytes of a page; asked for twice, since a first time fills what is kept."""
    client.get(url)
    with counting.statements() as said:
        answer = client.get(url)
    assert answer.status_code == 200, url
    return len(said), len(answer.content) // 1000


def held(client: Any, urls: dict[str, str], grow: Callable[[], None]) -> None:
    """Holds every page against itself, before and after."""
    before = {name: cost(client, url) for name, url in urls.items()}
    grow()
    after = {name: cost(client, url) for name, url in urls.items()}
    assert {name: row[0] for name, row in after.items()} == {name: row[0] for name, row in before.items()}
    # Three hundred rows on one page are a list that nobody reads: a page holds fifty or so.
    assert {name: row[1] for name, row in after.items() if row[1] > 120} == {}


def rows(model: type[Model], **changes: Any) -> None:
    more(model._default_manager.order_by("pk").last(), MANY, **changes)


def paths(app: str, *names: str, **more: list[Any]) -> dict[str, str]:
    return {name: reverse(f"{app}:{name}", args=more.get(name, [])) for name in names}


def test_lists_of_money(ada, cleo, fay, northmoor, signed_in) -> None:
    shop.shop()
    order = shop.paid(ada)
    shop.coupon()
    counts = {line.pk: 1 for line in order.lines.all()}
    refunds.ask(order_uuid=order.uuid, counts=counts, reason="", form_key=uuid4(), actor_id=ada.pk)
    findings.note("k", FindingKind.PAID_OVER, order=order, at=clock.now())
    pool = shop.pool(cleo, northmoor.id, 1000)
    seats.offer(pool_id=pool.pk, rows=[(1, ada.email)], actor_id=cleo.pk)

    def grow() -> None:
        more(order, MANY)
        rows(Product)
        for model in (Coupon, Refund, Finding):
            rows(model)
        more(pool, MANY)
        more(Seat.objects.get(), MANY)

    who = {"orders": ada, "pools": cleo, "pool": cleo}
    urls = paths(
        "billing",
        "orders",
        "finance",
        "refunds",
        "findings",
        "products",
        "coupons",
        "pools",
        "pool",
        pool=[pool.pk],
    )
    before = {name: cost(signed_in(who.get(name, fay)), url) for name, url in urls.items()}
    grow()
    after = {name: cost(signed_in(who.get(name, fay)), url) for name, url in urls.items()}
    assert {name: row[0] for name, row in after.items()} == {name: row[0] for name, row in before.items()}
    assert {name: row[1] for name, row in after.items() if row[1] > 120} == {}
    assert Order.objects.count() > MANY
    assert Entitlement.objects.filter(organisation=northmoor.id).count() > MANY


def test_lists_of_people_and_notices(ben, cleo, olga, northmoor, signed_in) -> None:
    invitations.by_link(organisation_id=northmoor.id, role="member", uses=1, days=1, actor_id=cleo.pk)
    outbox.put("course_welcome", key="told", to=olga.email, person_id=olga.pk, context={}, at=clock.now(),
               subject="A word", text="Hello.")  # fmt: skip
    delivery.deliver(key="told")
    outbox.put("course_welcome", key="lost", to="nobody@example.org", person_id=None, context={}, at=clock.now(),
               subject="A word", text="Hello.")  # fmt: skip
    Notice.objects.filter(key="lost").update(state="failed", fault="nobody there")

    def grow() -> None:
        more(Membership.objects.get(person=ben), MANY)
        more(Invitation.objects.get(), MANY)
        more(Notice.objects.get(key="told"), MANY)
        more(Notice.objects.get(key="lost"), MANY)
        rows(Entry)

    urls = paths("organisations", "people", "invitations", "trail", "failed_notices", people=["northmoor"],
                 invitations=["northmoor"]) | paths("notifications", "inbox")  # fmt: skip
    held(signed_in(olga), urls, grow)


def test_lists_of_exams(ada, signed_in) -> None:
    exam: Exam = make.exam()
    result = make.released(exam, ada)
    appeals.lodge(result_uuid=result.uuid, person_id=ada.pk, reasons="It is wrong.")
    accommodations.ask(person_id=ada.pk, organisation_id=exam.organisation_id, request="More time to read.")
    waiting = make.marked(make.exam("second"), ada)
    assert waiting.state == "marked"
    make.window(make.exam("windowed", windowed=True))

    def grow() -> None:
        more(Appeal.objects.get(), MANY)
        more(Accommodation.objects.get(), MANY)
        more(waiting, MANY)
        more(waiting.sitting.form, MANY)
        more(Window.objects.get(), MANY)

    urls = paths("exams", "release", "appeals", "accommodations", "keys", "windows", "mine")
    held(signed_in(cast.person("eve")), urls, grow)


def test_lists_of_the_register(schemes_shipped, ada, kai, mara, signed_in) -> None:
    credential = register.certified(ada)
    waiting = register.applied(ada)
    refused = register.applied(cast.person("ben"))
    decisions.decide(application_id=refused.pk, officer_id=kai.pk, refusal="requirements-missing")
    register_appeals.lodge(
        person_id=refused.person_id, kind="appeal", text="It is wrong.", application_uuid=refused.uuid
    )

    def grow() -> None:
        register.crowd(credential, people=MANY)
        more(waiting, MANY)

    held(signed_in(mara), paths("certificates", "register", "decisions", "appeals"), grow)


@pytest.fixture
def schemes_shipped(db: None) -> None:
    register.schemes()


def test_support_s_list_of_whose_pages_it_was_shown(ada, pia, signed_in) -> None:
    impersonations.begin(support_id=pia.pk, person_id=ada.pk, reason="She asked for help with her order.")
    row = Impersonation.objects.get()
    Impersonation.objects.filter(pk=row.pk).update(ended_at=clock.now())
    row.refresh_from_db()
    held(signed_in(pia), paths("organisations", "support"), lambda: more(row, MANY) and None)


def test_lists_of_keys_and_webhooks(cleo, northmoor, signed_in) -> None:
    api_keys.make(
        organisation_id=northmoor.id, name="Intranet", scopes=["results.read"], days=30, actor_id=cleo.pk
    )
    hook = endpoints.add(organisation_id=northmoor.id, url="https://example.org/hook", actor_id=cleo.pk)
    endpoints.try_out(organisation_id=northmoor.id, uuid=hook.uuid, actor_id=cleo.pk)

    def grow() -> None:
        more(ApiKey.objects.get(), MANY)
        more(Call.objects.get(), MANY)
        more(hook, MANY)

    urls = paths("organisations", "api_keys", "webhooks", "webhook", webhook=[hook.uuid])
    held(signed_in(cleo), urls, grow)


def test_lists_of_those_who_train(tove, ada, signed_in) -> None:
    page = study.small()
    group = study.cohort(page, tove, capacity=400)
    enrolment = study.enrolled(ada, page)
    cohorts.join(cohort_uuid=group.uuid, person_id=ada.pk)
    study.attended(study.session(group), tove, **{f"e{enrolment.pk}": 90})
    study.done(enrolment, "l1")
    asked = [_asked(enrolment, text) for text in ("Why?", "When?")]
    questions.answer(question_uuid=asked[0].uuid, trainer_id=tove.pk, uuid=uuid4(), text="Because.")

    def grow() -> None:
        more(group, MANY)
        more(group.places.get(), MANY)
        for one in asked:
            one.refresh_from_db()
            more(one, MANY, enrolment_id=enrolment.pk)

    here: dict[str, list[Any]] = {key: [group.uuid] for key in ("cohort", "cohort_learners", "cohort_times")}
    urls = paths("courses", "teaching", "teaching_questions", *here, **here)
    held(signed_in(tove), urls, grow)


def test_lists_of_a_learner(tove, ada, signed_in) -> None:
    page = study.small()
    group = study.cohort(page, tove)
    enrolment = study.enrolled(ada, page)
    cohorts.join(cohort_uuid=group.uuid, person_id=ada.pk)
    session = study.session(group, days=2)
    asked = _asked(enrolment, "Why?")
    questions.answer(question_uuid=asked.uuid, trainer_id=tove.pk, uuid=uuid4(), text="Because.")
    note = notes.write(
        enrolment_id=enrolment.pk, uuid=uuid4(), lesson_key="l1", place="", quote="", text="Mine."
    )

    def grow() -> None:
        for row in (asked, note, session):
            row.refresh_from_db()
        more(note, MANY)
        more(asked, MANY)
        more(asked.replies.get(), MANY)
        more(session, 40)
        more(group, MANY)

    names = ("notes", "questions", "dates", "my_cohort", "classroom")
    here: dict[str, list[Any]] = {key: [page.slug] for key in names}
    urls = paths("courses", *here, "catalogue", **here)
    held(signed_in(ada), urls, grow)


def _asked(enrolment: Any, text: str) -> Question:
    return questions.ask(enrolment_id=enrolment.pk, uuid=uuid4(), lesson_key="l1", block="", text=text)


def test_lists_of_coursework_and_of_marking(ada, signed_in) -> None:
    page = study.small()
    study.enrolled(ada, page)
    work = marking.handed_in(marking.coursework(), ada)

    def grow() -> None:
        more(work, MANY)
        more(work.coursework, MANY)

    urls = paths("exams", "coursework_listing", "coursework_learners", coursework_learners=["pack"])
    held(signed_in(cast.person("eve")), urls, grow)


def test_lists_of_sittings_and_batches(ada, signed_in) -> None:
    exam = make.exam()
    sitting = make.running(exam, ada)
    batch = make.proposed_batch(make.exam("together", release="in-batches"), ada)
    result = batch.results.get()

    def grow() -> None:
        more(sitting, MANY)
        more(batch, 40)
        more(result, MANY)

    desks = {
        "ivo": paths("exams", "invigilation", "board", board=[exam.key]),
        "eve": paths("exams", "batch_form", "batch", batch_form=[batch.form_id], batch=[batch.uuid]),
        "ada": paths("exams", "mine"),
    }
    urls = {f"{who} {name}": url for who, names in desks.items() for name, url in names.items()}
    clients = {name: signed_in(cast.person(name.split()[0])) for name in urls}
    before = {name: cost(clients[name], url)[0] for name, url in urls.items()}
    grow()
    assert {name: cost(clients[name], url)[0] for name, url in urls.items()} == before


def test_lists_of_upkeep_and_of_who_is_certified(schemes_shipped, ada, kai, signed_in) -> None:
    credential = register.certified(ada)
    register.kept(credential)
    shown = Listing.objects.create(credential=credential, country="DE", listed_at=clock.now())

    def grow() -> None:
        register.crowd(credential, people=MANY)
        others = Credential.objects.exclude(pk=credential.pk)
        Listing.objects.bulk_create(
            Listing(credential=one, country="DE", listed_at=shown.listed_at) for one in others
        )
        rows(SampleCase)
        rows(FeeDemand)
        rows(NameRequest)

    urls = paths("certificates", "upkeep", "batches") | {
        "certified": reverse("certificates:certified") + "?country=DE"
    }
    held(signed_in(kai), urls, grow)
