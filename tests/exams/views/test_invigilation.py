import csv
import io
import json
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.models import CoursePage
from exams.actions import interventions, marking, presence, sittings
from exams.models import AnswerFile, Credit, Incident, Message, Sitting, TakeoverRequest
from exams.queries import invigilation
from exams.rules import chain
from exams.rules.chain import Link
from lms.accounts.actions import people
from lms.db import clock
from tests.counting import statements
from tests.factories import courses as make_courses
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam():
    return make.exam(minutes=60)


@pytest.fixture
def sitting(exam, ada) -> Sitting:
    return make.running(exam, ada)


@pytest.fixture
def desk(signed_in, ivo):
    return signed_in(ivo)


def act(desk, sitting, name: str, **said):
    return desk.post(reverse("exams:intervene", args=[sitting.uuid, name]), said, follow=True)


def told(answer) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_the_overview_counts_by_exam(desk, exam, sitting, ben) -> None:
    make.entered(exam, ben)
    make.proposed_credit(sitting)
    page = text(desk.get(reverse("exams:invigilation")))
    assert "Exam small" in page
    assert "1 credit for a second person" in page
    (line,) = invigilation.exam_lines([exam.organisation_id])
    assert (line.ready, line.running, line.paused, line.proposals) == (1, 1, 0, 1)


def test_the_board_shows_who_stands_how(desk, exam, sitting, ada, ben, dag, ivo) -> None:
    make.answer(sitting, {1: "a", 2: "b", 3: None})
    make.answer(sitting, {1: None, 4: "a"}, first=4)
    paused = make.entered(exam, ben)
    paused.entry.factor_numerator, paused.entry.factor_denominator = 13, 10
    paused.entry.accommodation = "30 % more time; a separate room"
    paused.entry.save()
    sittings.start(entry_uuid=paused.entry.uuid, person_id=ben.pk)
    interventions.pause(sitting_uuid=paused.uuid, by_id=ivo.pk, reason="Feeling faint.")
    interventions.note_incident(sitting_uuid=paused.uuid, by_id=ivo.pk, kind="note", text="Went out.")
    make.entered(exam, dag)
    with clock.shifted(minutes=2):
        presence.hear(sitting_uuid=paused.uuid, person_id=ben.pk)
        found = invigilation.sittings(exam.pk, view="open", name="", at=clock.now())
        first, second = invigilation.board(found, at=clock.now())
        page = text(desk.get(reverse("exams:board", args=[exam.key])))
    assert (first.name, first.answered, first.silent, first.minutes_left) == ("Ada Kamau", 2, True, 57)
    assert (second.name, second.incidents, second.silent) == ("Ben Okoro", 1, False)
    # Its clock stands still: 78 minutes less the moments before the pause.
    assert second.minutes_left in (77, 78)
    assert second.seen_seconds < 5
    assert "2 of 5" in page
    assert "30 % more time; a separate room" in page
    assert "Dag" not in page


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ({}, {"Ada", "Ben"}),
        ({"state": "running"}, {"Ada"}),
        ({"state": "paused"}, {"Ben"}),
        ({"state": "ready"}, {"Dag"}),
        ({"state": "ended"}, {"Cleo"}),
        ({"name": "kam"}, {"Ada"}),
        ({"name": "ben@"}, {"Ben"}),
        ({"state": "ended", "name": "ada"}, set()),
        ({"state": "nonsense", "name": "x" * 500}, {"Ada", "Ben"}),
    ],
)
def test_the_board_is_filtered_by_state_and_name(
    asked, shown, desk, exam, sitting, ben, dag, cleo, ivo
) -> None:
    interventions.pause(sitting_uuid=make.running(exam, ben).uuid, by_id=ivo.pk, reason="A fire drill.")
    make.entered(exam, dag)
    make.handed_in(exam, cleo)
    answer = desk.get(reverse("exams:board", args=[exam.key]), asked)
    assert {row.name.split()[0] for row, _ in answer.context["rows"]} == shown


def test_the_board_looks_again_by_itself_and_stands_still_when_asked(desk, exam) -> None:
    url = reverse("exams:board", args=[exam.key])
    assert (
        '<noscript><meta http-equiv="refresh" content="10; url=/invigilation/small/"></noscript>'
        in desk.get(url).content.decode()
    )
    still = desk.get(url, {"still": "1"}).content.decode()
    assert 'http-equiv="refresh"' not in still
    assert "board.js" not in still


