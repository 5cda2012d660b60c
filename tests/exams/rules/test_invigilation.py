from datetime import UTC, datetime, timedelta

import pytest

from exams.rules import credits, independence, presence, takeovers, timelines
from exams.rules.acceptance import Verdict
from exams.rules.chain import Link

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def seconds(count: float) -> timedelta:
    return timedelta(seconds=count)


def test_neither_the_candidate_nor_a_trainer_stands_over_a_sitting() -> None:
    asked = {"candidate_id": 1, "trainer_ids": frozenset({2})}
    assert independence.bar(person_id=1, **asked) == "candidate"
    assert independence.bar(person_id=2, **asked) == "trainer"
    assert independence.bar(person_id=3, **asked) is None


@pytest.mark.parametrize(("given", "amount", "second"), [(0, 600, False), (0, 601, True), (300, 301, True)])
def test_small_credits_add_up_before_a_second_person_is_needed(given, amount, second) -> None:
    asked = {"amount": seconds(amount), "given_alone": seconds(given), "alone": seconds(600)}
    assert credits.needs_second(**asked) is second


@pytest.mark.parametrize(
    ("silent", "hearing"), [(None, "new"), (9.9, "skip"), (10, "extend"), (45, "extend"), (45.1, "new")]
)
def test_a_sign_of_life_extends_the_span_or_begins_another(silent, hearing) -> None:
    until_at = None if silent is None else NOON - seconds(silent)
    assert presence.hearing(until_at=until_at, at=NOON) == hearing


@pytest.mark.parametrize(
    ("takeover", "held_by", "device", "consent"),
    [
        ("free", "a", "b", "not-needed"),
        ("ask", "", "b", "not-needed"),
        ("ask", "a", "a", "not-needed"),
        ("ask", "a", "b", "ask"),
        ("ask", "a", "", "ask"),
    ],
)
def test_another_device_asks_where_the_exam_says_so(takeover, held_by, device, consent) -> None:
    assert takeovers.consent(takeover=takeover, held_by=held_by, device=device) == consent


def test_a_refusal_stands_for_a_minute() -> None:
    assert takeovers.may_ask_again(refused_at=None, at=NOON)
    assert not takeovers.may_ask_again(refused_at=NOON - seconds(59), at=NOON)
    assert takeovers.may_ask_again(refused_at=NOON - seconds(60), at=NOON)


def test_superseded_is_what_came_after_a_newer_epoch_had_answered() -> None:
    said = [(1, 1, 7), (2, 1, 7), (1, 2, 7), (1, 3, 8), (2, 2, 7)]
    links = [Link(n, e, s, p, "a", NOON, None, b"") for n, (e, s, p) in enumerate(said, 1)]
    assert [verdict for _, verdict in timelines.verdicts(links)] == [
        Verdict.ACCEPTED,
        Verdict.ACCEPTED,
        Verdict.SUPERSEDED,
        Verdict.ACCEPTED,
        Verdict.ACCEPTED,
    ]
