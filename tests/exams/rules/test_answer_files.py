import json
from datetime import UTC, datetime, timedelta

import pytest

from exams.rules import answer_files
from exams.rules.acceptance import Event
from exams.rules.answer_files import BadFile, Fault

KEY = b"k" * 32
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHAPES = {"1": ("single", ["a", "b", "c"]), "2": ("single", ["a", "b"])}


def event(seq: int = 1, *, position: int = 1, value="a", epoch: int = 1, time: str = "2026-11-23T12:00:00Z"):
    return {"epoch": epoch, "seq": seq, "position": position, "value": value, "time": time}


def content(*events, **more):
    said = {
        "auditorium": "answers/1",
        "sitting": "s-1",
        "form": "f-1",
        "made_at": "2026-11-23T12:30:00Z",
        "head": "",
        "events": list(events),
    }
    said |= more
    return said | {"seal": answer_files.seal(said, key=KEY)} if "seal" not in more else said


def fault(said: bytes) -> Fault:
    with pytest.raises(BadFile) as found:
        answer_files.read(said, sitting="s-1", form_digest="f-1", key=KEY)
    return found.value.fault


def test_a_sealed_file_is_read() -> None:
    said = content(event(1), event(2, value=None))
    answers = answer_files.read(json.dumps(said).encode(), sitting="s-1", form_digest="f-1", key=KEY)
    assert answers.events == (Event(1, 1, 1, "a", NOON), Event(1, 2, 1, None, NOON))
    assert answers.content == said
    # Order of members and spaces are no part of it.
    shuffled = json.dumps(dict(reversed(said.items())), indent=2).encode()
    assert answer_files.read(shuffled, sitting="s-1", form_digest="f-1", key=KEY).digest == answers.digest


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"{", Fault.NOT_JSON),
        (b"\xff\xfe", Fault.NOT_JSON),
        (b"[" * 200_000, Fault.NOT_JSON),
        (b" " * (answer_files.MOST_BYTES + 1), Fault.TOO_LARGE),
        (b"[]", Fault.NOT_AN_ANSWER_FILE),
        (b"{}", Fault.NOT_AN_ANSWER_FILE),
    ],
)
def test_what_is_no_file_of_answers_is_named(said, expected) -> None:
    assert fault(said) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"auditorium": "answers/2"}, Fault.NOT_AN_ANSWER_FILE),
        ({"events": {}}, Fault.NOT_AN_ANSWER_FILE),
        ({"events": [event(0)]}, Fault.NOT_AN_ANSWER_FILE),
        ({"events": [event(True)]}, Fault.NOT_AN_ANSWER_FILE),
        ({"events": [event(time="noon")]}, Fault.NOT_AN_ANSWER_FILE),
        ({"events": [event(time="2026-11-23T12:00:00")]}, Fault.NOT_AN_ANSWER_FILE),
        ({"events": [event() | {"more": 1}]}, Fault.NOT_AN_ANSWER_FILE),
        ({"events": [event(value=0.5)], "seal": ""}, Fault.NOT_AN_ANSWER_FILE),
        ({"events": [event(value="\ud800")], "seal": ""}, Fault.NOT_AN_ANSWER_FILE),
        ({"events": [event(n) for n in range(1, 5002)], "seal": ""}, Fault.TOO_LARGE),
        ({"made_at": ""}, Fault.NOT_AN_ANSWER_FILE),
        ({"head": None}, Fault.NOT_AN_ANSWER_FILE),
        ({"sitting": "s-2"}, Fault.WRONG_SITTING),
        ({"form": "f-2"}, Fault.WRONG_FORM),
        ({"seal": "AAAA"}, Fault.SEAL_BROKEN),
        ({"seal": "\ud800"}, Fault.NOT_AN_ANSWER_FILE),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_refused(changed, expected) -> None:
    assert fault(json.dumps(content(**changed)).encode()) == expected


def test_an_edited_answer_breaks_the_seal() -> None:
    said = content(event(value="a"))
    said["events"][0]["value"] = "b"
    assert fault(json.dumps(said).encode()) == Fault.SEAL_BROKEN


def test_only_what_is_stamped_in_time_and_unknown_may_be_admitted() -> None:
    def stamped(seq: int, seconds: int = 0, *, epoch: int = 1, position: int = 1, value="a") -> Event:
        return Event(epoch, seq, position, value, NOON + timedelta(seconds=seconds))

    wanted = stamped(1, 600)
    events = [
        wanted,
        stamped(1, 10, value="b"),  # the same number once more
        stamped(2, 601),  # after the end
        stamped(3, -1),  # before the start
        stamped(4),  # stored
        stamped(5, epoch=3),  # an epoch that was never given out
        stamped(6, position=9),  # not on the form
        stamped(7, position=2, value="c"),  # no option
        Event(1, 8, 1, "a"),  # without a stamp
    ]
    found = answer_files.admissible(
        events,
        stored={(1, 4)},
        shapes=SHAPES,
        started_at=NOON,
        ended_at=NOON + timedelta(seconds=600),
        last_epoch=2,
    )
    assert found == (wanted,)


def test_a_key_is_handed_out_in_base64url() -> None:
    assert answer_files.key_of("-_8") == b"\xfb\xff"
    with pytest.raises(ValueError, match="base64url"):
        answer_files.key_of("a")
