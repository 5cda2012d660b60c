import threading
from fractions import Fraction

import pytest
from django.db import IntegrityError, connection, connections, transaction

from exams.actions import accommodations, sittings
from exams.models import Accommodation, AccommodationChange, Entry, SittingChange
from exams.queries import accommodations as queries
from exams.queries.accommodations import UnknownAccommodation
from lms.audit.models import Entry as TrailEntry
from lms.kit.machine import IllegalMove
from lms.notifications.models import Notice
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

NEEDS = "I read with a magnifier and need more time."
REASON = "The certificate that was shown asks for it."


def asked(exam, person) -> Accommodation:
    return accommodations.ask(person_id=person.pk, organisation_id=exam.organisation_id, request=NEEDS)


def granted(exam, person, examiner, **said) -> Accommodation:
    values = {
        "factor": Fraction(5, 4),
        "break_seconds": 600,
        "other": "a room of their own",
        "reason": REASON,
    }
    found = asked(exam, person)
    return accommodations.grant(accommodation_uuid=found.uuid, examiner_id=examiner.pk, **(values | said))


def test_asking_tells_the_examiners_that_not_what(ada, eve, jun) -> None:
    found = asked(make.exam(), ada)
    assert (found.state, found.request) == ("asked", NEEDS)
    notices = Notice.objects.filter(kind="exam-accommodation-asked")
    assert {notice.person_id for notice in notices} == {eve.pk, jun.pk}
    assert not any(NEEDS in str(notice.context) for notice in notices)
    assert TrailEntry.objects.get(verb="exams.accommodation.asked").facts == {}


