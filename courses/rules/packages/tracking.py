"""What a running package tells of its learner, read with care: it is a page of strangers that says it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from courses.rules.packages.manifest import Standard
from lms.kit import texts

MOST_BYTES: Final = 300_000
MOST_SUSPENDED: Final = 64_000  # characters, as SCORM 2004 4th edition allows; 1.2 asks for 4,096
MOST_SECONDS: Final = 10**8
DEEPEST: Final = 12
DONE: Final = frozenset({"completed", "passed"})
_TIMESPAN = re.compile(r"^(\d{2,4}):(\d{2}):(\d{2})(?:\.\d{1,2})?$")
_DURATION = re.compile(
    r"^P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,6})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,9})(?:\.\d{1,6})?S)?)?$"
)
_WORDS_12 = frozenset({"passed", "completed", "failed", "incomplete", "browsed", "not attempted"})
_WORDS_2004 = frozenset({"completed", "incomplete", "not attempted", "unknown"})
_SUCCESS = frozenset({"passed", "failed", "unknown"})


class BadCommit(ValueError):
    """What was sent can't be kept. The text is a sentence."""


@dataclass(frozen=True)
class Commit:
    """`session` is what the package says of this window's seconds; `cmi` the data model as it left it."""

    launch: int
    seq: int
    completion: str
    success: str
    score: Decimal | None
    scaled: Decimal | None
    session: int
    suspend_data: str
    leaves: bool
    cmi: Mapping[str, Any]

    @property
    def done(self) -> bool:
        return self.completion in DONE or self.success == "passed"


