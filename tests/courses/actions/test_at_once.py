"""A place that is taken back while its learner works: either they have begun, or they had nothing of the course."""

from uuid import uuid4

import pytest

from courses.actions import study
from courses.models import CheckAnswer, LessonRecord
from lms.billing.actions import seats
from lms.billing.models import Entitlement, Product, Redemption
from lms.db import clock
from tests.factories import billing as people
from tests.factories import courses as make
from tests.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_lesson_that_is_finished_while_the_place_is_taken_back_is_done_or_the_place_is_gone(
    cleo, northmoor
) -> None:
    page = make.small()
    Product.objects.filter(key=page.product_key).update(amount_minor=100)
    crowd = people.crowd(8)
    pool = Entitlement.objects.create(
        product=Product.objects.get(key=page.product_key), organisation_id=northmoor.id, quantity=8,
        source_key="order:pool", granted_at=clock.now(), claim_key=uuid4(),
    )  # fmt: skip
    for person_id in crowd:
        seat = seats.claim(claim_key=pool.claim_key, person_id=person_id)
        enrolment = make.enrolled(seat.person, page)
        CheckAnswer.objects.create(
            enrolment=enrolment,
            lesson_key="l1",
            check_key="c1",
            chosen=[],
            right=True,
            answered_at=clock.now(),
        )

        def work(worker: int, enrolment=enrolment, seat=seat) -> str:
            try:
                if worker % 2:
                    study.finish_lesson(enrolment_id=enrolment.pk, lesson_key="l1")
                    return "done"
                seats.take_back(uuid=seat.uuid, actor_id=cleo.pk)
            except (study.NotStudying, seats.HasBegun) as refused:
                return type(refused).__name__
            return "back"

        said = set(at_once(work, workers=4))
        assert said in ({"done", "HasBegun"}, {"back", "NotStudying"})
        use = Redemption.objects.get(person_id=person_id)
        assert (use.begun_at is not None) == LessonRecord.objects.filter(enrolment=enrolment).exists()
        assert (use.begun_at is None) == (use.given_back_at is not None)
