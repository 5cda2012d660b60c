"""The form of items of other kinds than single best answer: written as in a file of the library."""

from pathlib import Path
from typing import Any

import yaml
from django import forms

from exams import itemtypes
from exams.forms import DescribedForm
from exams.itemtypes.parts import Written
from exams.rules.items import ItemDraft
from exams.rules.library import banks
from lms.kit.content import LOADER, Problems, parse_yaml

STARTERS = {
    "true-false": "stem: The statement to be judged.\nright: true\nwhy_true: Why it is true.\nwhy_false: Why one might think it false.\n",
    "multiple": """scoring: hits-minus-false
stem: Which of these …?
options:
- {text: One, why: Why it is right., right: true}
- {text: Two, why: Why one might choose it.}
- {text: Three, why: Why it is right., right: true}
""",
    "matrix": """scoring: per-row
stem: Judge each line.
columns: [This, That]
rows:
- {text: The first line, right: This, why: Why.}
- {text: The second line, right: That, why: Why.}
""",
    "matching": """scoring: per-pair
stem: Find the partner of each.
partners: [The other, The one]
prompts:
- {text: What belongs to the one, match: The one, why: Why.}
- {text: What belongs to the other, match: The other, why: Why.}
""",
    "ordering": """scoring: relative-neighbours-all
stem: In which order …?
steps:
- {text: First, why: Why it comes first.}
- {text: Second, why: Why it follows.}
- {text: Third, why: Why it comes last.}
shown: [3, 1, 2]
""",
    "numeric": "scoring: nominal\nstem: How many …?\nanswer: '38'\ntolerance: '0'\nunit: ''\nwhy: How it is worked out.\n",
    "text": "stem: What is it called?\naccepted: [the name, another name]\nwhy: Why.\n",
    "gap": """scoring: per-gap
stem: Fill the gaps.
text: The first gap is a choice, [[1]], and the second is written, [[2]].
gaps:
- {options: [one, two], right: one, why: Why.}
- {accepted: [a word], why: Why.}
""",
    "essay": """stem: Discuss …
words: 300
criteria:
- name: Argument
  looks_for: What a good answer contains.
  levels:
  - {points: 0, says: No argument.}
  - {points: 2, says: An argument without support.}
  - {points: 4, says: An argument with its support.}
""",
}


class KindForm(DescribedForm):
    """An item of any kind, with its own part as text."""

    text = forms.CharField(
        max_length=20_000,
        label="The item, as a file of the library says it",
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "monospace"}),
        help_text="A fault is named with its line, and nothing is saved while there is one.",
        strip=False,
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        text = said.get("text", "")
        if text and not self.errors:
            found, faults = read(text)
            for fault in faults:
                self.add_error("text", fault)
            self.written = found
            if found and not faults:
                self.complain_of(self.draft())
        return said

    def draft(self) -> ItemDraft:
        """The item as written."""
        assert self.written is not None, "asked of a valid form only"
        return self.described(self.written.content, self.written.key, self.written.rationales)

    @staticmethod
    def starter(kind: str) -> dict[str, Any]:
        """What the form of a new item shows at first."""
        rules = ", ".join(itemtypes.of(kind).RULES)
        return {"text": f"kind: {kind}\n# scoring may be: {rules}\n{STARTERS[kind]}"}

    @staticmethod
    def initial_of(draft: ItemDraft) -> dict[str, Any]:
        """What an edit form shows at first."""
        said = itemtypes.of(draft.kind).said(draft.content, draft.key, draft.rationales)
        text = yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=100)
        return KindForm.description_of(draft) | {"text": text}


def read(text: str) -> tuple[Written | None, list[str]]:
    """The item in a text, or None; and what is wrong with it, with its lines."""
    problems = Problems()
    text = text.replace("\r\n", "\n")
    try:
        # A reference to a part can stand for itself many times over, and grow without end.
        if any(
            isinstance(token, yaml.AnchorToken | yaml.AliasToken) for token in yaml.scan(text, Loader=LOADER)
        ):
            return None, ["References with & and * have no place here. Write the text out."]
        node = parse_yaml(text, Path("item"), problems, first_line=1)
        found = banks.read_kind(node) if node is not None else None
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        return None, [f"Line {mark.line + 1 if mark else 1}: not readable as YAML."]
    except RecursionError:
        return None, ["The text is nested too deeply."]
    return found, [f"Line {problem.line}: {problem.message}." for problem in problems]
