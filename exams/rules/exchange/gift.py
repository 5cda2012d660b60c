"""GIFT, Moodle's text format of questions. https://docs.moodle.org/en/GIFT_format"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from exams.itemtypes.marks import numbers
from exams.rules.exchange import frame, markup, notes, scenarios, weights
from exams.rules.exchange.frame import Outgoing, Raw, Reading, Refusal, Refused, Scenario, Writing

# What is escaped is set aside as a character that no text has, while the signs are looked for.
SIGNS = "\\~=#{}:"
ASIDE = {sign: chr(0xF0000 + place) for place, sign in enumerate(SIGNS + "n")}
BACK = str.maketrans({aside: "\n" if sign == "n" else sign for sign, aside in ASIDE.items()})
ESCAPED = re.compile(r"\\([\\~=#{}:n])")
NOTE = f"// {frame.NOTE} "
HEAD = re.compile(r"^\s*(?:::(.*?)::)?\s*(?:\[(html|plain|markdown|moodle)\])?", re.DOTALL)
WEIGHT = re.compile(r"^%(-?[0-9.,]+)%")
NO_WEIGHT = re.compile(
    r"^%[^%\n]{0,20}\d[^%\n]{0,20}%"
)  # looks like one, and an answer's text would not begin so
TRUTH = re.compile(r"^(TRUE|FALSE|T|F)\s*(?:#(.*))?$", re.DOTALL)
TYPED = {"single", "multiple", "true-false", "matching", "matrix", "numeric", "text", "gap", "essay"}


def read(data: bytes) -> Reading:
    """Items are parted by empty lines. Raises CannotRead."""
    text = frame.text_of(data, "a GIFT file")
    items: list[Raw] = []
    refused: list[Refusal] = []
    shared: list[Scenario] = []
    for line, block in _blocks(text):
        name = f"question on line {line}"
        frame.refuse_more(len(items) + len(refused) + 1)
        if scenarios.is_note(_note(block)):
            shared.append(_scenario(name, block))
            continue
        try:
            items.append(_item(name, line, block))
        except Refused as fault:
            refused.append(Refusal(_title(block) or name, line, str(fault)))
    return Reading(tuple(items), tuple(refused), tuple(shared))


def write(items: Sequence[Outgoing], shared: Sequence[Scenario] = ()) -> Writing:
    """A scenario is a description, which is a question without answers, before its items."""
    blocks: list[str] = []
    left_out: list[Refusal] = []
    degraded: list[Refusal] = []
    for scenario, hanging in scenarios.in_order(items, shared):
        if scenario is not None:
            blocks.append(_description(scenario))
        for one in hanging:
            try:
                block, lost = _block(one)
            except Refused as fault:
                left_out.append(Refusal(one.code, 0, str(fault)))
            else:
                blocks.append(block)
                degraded += [Refusal(one.code, 0, reason) for reason in lost]
    return Writing(("\n\n".join(blocks) + "\n").encode(), tuple(left_out), tuple(degraded))


def _description(scenario: Scenario) -> str:
    body = f"::{_safe(scenario.title)}::[plain]{_safe(scenario.text)}"
    return f"{NOTE}{scenarios.note(scenario, _plain(body))}\n{body}"


def _scenario(name: str, block: list[str]) -> Scenario:
    title = _title(block)
    return scenarios.restored(scenarios.Found(name, title, _plain(_body(block))), _note(block))


def _plain(body: str) -> str:
    """The text of a question that has no answers."""
    body = ESCAPED.sub(lambda found: ASIDE[found[1]], body)
    head = HEAD.match(body)
    assert head is not None, "a pattern whose parts may all be missing"
    return body[head.end() :].translate(BACK).strip()


def _note(block: list[str]) -> str:
    found = next((one.strip() for one in block if one.strip().startswith(NOTE)), "")
    return found.removeprefix(NOTE)


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    block: list[str] = []
    first = 0
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.strip():
            first = first or number
            block.append(line)
        elif block:
            if any(not one.lstrip().startswith(("//", "$")) for one in block):
                yield first, block
            block, first = [], 0


def _title(block: list[str]) -> str:
    head = HEAD.match(_body(block))
    return frame.line((head[1] or "").translate(BACK)) if head else ""


def _body(block: list[str]) -> str:
    lines = (line for line in block if not line.lstrip().startswith(("//", "$CATEGORY", "$COURSE")))
    return ESCAPED.sub(lambda found: ASIDE[found[1]], "\n".join(lines)).strip()


def _item(name: str, line: int, block: list[str]) -> Raw:
    body = _body(block)
    head = HEAD.match(body)
    assert head is not None, "a pattern whose parts may all be missing"
    losses: dict[str, None] = {}

    def text(said: str) -> str:
        """What a part says, its own format before that of the question."""
        own = HEAD.match(said) if said.lstrip().startswith("[") else None
        form = own[2] if own and own[2] else head[2]
        bare = (said[own.end() :] if own and own[2] else said).translate(BACK).strip()
        if form in ("plain", "markdown"):
            return bare
        found, lost = markup.plain(bare) if re.search(r"</?[a-zA-Z!]|&[#\w]+;", bare) else (bare, ())
        losses.update(dict.fromkeys(lost))
        return found

    stem, answers = _parted(body[head.end() :])
    said = _said(text(stem), answers, text)
    raw = Raw(frame.line((head[1] or "").translate(BACK)) or name, line, said, {}, tuple(losses))
    note = _note(block)
    return notes.restored(raw, note) if note else raw


def _parted(rest: str) -> tuple[str, str]:
    """The stem, with a blank where the answers stood within it, and the answers."""
    if rest.count("{") != 1 or rest.count("}") != 1 or rest.index("{") > rest.index("}"):
        raise Refused("the question needs its answers in one pair of braces { }")
    before, _, after = rest.partition("{")
    answers, _, behind = after.partition("}")
    return (f"{before}_____{behind}" if behind.strip() else before), answers.strip()


def _said(stem: str, answers: str, text: Callable[[str], str]) -> dict[str, Any]:
    if len(answers) > markup.MOST_MARKED:
        raise Refused(f"the answers have {len(answers)} characters, and may have {markup.MOST_MARKED}")
    answers, _, general = answers.partition("####")
    answers = answers.strip()
    why = {"why": text(general)} if general.strip() else {}
    if not answers:
        # Its rubric stands only in our own note: an essay of another program has none, and is refused by its kind.
        return {"kind": "essay", "scoring": "rubric", "stem": stem, "criteria": []}
    if truth := TRUTH.match(answers):
        return _true_false(stem, truth, text)
    if answers.startswith("#"):
        return _numeric(stem, answers[1:], text) | why
    found = [_answer(one) for one in re.findall(r"[=~][^=~]*", answers)]
    if not answers.startswith(("=", "~")) or not found:
        raise Refused("the answers begin with neither = nor ~")
    if all(sign == "=" for sign, *_ in found):
        return _matching(stem, found, text) if "->" in found[0][2] else _text(stem, found, text) | why
    return _choice(stem, found, text)


def _answer(one: str) -> tuple[str, Fraction | None, str, str]:
    """Sign, weight where one is said, text, feedback."""
    sign, rest = one[0], one[1:].strip()
    share = None
    if weight := WEIGHT.match(rest):
        share, rest = weights.share(weight[1]), rest[weight.end() :]
        if share is None:
            raise Refused(f"'{weight[0]}' is no weight")
    elif (odd := NO_WEIGHT.match(rest)) and "->" not in rest:
        raise Refused(f"'{odd[0]}' is no weight: write it as %50% or %-33.333%")
    said, _, feedback = rest.partition("#")
    return sign, share, said.strip(), feedback.strip()


def _choice(
    stem: str, found: Sequence[tuple[str, Fraction | None, str, str]], text: Callable[[str], str]
) -> dict[str, Any]:
    options = [{"text": text(said)} | ({"why": text(why)} if why else {}) for _, _, said, why in found]
    several = sum(sign == "=" for sign, *_ in found) != 1
    shares = [
        share if share is not None else Fraction(1 if sign == "=" else 0) for sign, share, _, _ in found
    ]
    return weights.said("multiple" if several else "single", stem, options, shares)


def _true_false(stem: str, truth: re.Match[str], text: Callable[[str], str]) -> dict[str, Any]:
    """The first feedback is for who was wrong, the second for who was right."""
    right = truth[1].startswith("T")
    wrong_why, _, right_why = (truth[2] or "").partition("#")
    whys = {"why_true": right_why if right else wrong_why, "why_false": wrong_why if right else right_why}
    said = {"kind": "true-false", "scoring": "all-or-nothing", "stem": stem, "right": right}
    return said | {name: text(why) for name, why in whys.items() if why.strip()}


def _numeric(stem: str, answers: str, text: Callable[[str], str]) -> dict[str, Any]:
    found = [_answer(one) for one in re.findall(r"=[^=]*", answers)] or [_answer("=" + answers)]
    best = [one for one in found if one[1] in (None, Fraction(1))]
    if len(best) != 1 or len(found) != 1:
        raise Refused("a number with several answers or partial points has no equal here")
    said, why = best[0][2], best[0][3]
    low, dots, high = said.partition("..")
    if dots:
        ends = [numbers.number(end.translate(BACK)) for end in (low, high)]
        if ends[0] is None or ends[1] is None or ends[0] > ends[1]:
            raise Refused(f"'{said[:40]}' is no range of numbers")
        value, tolerance = (decimal((ends[0] + ends[1]) / 2), decimal((ends[1] - ends[0]) / 2))
    else:
        value, _, tolerance = said.replace(ASIDE[":"], ":").partition(":")
    answer = {"answer": value.strip(), "tolerance": tolerance.strip() or "0", "unit": ""}
    return (
        {"kind": "numeric", "scoring": "nominal", "stem": stem} | answer | ({"why": text(why)} if why else {})
    )


def decimal(value: Fraction) -> str:
    """A number whose digits end, without an exponent."""
    said = f"{value:.12f}".rstrip("0").rstrip(".")
    return said if said not in ("", "-0") else "0"


def _matching(
    stem: str, found: Sequence[tuple[str, Fraction | None, str, str]], text: Callable[[str], str]
) -> dict[str, Any]:
    """A pair without a prompt is a partner that fits none."""
    partners: dict[str, None] = {}
    prompts = []
    for _, _, said, _ in found:
        prompt, arrow, partner = said.partition("->")
        if not arrow:
            raise Refused("a pair has no arrow ->")
        partners[text(partner)] = None
        if prompt.strip():
            prompts.append({"text": text(prompt), "match": text(partner)})
    return {
        "kind": "matching", "scoring": "per-pair", "stem": stem, "partners": list(partners), "prompts": prompts
    }  # fmt: skip


def _text(
    stem: str, found: Sequence[tuple[str, Fraction | None, str, str]], text: Callable[[str], str]
) -> dict[str, Any]:
    whys = [text(why) for _, _, _, why in found if why]
    said: dict[str, Any] = {"kind": "text", "stem": stem, "case": False}
    if all(share in (None, Fraction(1)) for _, share, _, _ in found):
        said |= {"scoring": "all-or-nothing", "accepted": [text(one) for _, _, one, _ in found]}
    else:
        accepted = [
            {"text": text(one), "points": str(1 if share is None else share)} for _, share, one, _ in found
        ]
        said |= {"scoring": "map-response", "accepted": accepted}
    return said | ({"why": "\n".join(whys)} if whys else {})


def _block(one: Outgoing) -> tuple[str, tuple[str, ...]]:
    """The question with its note, and what only that holds."""
    said = one.said
    if said["kind"] not in TYPED:
        raise Refused(f"GIFT has no place for an item of the kind {said['kind']}")
    body = f"::{_safe(one.code)}::[plain]{_asked(said)}"
    try:
        native = _item(one.code, 0, [body])
    except Refused as fault:
        raise Refused(f"GIFT can't hold its text: {fault}") from None
    return f"{NOTE}{notes.note(one, native.said)}\n{body}", notes.behind(one, native.said)


def _asked(said: Mapping[str, Any]) -> str:
    """The stem and the answers, which stand within the text where it has a gap. Raises Refused."""
    if said["kind"] != "gap":
        return f"{_safe(said['stem'])} {{{_answers(said)}}}"
    if len(said["gaps"]) > 1:
        raise Refused("GIFT has no place for an item with more than one gap")
    before, _, after = said["text"].partition("[[1]]")
    asked = _safe(f"{said['stem']}\n{before}")
    return f"{asked}{{{_answers(_of_gap(said['gaps'][0]))}}}{_safe(after)}"


def _of_gap(gap: Mapping[str, Any]) -> dict[str, Any]:
    """A gap as an item by itself."""
    if "options" in gap:
        options = [
            {"text": one, "why": ""} | ({"right": True} if one == gap["right"] else {})
            for one in gap["options"]
        ]
        return {"kind": "single", "scoring": "all-or-nothing", "options": options}
    return {"kind": "numeric" if "answer" in gap else "text", **gap}


def _safe(text: str) -> str:
    found = "".join(f"\\{sign}" if sign in SIGNS else sign for sign in text)
    return found.replace("\n", "\\n")


def _answers(said: Mapping[str, Any]) -> str:
    match said["kind"]:
        case "true-false":
            whys = (
                [said["why_false"], said["why_true"]]
                if said["right"]
                else [said["why_true"], said["why_false"]]
            )
            return ("TRUE" if said["right"] else "FALSE") + _whys(*whys)
        case "numeric":
            return f"#{said['answer']}:{said['tolerance']}{_whys(said['why'])}"
        case "text":
            return " ".join(_accepted(one) for one in said["accepted"]) + _general(said)
        case "essay":
            return ""
        case "matching" | "matrix":
            said = frame.as_pairs(said)
            pairs = [f"={_safe(p['text'])} -> {_safe(p['match'])}" for p in said["prompts"]]
            used = {prompt["match"] for prompt in said["prompts"]}
            return " ".join(pairs + [f"= -> {_safe(one)}" for one in said["partners"] if one not in used])
    return " ".join(
        f"{'=' if said['kind'] == 'single' and option.get('right') else '~'}{_percent(said, share, option)}"
        f"{_safe(option['text'])}{_whys(option['why'])}"
        for option, share in zip(said["options"], weights.of(said), strict=True)
    )


def _percent(said: Mapping[str, Any], share: Fraction, option: Mapping[str, Any]) -> str:
    plain = said["kind"] == "single" and share == (1 if option.get("right") else 0)
    return "" if plain and not option["text"].startswith("%") else f"%{weights.percent(share)}%"


def _accepted(one: Any) -> str:
    if isinstance(one, str):
        return f"=%100%{_safe(one)}"
    return f"=%{weights.percent(Fraction(one['points']))}%{_safe(one['text'])}"


def _whys(*whys: str) -> str:
    found = [f"#{_safe(why)}" for why in whys]
    return "".join(found) if any(whys) else ""


def _general(said: Mapping[str, Any]) -> str:
    return f"####{_safe(said['why'])}" if said["why"] else ""
