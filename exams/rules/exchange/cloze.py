"""Moodle's embedded answers, {1:MULTICHOICE:=right~wrong}, as gaps. https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type"""

import re
from collections.abc import Mapping
from typing import Any

from exams.rules.exchange.frame import Refused

FIELD = re.compile(r"\{(\d*):([A-Z_]+):((?:\\.|[^{}\\])*)\}")
PART = re.compile(r"(?:\\.|[^~\\])+")
HEAD = re.compile(r"^(?:%(-?[0-9.]+)%|(=))?(.*)$", re.DOTALL)
CHOICES = {"MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH", "MULTICHOICE_S", "MCS"}
TEXTS = {"SHORTANSWER": False, "SA": False, "MW": False, "SHORTANSWER_C": True, "SAC": True, "MWC": True}
NUMBERS = {"NUMERICAL", "NM"}
STEM = "Fill the gaps."
ESCAPES = '\\~{}#="/'


def said(text: str, general: str) -> dict[str, Any]:
    """The item as the library says it; the text with its gaps follows a stem of ours. Raises Refused."""
    gaps: list[dict[str, Any]] = []

    def gap(found: re.Match[str]) -> str:
        gaps.append(_gap(found[2], found[3]) | ({"why": general} if general else {}))
        return f"[[{len(gaps)}]]"

    if "[[" in text:
        raise Refused("the text has [[, which marks a gap here")
    running = FIELD.sub(gap, text)
    if not gaps:
        raise Refused("the text has no embedded answer that can be read")
    return {"kind": "gap", "scoring": "per-gap", "stem": STEM, "text": running, "gaps": gaps}


def field(gap: Mapping[str, Any]) -> str:
    """A gap, as the library says it, as a field."""
    if "options" in gap:
        options = (f"{'=' if one == gap['right'] else ''}{_safe(one)}" for one in gap["options"])
        return f"{{1:MULTICHOICE:{'~'.join(options)}}}"
    if "answer" in gap:
        return f"{{1:NUMERICAL:={gap['answer']}:{gap['tolerance']}}}"
    kind = "SHORTANSWER_C" if gap["case"] else "SHORTANSWER"
    return f"{{1:{kind}:{'~'.join('=' + _safe(one) for one in gap['accepted'])}}}"


def _safe(text: str) -> str:
    return "".join(f"\\{sign}" if sign in ESCAPES else sign for sign in text)


def _gap(kind: str, answers: str) -> dict[str, Any]:
    found = [_answer(one) for one in PART.findall(answers)]
    right = [text for share, text in found if share == 100]
    if any(share not in (0, 100) for share, _ in found):
        raise Refused("a gap with partial points has no equal here")
    if kind in CHOICES:
        if len(right) != 1:
            raise Refused(f"a gap has {len(right)} right answers, and needs one")
        return {"options": [text for _, text in found], "right": right[0]}
    if kind in TEXTS:
        return {"accepted": right, "case": TEXTS[kind]}
    if kind in NUMBERS and len(right) == 1:
        value, _, tolerance = right[0].partition(":")
        return {"answer": value, "tolerance": tolerance or "0", "unit": ""}
    raise Refused(f"a gap of the kind {kind[:40]} has no equal here")


def _answer(one: str) -> tuple[float, str]:
    """Its percentage, and its text without feedback."""
    head = HEAD.match(one)
    assert head is not None, "a pattern whose parts may all be missing"
    bare = re.split(r"(?<!\\)#", head[3])[0]
    share = 100.0 if head[2] else _number(head[1]) if head[1] else 0.0
    return share, re.sub(r"\\(.)", r"\1", bare, flags=re.DOTALL).strip()


def _number(said: str) -> float:
    try:
        return float(said)
    except ValueError:
        raise Refused(f"'{said[:20]}' is no percentage") from None