def test_one_request_stands_at_a_time(ada, eve) -> None:
    exam = make.exam()
    found = asked(exam, ada)
    with pytest.raises(accommodations.AlreadyAsked):
        asked(exam, ada)
    accommodations.decline(accommodation_uuid=found.uuid, examiner_id=eve.pk, reason=REASON)
    asked(exam, ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        Accommodation.objects.filter(pk=found.pk).update(state="granted")


def test_what_is_granted_applies_to_every_later_entry_and_lengthens_the_time(ada, eve) -> None:
    exam = make.exam()
    granted(exam, ada, eve)
    entry = make.entered(exam, ada).entry
    assert (entry.factor, entry.break_seconds) == (Fraction(5, 4), 600)
    assert entry.accommodation == "25 % more time; breaks of 10 minutes in all; a room of their own"
    sitting = sittings.start(entry_uuid=entry.uuid, person_id=ada.pk)
    assert (sitting.deadline_at - sitting.started_at).total_seconds() == 750


def test_it_applies_to_entries_that_have_not_started_and_to_no_sitting_that_has(ada, eve) -> None:
    ready, running = make.exam("ready"), make.exam("running")
    entry, sitting = make.entered(ready, ada).entry, make.running(running, ada)
    before = sitting.deadline_at
    granted(ready, ada, eve)
    entry.refresh_from_db()
    sitting.refresh_from_db()
    assert (entry.factor, sitting.deadline_at) == (Fraction(5, 4), before)
    assert Entry.objects.get(sitting=sitting).factor == 1
    assert SittingChange.objects.get(event="accommodate").sitting == entry.sitting
    assert TrailEntry.objects.filter(verb="exams.sitting.accommodated").count() == 1


def test_another_person_and_another_organisation_have_nothing_of_it(ada, ben, eve, certification) -> None:
    exam = make.exam()
    elsewhere = make.exam("elsewhere", organisation_id=certification.id)
    granted(exam, ada, eve)
    assert make.entered(exam, ben).entry.factor == 1
    assert make.entered(elsewhere, ada).entry.factor == 1


def test_ended_it_applies_to_no_new_entry_and_stays_with_those_made(ada, eve) -> None:
    exam, other = make.exam(), make.exam("other")
    found = granted(exam, ada, eve)
    entry = make.entered(exam, ada).entry
    accommodations.end(accommodation_uuid=found.uuid, examiner_id=eve.pk, reason=REASON)
    assert make.entered(other, ada).entry.factor == 1
    entry.refresh_from_db()
    assert entry.factor == Fraction(5, 4)
    assert [
        (row.event, row.from_state, row.to_state) for row in AccommodationChange.objects.order_by("id")
    ] == [
        ("ask", "", "asked"),
        ("grant", "asked", "granted"),
        ("end", "granted", "ended"),
    ]
    assert set(Notice.objects.filter(person_id=ada.pk).values_list("kind", flat=True)) == {
        "exam-accommodation-granted",
        "exam-accommodation-ended",
    }


def test_a_decision_stands(ada, eve) -> None:
    found = asked(make.exam(), ada)
    with pytest.raises(IllegalMove):
        accommodations.end(accommodation_uuid=found.uuid, examiner_id=eve.pk, reason=REASON)
    accommodations.decline(accommodation_uuid=found.uuid, examiner_id=eve.pk, reason=REASON)
    with pytest.raises(IllegalMove):
        accommodations.decline(accommodation_uuid=found.uuid, examiner_id=eve.pk, reason=REASON)
    found.refresh_from_db()
    assert (found.state, found.reason, found.decided_by) == ("declined", REASON, eve)


def test_nobody_decides_about_their_own(eve) -> None:
    found = asked(make.exam(), eve)
    with pytest.raises(accommodations.OwnAccommodation):
        accommodations.decline(accommodation_uuid=found.uuid, examiner_id=eve.pk, reason=REASON)
    asked_to = Notice.objects.filter(kind="exam-accommodation-asked").values_list("person_id", flat=True)
    assert eve.pk not in asked_to


def test_a_grant_arranges_something(ada, eve) -> None:
    with pytest.raises(accommodations.NothingGranted):
        granted(make.exam(), ada, eve, factor=Fraction(1), break_seconds=0, other="")
    assert Accommodation.objects.get().state == "asked"


def test_the_trail_holds_neither_request_nor_reason(ada, eve) -> None:
    granted(make.exam(), ada, eve)
    for trace in TrailEntry.objects.filter(verb__startswith="exams.accommodation"):
        assert trace.facts == {}


def test_what_is_not_there_is_told(eve) -> None:
    with pytest.raises(UnknownAccommodation):
        accommodations.decline(
            accommodation_uuid="00000000-0000-0000-0000-000000000000", examiner_id=eve.pk, reason=REASON
        )


def test_what_waits_stands_first(ada, ben, dag, eve) -> None:
    exam = make.exam()
    granted(exam, ada, eve)
    second, third = asked(exam, ben), asked(exam, dag)
    rows = list(queries.asked([exam.organisation_id]))
    assert [row.pk for row in rows[:2]] == [second.pk, third.pk]
    assert queries.organisations() == [(exam.organisation_id, "Auditorium Institute")]


@pytest.mark.django_db(transaction=True)
def test_who_starts_while_the_decision_is_being_written_has_the_time_that_it_gives(ada, eve) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer, so that two can't meet in a transaction")
    exam = make.exam()
    entry = make.entered(exam, ada).entry
    found = asked(exam, ada)
    started, written = [], threading.Event()

    def start() -> None:
        written.wait()
        started.append(sittings.start(entry_uuid=entry.uuid, person_id=ada.pk))
        connections.close_all()

    candidate = threading.Thread(target=start)
    candidate.start()
    with transaction.atomic():
        accommodations.grant(
            accommodation_uuid=found.uuid,
            examiner_id=eve.pk,
            factor=Fraction(5, 4),
            break_seconds=0,
            other="",
            reason=REASON,
        )
        written.set()
        candidate.join(timeout=1)  # it waits for the row, until the decision is committed
        assert started == []
    candidate.join()
    assert started[0].time_allowed.total_seconds() == 750
