"""Aiken: a question, options A. to Z., and a line ANSWER: with one letter. https://docs.moodle.org/en/Aiken_format"""

import re

from exams.rules.exchange import frame
from exams.rules.exchange.frame import Raw, Reading, Refusal

OPTION = re.compile(r"^\s*([A-Z])[.)]\s+(.*)$")
ANSWER = re.compile(r"^\s*ANSWER:\s*(.*?)\s*$")


def read(data: bytes) -> Reading:
    """Raises CannotRead. An item ends with its ANSWER; what stands after the last one is refused."""
    text = frame.text_of(data, "an Aiken file")
    items: list[Raw] = []
    refused: list[Refusal] = []
    stem: list[str] = []
    options: list[tuple[str, str]] = []
    first = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        first = first or number
        if answer := ANSWER.match(line):
            frame.refuse_more(len(items) + len(refused) + 1)
            name = f"question {len(items) + len(refused) + 1}"
            _take(name, first, (stem, options, answer[1]), items, refused)
            stem, options, first = [], [], 0
        elif option := OPTION.match(line):
            options.append((option[1], option[2].strip()))
        elif options:
            options[-1] = (options[-1][0], f"{options[-1][1]}\n{line.strip()}")
        else:
            stem.append(line.strip())
    if first:
        name = f"question {len(items) + len(refused) + 1}"
        refused.append(Refusal(name, first, "the question has no line ANSWER:"))
    return Reading(tuple(items), tuple(refused))


def _take(
    name: str,
    first: int,
    found: tuple[list[str], list[tuple[str, str]], str],
    items: list[Raw],
    refused: list[Refusal],
) -> None:
    stem, options, answer = found
    letters = [letter for letter, _ in options]
    if letters.count(answer) != 1:
        refused.append(Refusal(name, first, f"ANSWER: '{answer[:20]}' is not one of its options"))
        return
    said = {
        "kind": "single",
        "stem": "\n".join(stem),
        "options": [
            {"text": text} | ({"right": True} if letter == answer else {}) for letter, text in options
        ],
    }
    items.append(Raw(name, first, said))