def test_the_board_costs_the_same_for_one_and_for_thirty(desk, exam, sitting) -> None:
    url = reverse("exams:board", args=[exam.key])
    desk.get(url)
    with statements() as for_one:
        desk.get(url)
    for number in range(30):
        person_id = people.register(email=f"c{number}@example.org", display_name=f"C {number}", password="x")
        one = make.running(exam, type("P", (), {"pk": person_id}))
        make.answer(one, {1: "a"})
        make.proposed_credit(one)
        TakeoverRequest.objects.create(sitting=one, device="b2", at=clock.now())
        Incident.objects.create(sitting=one, kind="note", text="Late.", at=clock.now())
    with statements() as for_many:
        assert len(desk.get(url).context["rows"]) == 31
    assert len(for_many) == len(for_one)


def test_the_overview_costs_the_same_for_one_exam_and_for_four(desk, exam, sitting, ada) -> None:
    url = reverse("exams:invigilation")
    desk.get(url)
    with statements() as for_one:
        desk.get(url)
    for number in range(3):
        make.proposed_credit(make.running(make.exam(f"more-{number}"), ada))
    with statements() as for_four:
        assert len(desk.get(url).context["lines"]) == 4
    assert len(for_four) == len(for_one)


def test_an_invigilator_acts_from_the_board(desk, sitting) -> None:
    assert "paused" in told(act(desk, sitting, "pause", reason="A fire drill."))
    assert "goes on" in told(act(desk, sitting, "resume", reason="It is over."))
    assert "time is added" in told(act(desk, sitting, "credit", minutes="5", reason="The drill took long."))
    assert "second invigilator" in told(act(desk, sitting, "credit", minutes="9", reason="And longer."))
    assert "on its way" in told(act(desk, sitting, "message", text="Five minutes more."))
    assert "noted" in told(act(desk, sitting, "incident", kind="technical", text="The screen went dark."))
    assert "on record" in told(act(desk, sitting, "identity", method="Passport"))
    assert "has ended" in told(act(desk, sitting, "end", reason="She went home ill."))
    sitting.refresh_from_db()
    assert (sitting.state, sitting.closed_by) == ("submitted", "staff")
    assert Message.objects.get().text == "Five minutes more."
    page = text(desk.get(reverse("exams:watched", args=[sitting.uuid])))
    for said in (
        "Paused</strong>: A fire drill.",
        "Time added",
        "Identity checked: Passport",
        "She went home ill.",
    ):
        assert said in page


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("pause", {"reason": ""}),
        ("credit", {"minutes": "-5", "reason": "A fire drill."}),
        ("credit", {"minutes": "many", "reason": "A fire drill."}),
        ("message", {"text": "x" * 501}),
        ("incident", {"kind": "safe-browser", "text": "I made this up."}),
        ("identity", {"method": ""}),
        ("file", {}),
    ],
)
def test_a_form_that_is_not_filled_in_says_where(name, said, desk, sitting) -> None:
    answer = desk.post(reverse("exams:intervene", args=[sitting.uuid, name]), said)
    assert answer.status_code == 400
    assert "Please look at" in answer.content.decode()
    assert not Credit.objects.exists()


def test_a_trainer_is_told_why_not(library, desk, sitting, ada, ivo) -> None:
    make_courses.trained(ada, CoursePage.objects.first(), by=ivo)
    assert told(act(desk, sitting, "pause", reason="A fire drill.")).startswith("You trained this candidate")
    page = text(desk.get(reverse("exams:watched", args=[sitting.uuid])))
    assert "You trained this candidate" in page
    assert reverse("exams:intervene", args=[sitting.uuid, "pause"]) not in page


