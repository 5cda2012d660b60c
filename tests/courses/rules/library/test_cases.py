from pathlib import Path

import pytest

from courses.rules.library import cases, lessons
from courses.rules.library.texts import CaseText
from lms.kit.content import Problems
from tests.factories import courses as make

FILES = {
    "case.md": """---
key: company
title: The Company
framework: standard
courses:
  - {key: one, versions: unnamed}
documents:
  - key: policy
    lessons: [l1]
evidence:
  lessons: [l1]
---
Who they are.
""",
    "policy-good.md": """---
key: policy
title: Policy
kind: policy
version: good
clauses: ["4.1"]
controls: []
flaws: []
---
## Head

| A | B |
|---|---|
| 1 | 2 |
""",
    "policy-flawed.md": """---
key: policy-flawed
title: Policy
kind: policy
version: flawed
clauses: ["4.1"]
flaws:
  - where: Head
    requirement: "4.1"
    why: It's short.
---
Text.
""",
    "evidence/01-mail.md": """---
key: evidence-01
title: A mail
kind: evidence
clauses: ["4.1"]
finding: nonconformity
grade: minor
requirement: "4.1"
gap: Nobody answered.
---
Text.
""",
}
SHELVES = cases.Shelves(
    {"standard": make.FRAMEWORK}, {"one": make.course("one", [make.module(1, [make.lesson("l1")])])}
)


def read(path: Path, name: str = "", old: str = "", new: str = "", **more: str):
    files = FILES | more
    if name:
        assert old in files[name]
        files[name] = files[name].replace(old, new)
    (path / "evidence").mkdir()
    for file, text in files.items():
        (path / file).write_text(text)
    problems = Problems()
    case = cases.read(path / "case.md", problems, shelves=SHELVES)
    return case, [(problem.path.name, problem.line, problem.message) for problem in problems]


def test_a_case_is_read_with_both_versions_and_its_evidence(tmp_path) -> None:
    case, faults = read(tmp_path)
    assert faults == []
    assert isinstance(case, CaseText)
    assert case.courses == {"one": False}
    found = {(text.key, text.version): text for text in case.documents}
    assert set(found) == {("policy", "good"), ("policy", "flawed"), ("evidence-01", "")}
    flaw = {"where": "Head", "requirement": "4.1", "why": "It’s short."}
    assert found["policy", "flawed"].answers == {"flaws": [flaw]}
    assert found["evidence-01", ""].answers["gap"] == "Nobody answered."
    assert (
        '<div class="table-wrap" tabindex="0" role="region" aria-label="Table 1"><table>'
        in found["policy", "good"].text
    )
    assert '<th scope="col">A</th>' in found["policy", "good"].text


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("case.md", "framework: standard", "framework: x", ("case.md", 4, "there is no framework 'x'")),
        ("case.md", "key: one", "key: two", ("case.md", 6, "there is no course 'two'")),
        ("case.md", "unnamed", "secret", ("case.md", 6, "'versions' is 'named' or 'unnamed'")),
        ("case.md", "lessons: [l1]\nev", "lessons: [l9]\nev", ("case.md", 9, "no course of this case has a lesson 'l9'")),
        ("case.md", "key: policy", "key: context", ("policy-good.md", 1, "case.md names no document for this file")),
        ("policy-flawed.md", "version: flawed", "version: bad", ("policy-flawed.md", 5, "'version' is 'flawed', as the file's name says")),
        ("policy-good.md", "flaws: []", "flaws: [{where: a, requirement: b, why: c}]", ("policy-good.md", 8, "a flawed version lists its 'flaws', a good one has none")),
        ("policy-good.md", "title: Policy", "title: A good policy", ("case.md", 8, "both versions of 'policy' bear one title, or it would tell them apart")),
        ("policy-good.md", '["4.1"]', '["9.9"]', ("policy-good.md", 6, "'9.9' is not a clause of The Standard")),
        ("evidence/01-mail.md", "finding: nonconformity", "finding: guilt", ("01-mail.md", 6, "'finding' is one of conformity, opportunity, nonconformity")),
        ("evidence/01-mail.md", "finding: nonconformity", "finding: conformity", ("01-mail.md", 6, "only a nonconformity has 'grade', 'requirement' and 'gap'")),
        ("evidence/01-mail.md", "grade: minor", "grade: huge", ("01-mail.md", 7, "'grade' is one of minor, major")),
        ("evidence/01-mail.md", "grade: minor", "with: [evidence-09]", ("01-mail.md", 7, "'with' names 'evidence-09', which is no other piece of evidence")),
        ("evidence/01-mail.md", "gap: Nobody", "cap: Nobody", ("01-mail.md", 9, "unknown key 'cap' (known here: key, title, kind, clauses, controls, finding, grade, requirement, gap, with)")),
        ("policy-good.md", "## Head", "<b>Head</b>", ("policy-good.md", 10, "HTML is not taken here; write Markdown")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_with_its_line(tmp_path, name, old, new, fault) -> None:
    _, faults = read(tmp_path, name, old, new)
    assert fault in faults


def test_a_lesson_cannot_take_an_address_of_the_classroom(tmp_path) -> None:

    path = tmp_path / "l.md"
    path.write_text('---\nkey: case\ntitle: T\nminutes: 5\nclauses: ["4.1"]\noutcomes: [x]\n---\nText.\n')
    problems = Problems()
    lessons.read(path, problems)
    assert [p.line for p in problems] == [2]
