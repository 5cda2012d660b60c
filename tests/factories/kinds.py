"""One item of each kind, as a file of the library says it, and the response that is right."""

from pathlib import Path

from exams.itemtypes.parts import Written
from exams.rules.library import banks
from lms.kit import content as files

SAMPLES = {
    "single": """
        stem: Which one?
        options:
          - {text: First, why: No., right: false}
          - {text: Second, why: Yes., right: true}
          - {text: Third, why: No.}
    """,
    "true-false": """
        stem: Water is wet.
        right: true
        why_true: It is.
        why_false: It is not dry.
    """,
    "multiple": """
        stem: Which are even?
        options:
          - {text: Two, why: Even., right: true}
          - {text: Three, why: Odd.}
          - {text: Four, why: Even., right: true}
          - {text: Five, why: Odd.}
          - {text: Seven, why: Odd.}
    """,
    "matrix": """
        stem: Judge each number.
        columns: [Even, Odd, Neither]
        rows:
          - {text: Two, right: Even, why: By two.}
          - {text: Three, right: Odd, why: One is left.}
          - {text: Half, right: Neither, why: Not whole.}
          - {text: Four, right: Even, why: By two.}
    """,
    "matching": """
        stem: Find the partner of each.
        partners: [Day, Night, Noon]
        prompts:
          - {text: Moon, match: Night, why: It shines then.}
          - {text: Sun, match: Day, why: It shines then.}
    """,
    "ordering": """
        stem: Put them in order.
        steps:
          - {text: One, why: First.}
          - {text: Two, why: Then.}
          - {text: Three, why: Then.}
          - {text: Four, why: Last.}
        shown: [3, 1, 4, 2]
    """,
    "numeric": """
        stem: How much is a half of 25?
        answer: "12.5"
        tolerance: "0.1"
        unit: kg
        why: Halved.
    """,
    "text": """
        stem: What is the opposite of wet?
        accepted: [dry, bone dry]
        why: It holds no water.
    """,
    "gap": """
        stem: Fill the gaps.
        text: |-
          The sun is [[1]], and ice is [[2]].
          Water boils at [[3]].
        gaps:
          - {options: [hot, cold], right: hot, why: It burns.}
          - {accepted: [cold, icy], why: It is frozen.}
          - {answer: 100, tolerance: 1, unit: °C, why: At the sea.}
    """,
    "essay": """
        stem: Say why.
        words: 100
        criteria:
          - name: Reason
            looks_for: A reason.
            levels: [{points: 0, says: None.}, {points: 1, says: Named.}, {points: 2, says: Argued.}]
          - name: Example
            looks_for: An example.
            levels: [{points: 0, says: None.}, {points: "1.5", says: A fitting one.}]
    """,
}
MAPPED_TEXT = """
        scoring: map-response
        stem: What is the opposite of wet?
        accepted: [{text: dry, points: 1}, {text: arid, points: 1/2}]
        why: It holds no water.
    """
RIGHT = {
    "single": "b",
    "true-false": "t",
    "multiple": "ac",
    "matrix": "abca",
    "matching": "ba",
    "ordering": "bdac",
    "numeric": "12.5",
    "text": "dry",
    "gap": "a\ncold\n100",
}
WRONG = {
    "single": "a",
    "true-false": "f",
    "multiple": "b",
    "matrix": "bcab",
    "matching": "cc",
    "ordering": "cadb",
    "numeric": "130",
    "text": "moist",
    "gap": "b\nhot\n0",
}


def written(kind: str, text: str = "", **more: str) -> Written:
    """A sample as it is read, without a fault; `more` are lines of YAML that are added or put in place of others."""
    said, faults = read(kind, text, **more)
    assert faults == []
    return said


def read(kind: str, text: str = "", **more: str) -> tuple[Written, list[str]]:
    """What is read, and the faults that are named."""
    problems = files.Problems()
    lines = [line[8:] for line in (text or SAMPLES[kind]).strip("\n").split("\n")]
    kept = [line for line in lines if line.partition(":")[0] not in more]
    yaml = "\n".join([f"kind: {kind}", *kept, *(f"{name}: {value}" for name, value in more.items())])
    node = files.parse_yaml(yaml, Path("sample.yaml"), problems, first_line=1)
    assert node is not None, yaml
    return banks.read_kind(node), [problem.message for problem in problems]
