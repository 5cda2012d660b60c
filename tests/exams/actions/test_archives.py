"""Events of sittings that are over for good lie in sealed archives, and nothing that reads answers notices."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from exams.actions import archives, keys, marking, results
from exams.actions import sittings as acts
from exams.models import ArchivedSitting, EventArchive, LateResponse, ResponseEvent, ResponseStamp, ScoreRun
from exams.queries import sittings, verification
from exams.rules.key_validation import Decision, Verdict
from lms.audit.models import Entry
from lms.db import clock
from lms.privacy.queries import portraits
from tests import cast
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def storage(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def over(ada):
    """Ada's sitting: answered twice, handed in, marked, released; one answer came too late."""
    exam = make.exam()
    sitting = make.running(exam, ada)
    make.answer(sitting, {1: "a", 2: "b"})
    make.answer(sitting, make.right_answers(sitting), first=3)
    acts.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
    make.answer(sitting, {1: "c"}, first=50)
    marking.mark(sitting_id=sitting.pk)
    sitting.refresh_from_db()
    results.release(result_uuid=sitting.result.uuid, examiner_id=cast.person("eve").pk)
    return sitting


def tomorrow():
    return clock.today() + timedelta(days=1)


def said(*words, **options):
    out, err = StringIO(), StringIO()
    call_command("archive_events", *words, stdout=out, stderr=err, **options)
    return out.getvalue()


def moved():
    made, last = archives.archive(before=tomorrow())
    assert made.faults == () and made.archive is not None and last
    return made.archive


def test_the_rows_go_and_every_reader_finds_the_answers_where_they_lie(over, ada):
    before = (sittings.links(over.pk), sittings.recorded([over.pk])[over.pk], sittings.late(over))
    archive = moved()
    assert (archive.sittings, archive.events) == (1, len(before[0]))
    for table in (ResponseEvent, ResponseStamp, LateResponse):
        assert not table.objects.exists()
    after = (sittings.links(over.pk), sittings.recorded([over.pk])[over.pk], sittings.late(over))
    assert after[:2] == before[:2]
    facts = lambda rows: [(one.seq, one.position, one.value, one.at) for one in rows]  # noqa: E731
    assert facts(after[2]) == facts(before[2]) == facts(before[2][:1])
    assert verification.finding(over.uuid).fault is None
    for command in (("verify_sitting", str(over.uuid)), ("verify_sitting", "--all"), ("replay_scores",)):
        call_command(*command, stdout=StringIO())


def test_an_export_of_somebody_s_data_has_what_they_answered_wherever_it_lies(over, ada):
    def answered(kind: str) -> list[tuple[object, ...]]:
        tables = [one for _, found in portraits.tables(ada.pk) for one in found if one.name.startswith(kind)]
        columns = ("epoch", "seq", "position", "value", "at")
        rows = [dict(zip(one.head, row, strict=True)) for one in tables for row in one.rows]
        return [tuple(row[name] for name in columns) for row in rows]

    before = answered("exams.responseevent"), answered("exams.lateresponse")
    moved()
    assert (answered("exams.responseevent"), answered("exams.lateresponse")) == before
    assert all(before)


def test_a_key_that_is_corrected_later_is_marked_from_the_archive(over):
    moved()
    make.validated(over.form, Verdict(5, Decision.CREDIT, "Both are right."))
    keys.mark_by_key(form_id=over.form_id)
    assert ScoreRun.objects.filter(sitting=over).count() == 2
    call_command("replay_scores", stdout=StringIO())
    assert verification.finding(over.uuid).fault is None


def test_what_is_not_over_for_good_stays(ada, ben):
    exam = make.exam()
    make.running(exam, ada)
    make.marked(exam, ben)  # marked, and not released
    assert not archives.ripe(tomorrow()).exists()
    assert archives.archive(before=tomorrow()) == (archives.Made(None, ()), 0)
    assert "0 sittings can be archived" in said("--before", tomorrow().isoformat(), "--count")


def test_only_what_came_before_the_day_is_taken(over):
    assert not archives.ripe(clock.today()).exists()
    assert archives.ripe(tomorrow()).get() == over


def test_the_database_lets_no_event_go_whose_archive_is_not_there(over, ben):
    other = make.released(make.exam("other"), ben)
    moved_rows = ResponseEvent.objects.filter(sitting=other.sitting)
    EventArchive.objects.create(
        before=clock.today(), file="x", digest="d", size=1, sittings=1, events=1, sealed_at=clock.now()
    )
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        moved_rows._raw_delete(moved_rows.db)
    assert moved_rows.exists()


