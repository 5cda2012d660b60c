"""The conflict matrix, held by the rule and by the database alike; and what the database keeps."""

import itertools
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from certificates.contributions import readiness
from certificates.models import Application, Decision, Evidence, Level, Tie, guards
from certificates.rules import conflicts
from certificates.rules.conflicts import Bond
from lms.db import clock
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db
ENDS = ("goes on", "ended after", "ended that day", "ended before")
# Who may decide, by the kind of tie and when it ended, seen from the day looked back to.
BARRED = {
    (bond, end): bond in (Bond.TRAINED, Bond.EXAMINED) or end != "ended before"
    for bond, end in itertools.product(Bond, ENDS)
}


@pytest.mark.parametrize(("bond", "end"), BARRED, ids=str)
def test_the_matrix_of_conflicts(bond, end, schemes, ada, kai):
    today = clock.today()
    since = conflicts.look_back_to(today, 24)
    ended = {"goes on": None, "ended after": since + timedelta(1), "ended that day": since}
    tie = Tie(
        source="x", person=ada, officer=kai, bond=bond, began_on=date(2000, 1, 1),
        ended_on=ended.get(end, since - timedelta(1)), noted_at=clock.now(),
    )  # fmt: skip
    tie.save()
    ruled = conflicts.bars(
        officer_id=kai.pk,
        person_id=ada.pk,
        ties=[conflicts.Tie(bond, tie.began_on, tie.ended_on)],
        look_back_to=since,
    )
    assert bool(ruled) is BARRED[bond, end]
    assert refused(decision_of(application(ada), kai, since)) is BARRED[bond, end]


def test_nobody_decides_about_themselves_and_looking_back_cannot_be_skipped(schemes, ada, kai):
    since = conflicts.look_back_to(clock.today(), 24)
    assert refused(decision_of(application(kai), kai, since))
    waits = application(ada)
    assert refused(decision_of(waits, kai, clock.today() + timedelta(2)))
    assert not refused(decision_of(waits, kai, since))


def test_what_a_decision_rests_on_is_neither_changed_nor_deleted(schemes, ada, kai):
    make.exam_result(ada, examiner=kai)
    decision = decision_of(application(ada), None, None)
    decision.save()
    tie = Tie.objects.get()
    table = {row: row._meta.db_table for row in (decision, Evidence.objects.get(), tie)}
    for row, name in table.items():
        for sql in (f"DELETE FROM {name}", f"UPDATE {name} SET id = id + 1"):
            if "SET id" in sql and row is not tie and name != "certificates_evidence":
                continue
            if "SET id" in sql and row is tie:
                sql = "UPDATE certificates_tie SET bond = 'declared'"
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(sql)
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.update(outcome="refused")
    # That a tie ended may be written down.
    assert Tie.objects.update(ended_on=clock.today()) == 1


def test_a_missing_guard_is_told_by_readiness_and_put_back(db):
    assert readiness.check() == ""
    on = " ON certificates_tie" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER certificates_guard_certificates_tie_delete{on}")
    assert "certificates_guard_certificates_tie_delete" in readiness.check()
    guards.install(connection)
    assert readiness.check() == ""


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has neither TRUNCATE nor a way to switch off"
)
@pytest.mark.parametrize("table", ["certificates_decision", "certificates_waiver", "certificates_tie"])
def test_postgresql_refuses_to_empty_what_stays_and_names_a_guard_that_is_switched_off(db, table):
    with pytest.raises(IntegrityError, match="stays"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")
    guard = f"certificates_guard_{table}_truncate"
    for switch in ("DISABLE TRIGGER", "ENABLE REPLICA TRIGGER"):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} {switch} {guard}")
        assert guards.missing(connection) == {guard}
    assert guard in readiness.check()
    guards.install(connection)
    assert readiness.check() == ""


def application(person):
    level = Level.objects.get(scheme__key=make.IMPLEMENTER, key="lead")
    return Application.objects.create(
        person=person, level=level, version=level.scheme.versions.get(), submitted_at=clock.now()
    )


def decision_of(waits, officer, since):
    return Decision(
        application=waits, outcome="granted", decided_by=officer, looked_back_to=since, decided_at=clock.now()
    )


def refused(decision):
    try:
        with transaction.atomic():
            decision.save()
    except IntegrityError:
        return True
    return False
