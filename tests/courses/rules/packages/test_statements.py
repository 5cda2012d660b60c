"""What a part of a cmi5 package tells holds only within cmi5's rules."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from courses.rules.packages import statements
from courses.rules.packages.statements import AgainstTheRules, BadStatement, Window
from courses.rules.packages.structure import MoveOn
from tests.factories.packages import statement as made

OPENED = Window(
    session="s1",
    activity="https://house/1",
    registration="r1",
    home="https://house",
    learner="l1",
    mastery="0.8",
)
BEGUN = replace(OPENED, initialized=True)


def heard(window: Window, *verbs: str, **said: Any) -> Window:
    found = [made(window, verb, **said) for verb in verbs]
    return statements.heard(window, statements.read(json.dumps(found).encode()))


def test_a_session_from_its_beginning_to_its_end() -> None:
    after = heard(OPENED, "initialized", "completed")
    assert (after.initialized, after.completed, after.passed, after.terminated) == (True, True, False, False)
    after = heard(after, "passed", result={"score": {"scaled": 0.8, "raw": 16, "min": 0, "max": 20}})
    assert (after.passed, after.scaled, after.raw) == (True, Decimal("0.8"), Decimal(16))
    after = heard(after, "terminated", result={"duration": "PT1H2M3.5S"})
    assert (after.terminated, after.seconds) == (True, 3723)


def test_what_fails_may_be_tried_again_and_passed() -> None:
    failed = heard(BEGUN, "failed", result={"score": {"scaled": 0.5}})
    assert (failed.failed, failed.passed, failed.scaled) == (True, False, Decimal("0.5"))
    assert heard(replace(failed, judged=False), "passed").passed
    with pytest.raises(AgainstTheRules, match="open it again for another try"):
        heard(failed, "passed")


def test_a_statement_of_its_own_changes_nothing() -> None:
    assert heard(BEGUN, "completed", defined=False) == BEGUN


@pytest.mark.parametrize(
    ("window", "verb", "said", "fault"),
    [
        (OPENED, "completed", {}, "tells once that it has begun"),
        (OPENED, "experienced", {"defined": False}, "first thing"),
        (BEGUN, "initialized", {}, "tells once that it has begun"),
        (replace(BEGUN, terminated=True), "experienced", {"defined": False}, "has ended"),
        (replace(BEGUN, completed=True), "completed", {}, "told before that the lesson is completed"),
        (replace(BEGUN, passed=True), "passed", {}, "told before that the lesson is passed"),
        (replace(BEGUN, passed=True), "failed", {}, "told before that the lesson is passed"),
        (BEGUN, "satisfied", {}, "for the platform to say"),
        (BEGUN, "voided", {"defined": False}, "taken back"),
        (BEGUN, "passed", {"result": {"score": {"scaled": 0.79}}}, "says the opposite"),
        (BEGUN, "failed", {"result": {"score": {"scaled": 0.8}}}, "says the opposite"),
        (BEGUN, "passed", {"result": {"score": {"scaled": 1.2}}}, "from 0 to 1"),
        (BEGUN, "passed", {"result": {"score": {"scaled": -0.1}}}, "from 0 to 1"),
        (BEGUN, "passed", {"result": {"completion": True}}, "Only what is completed"),
        (BEGUN, "completed", {"result": {"score": {"scaled": 1}}}, "success or a score"),
        (BEGUN, "terminated", {"result": {"success": True}}, "success or a score"),
        (BEGUN, "passed", {"result": {"score": {"scaled": "0.9"}}}, "from 0 to 1"),
        (BEGUN, "passed", {"result": {"success": False}}, "success of true"),
        (BEGUN, "completed", {"result": {"completion": "yes"}}, "completion of true"),
        (BEGUN, "terminated", {"result": {"duration": "P"}}, "ISO 8601"),
        (BEGUN, "terminated", {"result": {"duration": 5}}, "ISO 8601"),
        (BEGUN, "completed", {"learner": "l2"}, "the learner for whom"),
        (BEGUN, "completed", {"registration": "r2"}, "registration"),
        (BEGUN, "completed", {"session": "s2"}, "session"),
        (BEGUN, "completed", {"about": "https://house/2"}, "lesson that was opened"),
    ],
)  # fmt: skip
def test_what_breaks_the_rules_is_refused_with_a_sentence(
    window: Window, verb: str, said: dict[str, Any], fault: str
) -> None:
    with pytest.raises(AgainstTheRules, match=fault) as refused:
        heard(window, verb, **said)
    assert str(refused.value).endswith("is safe.")


def test_what_tells_of_completion_or_success_says_so_in_its_category() -> None:
    for verb, has in (("completed", True), ("terminated", False)):
        said = made(BEGUN, verb)
        listed = [{"id": statements.CMI5}, *([] if has else [{"id": statements.MOVE_ON}])]
        said["context"]["contextActivities"]["category"] = listed
        with pytest.raises(AgainstTheRules, match="category moveon"):
            statements.heard(BEGUN, statements.read(json.dumps(said).encode()))


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"1", b"[1]", b'{"verb": {"id": "x"}}', b'{"verb": "x", "object": {"id": "y"}}',
        b'{"id": "x", "verb": {"id": "x"}, "object": {"id": "y"}}',
        b'{"verb": {"id": "x"}, "object": {"id": "y"}, "attachments": []}',
        b'{"verb": {"id": "x"}, "object": {"id": "\\u0000"}}', b'{"verb": {"id": "x"}, "object": {"id": "y"}, "n": NaN}',
        b'{"verb": {"id": "x"}, "object": {"id": "y"}, "n": ' + b'{"a":' * 40 + b"1" + b"}" * 41,
        b"[" * 100_000, b"[" + b"1," * 60 + b"1]", b"x" * 310_000,
    ],
)  # fmt: skip
def test_what_can_t_be_read_is_refused_with_a_sentence(body: bytes) -> None:
    with pytest.raises(BadStatement, match="is safe"):
        statements.read(body)


@pytest.mark.parametrize(
    ("move_on", "met"),
    [
        (MoveOn.PASSED, [False, False, True, True]),
        (MoveOn.COMPLETED, [False, True, False, True]),
        (MoveOn.BOTH, [False, False, False, True]),
        (MoveOn.EITHER, [False, True, True, True]),
        (MoveOn.NOTHING, [True, True, True, True]),
    ],
)
def test_a_part_is_done_when_it_has_told_what_is_asked(move_on: MoveOn, met: list[bool]) -> None:
    told = [(False, False), (True, False), (False, True), (True, True)]
    assert [move_on.met(completed=completed, passed=passed) for completed, passed in told] == met


def test_a_part_is_told_what_its_maker_asked_for() -> None:
    said = statements.launch_data(
        OPENED, publisher="https://maker/au", move_on="Passed", parameters="level=2", entitlement="k"
    )
    assert said["contextTemplate"]["extensions"] == {statements.SESSION: "s1", statements.MASTERY: 0.8}
    assert said["contextTemplate"]["contextActivities"]["grouping"][0]["id"] == "https://maker/au"
    assert (said["moveOn"], said["masteryScore"], said["launchMode"]) == ("Passed", 0.8, "Normal")
    assert (said["launchParameters"], said["entitlementKey"]) == ("level=2", {"courseStructure": "k"})
    own = statements.launch_data(
        OPENED, publisher="p", move_on="Passed", parameters="", entitlement="", own_window=True
    )
    assert (said["launchMethod"], own["launchMethod"]) == ("AnyWindow", "OwnWindow")
