"""What a part of a cmi5 package tells in statements, read with care, and what of it holds.

After the cmi5 specification, "Quartz", sections 7.1 (order), 9 (verbs, results, contexts) and 10 (launch data).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from uuid import UUID

from courses.rules.packages import tracking
from courses.rules.packages.manifest import Standard
from courses.rules.packages.structure import MoveOn

MOST_AT_ONCE: Final = 50
MOST_OF_A_RUN: Final = 2_000
LAUNCH_DATA: Final = "LMS.LaunchData"
_VERBS: Final = "http://adlnet.gov/expapi/verbs/"
INITIALIZED, TERMINATED = f"{_VERBS}initialized", f"{_VERBS}terminated"
COMPLETED, PASSED, FAILED = f"{_VERBS}completed", f"{_VERBS}passed", f"{_VERBS}failed"
DEFINED: Final = frozenset({INITIALIZED, TERMINATED, COMPLETED, PASSED, FAILED})
VOIDED: Final = f"{_VERBS}voided"
CMI5: Final = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON: Final = "https://w3id.org/xapi/cmi5/context/categories/moveon"
SESSION: Final = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
MASTERY: Final = "https://w3id.org/xapi/cmi5/context/extensions/masteryscore"
_DURATION = re.compile(r"^P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$")
SAFE: Final = "What was kept before is safe."


class BadStatement(ValueError):
    """What was sent can't be read. The text is a sentence."""


class AgainstTheRules(ValueError):
    """What was sent breaks cmi5's rules about what may be told, and when. The text is a sentence."""


@dataclass(frozen=True)
class Statement:
    """`uuid` is None where its sender left that to us."""

    uuid: UUID | None
    verb: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Window:
    """One window of a learner in a part: who they are to it, what it may speak about, and what it has told.

    `seconds` are those that it says it took; `completed`, `passed` and `failed` hold for all windows of the learner in this
    part, and `judged` says whether this one told either of the latter.
    """

    session: str
    activity: str
    registration: str
    home: str
    learner: str
    mastery: str
    initialized: bool = False
    terminated: bool = False
    completed: bool = False
    passed: bool = False
    failed: bool = False
    judged: bool = False
    raw: Decimal | None = None
    scaled: Decimal | None = None
    seconds: int = 0

    @property
    def actor(self) -> dict[str, Any]:
        return {"objectType": "Agent", "account": {"homePage": self.home, "name": self.learner}}


def read(body: bytes) -> list[Statement]:
    """The statements of one request, one or several. Raises BadStatement."""
    if len(body) > tracking.MOST_BYTES:
        raise BadStatement(f"More than {tracking.MOST_BYTES // 1000} kB were sent at once. {SAFE}")
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise BadStatement(f"What was sent can't be read as JSON. {SAFE}") from None
    found = said if isinstance(said, list) else [said]
    if not found or len(found) > MOST_AT_ONCE:
        raise BadStatement(f"A request has from 1 to {MOST_AT_ONCE} statements, and not {len(found)}. {SAFE}")
    return [_statement(one) for one in found]


def _statement(said: Any) -> Statement:
    if not isinstance(said, dict):
        raise BadStatement(f"What was sent is no statement. {SAFE}")
    try:
        tracking.refuse_unfit(said)
    except tracking.BadCommit as fault:
        raise BadStatement(str(fault)) from None
    verb, thing = _in(said, "verb").get("id"), _in(said, "object").get("id")
    if not isinstance(verb, str) or not 0 < len(verb) <= 255 or not isinstance(thing, str):
        raise BadStatement(f"A statement has an actor, a verb and an object, each with its id. {SAFE}")
    if "attachments" in said:
        raise BadStatement(f"Attachments are not kept here. {SAFE}")
    return Statement(uuid_of(said.get("id")) if "id" in said else None, verb, said)


def uuid_of(said: Any) -> UUID:
    """Raises BadStatement."""
    try:
        return UUID(str(said))
    except ValueError:
        raise BadStatement(f"The id of a statement is a UUID. {SAFE}") from None


def heard(window: Window, found: Sequence[Statement]) -> Window:
    """The window after these statements, in their order. Raises AgainstTheRules, and then none of them holds."""
    for one in found:
        for fault in _faults(window, one):
            raise AgainstTheRules(f"{fault} {SAFE}")
        window = _after(window, one)
    return window


def done(window: Window, move_on: str) -> bool:
    return MoveOn(move_on).met(completed=window.completed, passed=window.passed)


def launch_data(
    window: Window,
    *,
    publisher: str,
    move_on: str,
    parameters: str,
    entitlement: str,
    own_window: bool = False,
) -> dict[str, Any]:
    """The document that a part reads first (section 10). There is no `returnURL` in it: a part may not lead its window out of
    the host of packages."""
    extensions: dict[str, Any] = {SESSION: window.session}
    data: dict[str, Any] = {
        "contextTemplate": {
            "contextActivities": {"grouping": [{"id": publisher, "objectType": "Activity"}]},
            "extensions": extensions,
        },
        "launchMode": "Normal",
        "launchMethod": "OwnWindow" if own_window else "AnyWindow",
        "moveOn": move_on,
    }
    if window.mastery:
        data["masteryScore"] = extensions[MASTERY] = float(window.mastery)
    if parameters:
        data["launchParameters"] = parameters
    if entitlement:
        data["entitlementKey"] = {"courseStructure": entitlement}
    return data


