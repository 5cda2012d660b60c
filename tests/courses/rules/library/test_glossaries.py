from pathlib import Path

import pytest

from courses.rules.library import shelves
from courses.rules.library.texts import LibraryText
from lms.kit.content import Problems

STANDARD = """key: standard
title: The Standard
clauses:
  - {ref: "4.1", title: Organisation}
controls: []
"""
WORDS = """key: words
framework: standard
title: Words
terms:
  - key: scope
    term: Scope
    also: [boundary]
    text: What the system's limits are.
    clauses: ["4.1"]
    see: [risk]
  - key: risk
    term: Risk
    text: Effect of uncertainty.
"""


def read(path: Path, words: str, **more: str) -> tuple[LibraryText, list[tuple[str, int, str]]]:
    files = {"frameworks/standard.yaml": STANDARD, "glossary/words.yaml": words, **more}
    for name, text in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    problems = Problems()
    library = shelves.read([path], problems)
    return library, [(problem.path.name, problem.line, problem.message) for problem in problems]


def test_a_glossary_is_read_with_its_references(tmp_path) -> None:
    library, faults = read(tmp_path, WORDS)
    assert faults == []
    scope, risk = library.glossaries[0].terms
    assert (scope.term, scope.also, scope.refs, scope.see) == ("Scope", ("boundary",), ("4.1",), ("risk",))
    assert scope.text == "What the system’s limits are."
    assert (risk.refs, risk.see) == ((), ())


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("framework: standard", "framework: other", 2, "there is no framework 'other'"),
        ('["4.1"]', '["4.2"]', 9, "'4.2' is not a clause of The Standard"),
        ("[risk]", "[rsk]", 10, "'see' names 'rsk', which is no other term of this glossary"),
        ("[risk]", "[scope]", 10, "'see' names 'scope', which is no other term of this glossary"),
        ("key: risk", "key: scope", 11, "the key 'scope' already stands at line 5"),
        ("term: Risk", "term: Boundary", 12, "'boundary' is already explained at line 5"),
        ("text: Effect of uncertainty.", "meaning: Effect.", 13, "unknown key 'meaning' (known here: key, term, "
         "also, text, clauses, controls, see)"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_line(tmp_path, old, new, line, said) -> None:
    _, faults = read(tmp_path, WORDS.replace(old, new))
    assert ("words.yaml", line, said) in faults


def test_two_glossaries_share_no_address(tmp_path) -> None:
    other = "key: others\nframework: standard\ntitle: Others\nterms:\n  - {key: scope, term: Range, text: How far.}\n"
    _, faults = read(tmp_path, WORDS, **{"glossary/a.yaml": other})
    assert ("words.yaml", 5, "the key 'scope' is already used by the glossary 'others'") in faults


LESSON = """---
key: first
title: First
minutes: 10
clauses: ["4.1"]
outcomes: [Explain it]
---
Draw the [limits](term:scope).

Then ask who [decides](term:owner).
"""
COURSE = """key: one
title: One
strapline: A sentence.
profile: lead
scheme: scheme
days: 2
cpd_hours: 10
price: {amount: 1000, currency: EUR}
summary: Two sentences.
outcomes: [Do it]
modules:
  - {key: own, number: 1, domain: 1, title: Own, summary: What it is., folder: own}
"""
PROFILE = """key: lead
title: Lead
framework: standard
domains:
  - {number: 1, key: basics, title: Basics, weight: 100}
"""


def test_a_lesson_marks_terms_and_a_mark_of_no_term_is_refused(tmp_path) -> None:
    library, faults = read(
        tmp_path,
        WORDS,
        **{
            "profiles/lead.yaml": PROFILE,
            "courses/one/course.yaml": COURSE,
            "courses/one/own/first.md": LESSON,
        },
    )
    assert faults == [("first.md", 10, "there is no term 'owner' in a glossary")]
    lesson = library.courses[0].modules[0].lessons[0]
    assert '<a href="/glossary/scope/">limits</a>' in lesson.body[0]["value"]