def read(body: bytes, standard: str) -> Commit:
    """What a window sent. Raises BadCommit."""
    if len(body) > MOST_BYTES:
        raise BadCommit(f"More than {MOST_BYTES // 1000} kB were sent at once. What was kept before is safe.")
    try:
        said = json.loads(body)
        numbers = said["launch"], said["seq"]
        cmi = said["cmi"]["cmi"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadCommit("What was sent can't be read. What was kept before is safe.") from None
    if not all(type(one) is int and 1 <= one < 2**31 for one in numbers) or not isinstance(cmi, dict):
        raise BadCommit("What was sent has no number of its window. What was kept before is safe.")
    refuse_unfit(cmi)
    read_model = _read_12 if standard == Standard.SCORM_12 else _read_2004
    completion, success, score, session, leave = read_model(cmi)
    suspended = _text(cmi, "suspend_data")
    if len(suspended) > MOST_SUSPENDED:
        raise BadCommit(
            f"More than {MOST_SUSPENDED} characters of suspend data. What was kept before is safe."
        )
    raw, scaled = _score(score)
    return Commit(
        *numbers, completion, success, raw, scaled, session, suspended, leave in ("suspend", "logout"), cmi
    )


def handed_back(
    cmi: Mapping[str, Any],
    standard: str,
    *,
    resumes: bool,
    seconds: int,
    learner: str,
    name: str,
    launch_data: str,
    mastery: str,
) -> dict[str, Any]:
    """The data model with which the next window begins. `seconds` are those of all windows before."""  # fmt: skip
    if standard == Standard.SCORM_12:
        return _back_12(cmi, resumes, seconds, learner, name, launch_data, mastery)
    kept = {
        key: cmi[key]
        for key in (
            *(
                "completion_status",
                "success_status",
                "score",
                "progress_measure",
                "objectives",
                "interactions",
            ),
            *("learner_preference", "comments_from_learner"),
        )
        if key in cmi and resumes
    }
    if resumes:
        kept |= {"suspend_data": _text(cmi, "suspend_data"), "location": _text(cmi, "location")}
    said = {
        "learner_id": learner, "learner_name": name, "credit": "credit", "mode": "normal",
        "entry": "resume" if resumes else "ab-initio", "total_time": f"PT{seconds}S",
    }  # fmt: skip
    if launch_data:
        said["launch_data"] = launch_data
    if mastery:
        said["scaled_passing_score"] = mastery
    return {"cmi": _unnumbered(kept) | said}


def seconds_of(said: str, standard: str) -> int:
    """A time as its standard writes it, in whole seconds; 0 for what is none."""
    if standard == Standard.SCORM_12:
        found = _TIMESPAN.match(said)
        parts = [int(part) for part in found.groups()] if found else [0, 0, 0]
        return min(parts[0] * 3600 + parts[1] * 60 + parts[2], MOST_SECONDS)
    found = _DURATION.match(said)
    years, months, days, hours, minutes, whole = (
        (int(part or 0) for part in found.groups()) if found else [0] * 6
    )
    in_days = (years * 365 + months * 30 + days) * 86_400
    return min(in_days + hours * 3600 + minutes * 60 + whole, MOST_SECONDS)


def refuse_unfit(cmi: Mapping[str, Any]) -> None:
    """What no database keeps: a null character, half a character, a number that is none, depth without end.
    Raises BadCommit."""
    if texts.unfit(cmi):
        raise BadCommit("What was sent has characters that can't be kept. What was kept before is safe.")
    waiting: list[tuple[int, Any]] = [(1, cmi)]
    while waiting:
        depth, value = waiting.pop()
        if depth > DEEPEST:
            raise BadCommit("What was sent is nested too deep. What was kept before is safe.")
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [(depth + 1, one) for one in inner]


type _Model = tuple[str, str, Mapping[str, Any], int, str]


def _read_12(cmi: Mapping[str, Any]) -> _Model:
    core = _mapping(cmi, "core")
    status = _word(core, "lesson_status", _WORDS_12)
    success = status if status in _SUCCESS else ""
    session = seconds_of(_text(core, "session_time"), Standard.SCORM_12)
    return status, success, _mapping(core, "score"), session, _text(core, "exit")


def _read_2004(cmi: Mapping[str, Any]) -> _Model:
    return (
        _word(cmi, "completion_status", _WORDS_2004),
        _word(cmi, "success_status", _SUCCESS),
        _mapping(cmi, "score"),
        seconds_of(_text(cmi, "session_time"), Standard.SCORM_2004),
        _text(cmi, "exit"),
    )


def _back_12(
    cmi: Mapping[str, Any],
    resumes: bool,
    seconds: int,
    learner: str,
    name: str,
    launch_data: str,
    mastery: str,
) -> dict[str, Any]:
    core = _mapping(cmi, "core")
    kept: dict[str, Any] = {"entry": "ab-initio", "lesson_status": "not attempted"}
    if resumes:
        kept = {
            "entry": "resume",
            "lesson_location": _text(core, "lesson_location"),
            "lesson_status": _word(core, "lesson_status", _WORDS_12) or "incomplete",
            "score": _mapping(core, "score"),
        }
    hours, rest = divmod(min(seconds, 9999 * 3600), 3600)
    kept |= {
        "student_id": learner, "student_name": name, "credit": "credit", "lesson_mode": "normal",
        "total_time": f"{hours:04d}:{rest // 60:02d}:{rest % 60:02d}",
    }  # fmt: skip
    made: dict[str, Any] = {"core": kept, "launch_data": launch_data}
    if mastery:
        made["student_data"] = {"mastery_score": mastery}
    if resumes:
        made["suspend_data"] = _text(cmi, "suspend_data")
        made |= _unnumbered({key: cmi[key] for key in ("objectives", "student_preference") if key in cmi})
    return {"cmi": made}


def _unnumbered(value: Any) -> Any:
    """Rows that the run-time writes as {"0": …} are handed back as a list, as it reads them."""
    if not isinstance(value, dict):
        return value
    if value and all(key.isdecimal() and len(key) < 6 for key in value):
        return [_unnumbered(value[key]) for key in sorted(value, key=int)]
    return {key: _unnumbered(one) for key, one in value.items() if one != {}}


def _score(said: Mapping[str, Any]) -> tuple[Decimal | None, Decimal | None]:
    scaled = _number(said, "scaled", 1)
    raw = _number(said, "raw", 10**7)
    return (raw if raw is not None else scaled), scaled


def _number(said: Mapping[str, Any], name: str, most: int) -> Decimal | None:
    try:
        found = Decimal(_text(said, name)[:30])
    except InvalidOperation:
        return None
    return found.quantize(Decimal("0.0001")) if found.is_finite() and abs(found) <= most else None


def _word(said: Mapping[str, Any], name: str, known: frozenset[str]) -> str:
    word = _text(said, name)
    return word if word in known else ""


def _text(said: Mapping[str, Any], name: str) -> str:
    found = said.get(name, "")
    return str(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else ""


def _mapping(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name)
    return found if isinstance(found, dict) else {}