def _faults(window: Window, one: Statement) -> Iterator[str]:
    context = _in(one.body, "context")
    account = _in(_in(one.body, "actor"), "account")
    if (account.get("homePage"), account.get("name")) != (window.home, window.learner):
        yield "A statement is about the learner for whom the lesson was opened."
    if context.get("registration") != window.registration:
        yield "A statement names the registration with which the lesson was opened."
    if _in(context, "extensions").get(SESSION) != window.session:
        yield "A statement names the session with which the lesson was opened."
    if window.terminated:
        yield "The lesson said that it has ended, so nothing more is taken of this window."
    if one.verb == VOIDED:
        yield "Nothing is taken back here."
    if _is_defined(one):
        if one.verb not in DEFINED:
            yield "This verb is for the platform to say, and not for a lesson."
        yield from _faults_of_defined(window, one)
    elif not window.initialized:
        yield "The first thing that a lesson tells is that it has begun."


def _faults_of_defined(window: Window, one: Statement) -> Iterator[str]:
    result = _in(one.body, "result")
    if (one.verb == INITIALIZED) == window.initialized:
        yield "A lesson tells once that it has begun, before everything else."
    if _in(one.body, "object").get("id") != window.activity:
        yield "A statement is about the lesson that was opened."
    if one.verb == COMPLETED and window.completed:
        yield "It was told before that the lesson is completed."
    if one.verb in (PASSED, FAILED) and window.passed:
        yield "It was told before that the lesson is passed."
    elif one.verb in (PASSED, FAILED) and window.judged:
        yield "One window tells once whether the lesson is passed: open it again for another try."
    if one.verb != INITIALIZED and not _is_duration(result.get("duration")):
        yield "This statement says how long it took, as an ISO 8601 duration."
    if one.verb == COMPLETED and result.get("completion") is not True:
        yield "What is completed has a completion of true."
    yield from _faults_of_result(one, result)
    if one.verb in (PASSED, FAILED):
        if result.get("success") is not (one.verb == PASSED):
            yield "What is passed has a success of true, and what is failed one of false."
        yield from _faults_of_score(window, one.verb, _in(result, "score"))


def _faults_of_result(one: Statement, result: Mapping[str, Any]) -> Iterator[str]:
    """Sections 9.5.1 to 9.5.3 and 9.6.2.2."""
    judged = one.verb in (PASSED, FAILED)
    if ("completion" in result) > (one.verb == COMPLETED):
        yield "Only what is completed has a completion."
    if ("success" in result or "score" in result) > judged:
        yield "Only what is passed or failed has a success or a score."
    if (MOVE_ON in _categories(one)) != (judged or one.verb == COMPLETED):
        yield "What tells of completion or success has the category moveon, and nothing else has it."


def _faults_of_score(window: Window, verb: str, score: Mapping[str, Any]) -> Iterator[str]:
    scaled = _number(score, "scaled")
    if "scaled" in score and (scaled is None or not 0 <= scaled <= 1):
        yield "A scaled score is a number from 0 to 1."
    elif scaled is not None and window.mastery and (scaled >= Decimal(window.mastery)) != (verb == PASSED):
        yield f"With a score to pass of {window.mastery}, a scaled score of {scaled} says the opposite."


def _after(window: Window, one: Statement) -> Window:
    if not _is_defined(one):
        return window
    if one.verb == INITIALIZED:
        return replace(window, initialized=True)
    result = _in(one.body, "result")
    if one.verb == TERMINATED:
        seconds = tracking.seconds_of(str(result["duration"]), Standard.CMI5)
        return replace(window, terminated=True, seconds=seconds)
    if one.verb == COMPLETED:
        return replace(window, completed=True)
    score = _in(result, "score")
    raw, scaled = _number(score, "raw"), _number(score, "scaled")
    if raw is None and scaled is None:
        raw, scaled = window.raw, window.scaled
    passed = one.verb == PASSED
    return replace(
        window,
        passed=passed,
        failed=not passed,
        judged=True,
        raw=scaled if raw is None else raw,
        scaled=scaled,
    )


def _is_defined(one: Statement) -> bool:
    """Whether it counts for the platform: what has not cmi5's category is a lesson's own and changes nothing."""
    return CMI5 in _categories(one)


def _categories(one: Statement) -> set[str]:
    found = _in(_in(one.body, "context"), "contextActivities").get("category")
    listed = found if isinstance(found, list) else [found]
    return {str(each.get("id")) for each in listed if isinstance(each, dict)}


def _is_duration(said: Any) -> bool:
    return isinstance(said, str) and len(said) < 60 and _DURATION.match(said) is not None


def _number(said: Mapping[str, Any], name: str) -> Decimal | None:
    found = said.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    try:
        number = Decimal(str(found)[:30])
    except InvalidOperation:
        return None
    return number.quantize(Decimal("0.0001")) if number.is_finite() and abs(number) <= 10**7 else None


def _in(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name)
    return found if isinstance(found, dict) else {}