def test_what_has_ended_meanwhile_is_said(desk, sitting) -> None:
    sittings.submit(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    assert "has ended or moved on" in told(act(desk, sitting, "pause", reason="A fire drill."))


def test_all_of_an_exam_at_once(desk, exam, sitting, ben) -> None:
    make.running(exam, ben)

    def all_of(name: str, **said) -> str:
        return told(desk.post(reverse("exams:intervene_all", args=[exam.key, name]), said, follow=True))

    assert all_of("pause", reason="A fire drill.") == "2 sittings paused."
    assert all_of("message", text="Stay calm.") == "2 sittings told."
    assert all_of("resume", reason="It is over.") == "2 sittings resumed."
    make.proposed_credit(sitting)
    board = desk.get(reverse("exams:board", args=[exam.key]))
    assert "For 1 sitting a credit is proposed" in text(board)
    assert all_of("outages") == "1 sitting given the time."
    assert desk.get(reverse("exams:intervene_all", args=[exam.key, "end"])).status_code == 404


def test_a_second_person_decides_from_the_board(desk, exam, sitting, jun, signed_in) -> None:
    act(desk, sitting, "credit", minutes="20", reason="A long drill.")
    credit = Credit.objects.get()
    grant = reverse("exams:decide_credit", args=[credit.uuid, "grant"])
    assert grant in desk.get(reverse("exams:board", args=[exam.key])).content.decode()
    assert "a second person must decide" in told(desk.post(grant, follow=True))
    second = signed_in(jun)
    decline = reverse("exams:decide_credit", args=[credit.uuid, "decline"])
    assert second.post(decline, {"reason": ""}).status_code == 400
    assert "deadline has moved" in told(second.post(grant, follow=True))
    due = sitting.deadline_at
    sitting.refresh_from_db()
    assert sitting.deadline_at == due + timedelta(minutes=20)
    assert "moved on" in told(second.post(decline, {"reason": "Too late."}, follow=True))


def test_a_device_is_allowed_or_refused_from_the_board(desk, exam, sitting) -> None:
    requests = [
        TakeoverRequest.objects.create(sitting=sitting, device=d, at=clock.now()) for d in ("b2", "c3")
    ]
    assert text(desk.get(reverse("exams:board", args=[exam.key]))).count("asks to go on") == 2
    for request, event in zip(requests, ("refuse", "allow"), strict=True):
        desk.post(reverse("exams:decide_takeover", args=[request.pk, event]))
    assert list(TakeoverRequest.objects.order_by("pk").values_list("state", flat=True)) == [
        "refused",
        "granted",
    ]
    sitting.refresh_from_db()
    assert sitting.device == "c3"
    assert desk.post(reverse("exams:decide_takeover", args=[0, "allow"])).status_code == 404


def test_what_is_another_organisations_is_not_there(desk, exam, sitting, northmoor) -> None:
    credit = make.proposed_credit(sitting)
    request = TakeoverRequest.objects.create(sitting=sitting, device="b2", at=clock.now())
    exam.organisation_id = northmoor.id
    exam.save()
    for url in (
        reverse("exams:board", args=[exam.key]),
        reverse("exams:watched", args=[sitting.uuid]),
        reverse("exams:intervene", args=[sitting.uuid, "pause"]),
        reverse("exams:intervene_all", args=[exam.key, "pause"]),
        reverse("exams:decide_credit", args=[credit.uuid, "grant"]),
        reverse("exams:decide_takeover", args=[request.pk, "allow"]),
    ):
        assert desk.post(url, {"reason": "A fire drill."}).status_code in {404, 405}
    assert invigilation.exam_lines([]) == []


def test_a_file_is_uploaded_and_a_bad_one_refused_in_words(desk, sitting) -> None:
    def upload(said: bytes) -> str:
        return told(act(desk, sitting, "file", file=SimpleUploadedFile("answers.json", said)))

    good = make.answer_file(sitting, {1: "a"})
    assert "can't be read as JSON" in upload(b"hello")
    assert "larger than any" in upload(b" " * (513 * 1024))
    assert "seal of this file is broken" in upload(good.replace(b'"value": "a"', b'"value": "b"'))
    assert "another sitting" in upload(
        good.replace(str(sitting.uuid).encode(), str(sitting.entry.uuid).encode())
    )
    assert not AnswerFile.objects.exists()
    assert "kept as evidence" in upload(good)
    assert "on record already" in upload(good)


def test_two_examiners_admit_a_file_on_its_page(sitting, eve, jun, signed_in) -> None:
    sittings.submit(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    file = make.received_file(sitting, make.answer_file(sitting, {1: "a"}, at=sitting.started_at))
    first, second = signed_in(eve), signed_in(jun)
    url = reverse("exams:answer_file", args=[file.uuid])
    assert "not marked yet" in told(
        first.post(url, {"event": "propose", "reason": "No network."}, follow=True)
    )
    marking.mark(sitting_id=sitting.pk)
    assert first.post(url, {"event": "propose", "reason": ""}).status_code == 400
    assert "second examiner" in told(
        first.post(url, {"event": "propose", "reason": "No network."}, follow=True)
    )
    assert "second person" in told(first.post(url, {"event": "admit", "reason": "No network."}, follow=True))
    assert "new score run" in told(second.post(url, {"event": "admit", "reason": "I agree."}, follow=True))
    assert "moved on" in told(second.post(url, {"event": "decline", "reason": "After all."}, follow=True))
    assert "revised: No network." in text(first.get(reverse("exams:examined", args=[sitting.result.uuid])))
    assert second.post(url, {"event": "nonsense", "reason": "Nothing."}).status_code == 400


def test_the_whole_timeline_costs_the_same_however_long_it_is(desk, sitting) -> None:
    url = reverse("exams:watched", args=[sitting.uuid])
    desk.get(url)
    with statements() as short:
        desk.get(url)
    make.stored(sitting, 60)
    for _ in range(5):
        act(desk, sitting, "incident", kind="note", text="Something.")
        act(desk, sitting, "message", text="Something.")
        make.proposed_credit(sitting)
    with statements() as long:
        page = text(desk.get(url))
    assert len(long) == len(short)
    assert "60 answers saved" in page


def test_a_candidate_takes_the_whole_timeline_home(sitting, ada, ivo, signed_in) -> None:
    make.answer(sitting, {1: "a", 2: "b"})
    sittings.take_over(sitting_uuid=sitting.uuid, person_id=ada.pk)
    make.answer(sitting, {1: "c"}, epoch=2)
    make.answer(sitting, {1: "b"}, epoch=1, first=3)
    interventions.send_message(sitting_uuid=sitting.uuid, by_id=ivo.pk, text="=1+1 minutes more.")
    interventions.pause(sitting_uuid=sitting.uuid, by_id=ivo.pk, reason="A fire drill.")
    interventions.resume(sitting_uuid=sitting.uuid, by_id=ivo.pk, reason="It is over.")
    client = signed_in(ada)
    url = reverse("exams:timeline_json", args=[sitting.uuid])
    assert client.get(url).status_code == 404
    sittings.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
    make.answer(sitting, {3: "a"}, first=9)
    sitting.refresh_from_db()
    answer = client.get(url)
    said = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert said["chain_head"] == sitting.chain_head
    answers = [line for line in said["timeline"] if line["what"] == "answer"]
    assert [line["verdict"] for line in answers] == ["accepted", "accepted", "accepted", "superseded", "late"]
    assert [line["what"] for line in said["timeline"] if line["by"] == "staff"] == [
        "message", "pause", "resume", "time credited",
    ]  # fmt: skip
    assert "Ivo" not in answer.content.decode()
    # With what stands there, anybody can work the chain out anew.
    links = [
        Link(
            **{name: line[name] for name in ("number", "epoch", "seq", "position", "value")},
            at=datetime.fromisoformat(line["time"]),
            stamped_at=None,
            digest=bytes.fromhex(line["digest"]),
        )
        for line in answers[:-1]
    ]
    bound = {"sitting": said["sitting"], "form_digest": said["form"]}
    assert chain.first_break(links, head=said["chain_head"], length=said["chain_length"], **bound) is None
    table = list(
        csv.DictReader(
            io.StringIO(client.get(reverse("exams:timeline_csv", args=[sitting.uuid])).content.decode())
        )
    )
    assert len(table) == len(said["timeline"]) + 2
    # A spreadsheet must not take a message for a formula.
    assert [row["note"] for row in table if row["what"] == "message"] == ["'=1+1 minutes more."]
    assert table[-1]["digest"] == sitting.chain_head
    assert url in client.get(reverse("exams:receipt", args=[sitting.uuid])).content.decode()


def test_a_sitting_that_an_invigilator_ended_says_so_on_its_receipt(sitting, ada, ivo, signed_in) -> None:
    interventions.terminate(sitting_uuid=sitting.uuid, by_id=ivo.pk, reason="She went home ill.")
    page = text(signed_in(ada).get(reverse("exams:receipt", args=[sitting.uuid])))
    assert "Ended by an invigilator" in page


def test_a_paused_sitting_is_no_result_on_the_desk(sitting, ada, ivo, signed_in) -> None:
    interventions.pause(sitting_uuid=sitting.uuid, by_id=ivo.pk, reason="A fire drill.")
    client = signed_in(ada)
    assert "stopped the clock" in text(client.get(reverse("web:desk")))
    assert "the clock stands still" in text(client.get(reverse("exams:mine")))
