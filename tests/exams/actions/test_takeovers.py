import pytest

from exams.actions import sittings, takeovers
from exams.actions.invigilators import NotIndependent
from exams.models import Sitting, SittingChange, TakeoverRequest
from lms.db import clock
from lms.kit.machine import IllegalMove
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(ada) -> Sitting:
    found = make.running(make.exam(takeover="ask"), ada)
    take(found, "a1")
    return found


def take(sitting: Sitting, device: str = "") -> int:
    return sittings.take_over(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id, device=device).epoch


def asks(sitting: Sitting, device: str) -> str:
    with pytest.raises(sittings.AskFirst) as asked:
        take(sitting, device)
    return asked.value.standing


def test_where_it_is_free_the_device_is_only_remembered(ada) -> None:
    sitting = make.running(make.exam(), ada)
    assert [take(sitting, device) for device in ("a1", "", "b2")] == [2, 3, 4]
    sitting.refresh_from_db()
    assert sitting.device == "b2"
    assert not TakeoverRequest.objects.exists()


def test_the_device_that_holds_the_lease_takes_it_again(sitting) -> None:
    assert take(sitting, "a1") == 3


def test_another_device_asks_once_and_goes_on_when_it_is_allowed(sitting, ivo) -> None:
    assert [asks(sitting, "b2"), asks(sitting, "b2")] == ["asked", "asked"]
    request = TakeoverRequest.objects.get()
    for _ in range(2):
        takeovers.allow(request_id=request.pk, by_id=ivo.pk, reason="Her battery died.")
    assert take(sitting, "b2") == 3
    # The first device asks in its turn.
    assert asks(sitting, "a1") == "asked"
    change = SittingChange.objects.get(event="pass_on")
    assert (change.by, change.note) == (ivo, "Her battery died.")
    with pytest.raises(IllegalMove):
        takeovers.refuse(request_id=request.pk, by_id=ivo.pk)


def test_a_device_without_a_name_does_not_slip_past(sitting) -> None:
    assert asks(sitting, "") == "asked"


def test_a_refused_device_may_ask_again_after_a_minute(sitting, ivo) -> None:
    asks(sitting, "b2")
    takeovers.refuse(request_id=TakeoverRequest.objects.get().pk, by_id=ivo.pk)
    with clock.shifted(seconds=50):
        assert asks(sitting, "b2") == "refused"
    with clock.shifted(seconds=70):
        assert asks(sitting, "b2") == "asked"
    assert TakeoverRequest.objects.count() == 2
    assert Sitting.objects.get(pk=sitting.pk).device == "a1"


def test_nobody_allows_their_own_device_and_none_after_the_end(sitting, ada, ivo) -> None:
    asks(sitting, "b2")
    request = TakeoverRequest.objects.get()
    with pytest.raises(NotIndependent):
        takeovers.allow(request_id=request.pk, by_id=ada.pk)
    with pytest.raises(takeovers.UnknownRequest):
        takeovers.allow(request_id=0, by_id=ivo.pk)
    with clock.shifted(minutes=11), pytest.raises(sittings.NotRunning):
        takeovers.allow(request_id=request.pk, by_id=ivo.pk)