def test_a_sitting_that_does_not_hold_is_told_and_left(over, ben):
    make.released(make.exam("other"), ben)
    type(over).objects.filter(pk=over.pk).update(chain_head="0" * 64)
    made, _ = archives.archive(before=tomorrow())
    [fault] = made.faults
    assert str(over.uuid) in fault and "left where it is" in fault
    assert made.archive.sittings == 1
    assert ResponseEvent.objects.filter(sitting=over).exists()
    assert not ArchivedSitting.objects.filter(sitting=over).exists()


def test_the_seal_stands_in_the_trail_and_a_changed_file_is_found_out(over):
    archive = moved()
    entry = Entry.objects.get(verb="exams.events.archived")
    assert entry.facts["digest"] == archive.digest
    assert said("--verify") == (
        f"Archive {archive.uuid}: 1 sittings handed in before {tomorrow()}.\nAll 1 archives hold.\n"
    )
    with archive.file.open("rb") as file:
        content = file.read()
    default_storage.delete(archive.file.name)
    default_storage.save(archive.file.name, ContentFile(content[:-1] + bytes([content[-1] ^ 1])))
    with pytest.raises(CommandError, match="Of 1 archives, 1 do not hold"):
        said("--verify")
    with pytest.raises(CommandError, match="Nothing was given back"):
        said("--restore", str(archive.uuid))
    default_storage.delete(archive.file.name)
    with pytest.raises(CommandError, match="do not hold"):
        said("--verify")
    assert ArchivedSitting.objects.count() == 1


def test_what_is_given_back_is_what_was_and_may_be_archived_again(over):
    names = ("sitting_id", "number", "epoch", "seq", "position", "value", "at")
    rows = lambda: list(ResponseEvent.objects.order_by("number").values_list(*names))  # noqa: E731
    before, late = rows(), LateResponse.objects.count()
    archive = moved()
    assert "are in the tables again" in said("--restore", str(archive.uuid))
    assert (rows(), LateResponse.objects.count()) == (before, late)
    assert verification.finding(over.uuid).fault is None
    assert not ArchivedSitting.objects.exists()
    archives.restore(archive_uuid=archive.uuid)
    assert rows() == before
    again = moved()
    assert (again.digest, again.file.name) == (archive.digest, archive.file.name)


def test_the_command_archives_lot_after_lot(ada, ben, monkeypatch):
    exam = make.exam(forms=2)
    for person in (ada, ben):
        make.released(exam, person)
    monkeypatch.setattr(archives.archive, "__kwdefaults__", {"after_id": 0, "most": 1})
    told = said("--before", tomorrow().isoformat())
    assert told.count("Archive ") == 2 and "2 sittings were archived." in told
    assert said("--before", tomorrow().isoformat()) == "0 sittings were archived.\n"


def test_a_storage_that_takes_nothing_is_told_of_and_what_it_left_is_in_nobody_s_way(
    over, settings, tmp_path
):
    before, home = ResponseEvent.objects.count(), settings.MEDIA_ROOT
    (tmp_path / "full").write_text("a file, where a folder should be")
    settings.MEDIA_ROOT = tmp_path / "full" / "media"
    with pytest.raises(
        CommandError, match=r"took no file .* 0 sittings were archived before; all others are where they were"
    ):
        said("--before", tomorrow().isoformat())
    assert ResponseEvent.objects.count() == before
    settings.MEDIA_ROOT = home
    name = moved().file.name
    archives.restore(archive_uuid=EventArchive.objects.get().uuid)
    default_storage.delete(name)
    default_storage.save(name, ContentFile(b"the first half"))
    assert moved().file.name == name


def test_a_day_that_is_none_is_refused_in_words(over):
    with pytest.raises(CommandError, match="yesterday is no day; write it as 2027-01-01"):
        said("--before", "yesterday")


def test_reading_an_archived_sitting_costs_one_statement_more_and_an_open_one_none(over, ben):
    open_one = make.running(make.exam("other"), ben)
    moved()
    with statements() as said:
        sittings.events(open_one.pk)
    assert len(said) == 1
    with statements() as said:
        sittings.links(over.pk)
    assert len(said) == 2
