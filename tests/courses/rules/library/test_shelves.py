from pathlib import Path

import pytest

from courses.rules.library import shelves
from courses.rules.library.texts import LibraryText
from lms.kit.content import Problems

FILES = {
    "frameworks/standard.yaml": """key: standard
title: The Standard
clauses:
  - {ref: "4", title: Context}
  - {ref: "4.1", title: Organisation, parent: "4"}
objectives:
  - {ref: "A.2", title: Policies}
controls:
  - {ref: "A.2.2", title: Policy, objective: "A.2"}
""",
    "profiles/lead.yaml": """key: lead
title: Lead
framework: standard
domains:
  - {number: 1, key: basics, title: Basics, weight: 60}
  - {number: 2, key: rest, title: The rest, weight: 40}
""",
    "courses/one/course.yaml": """key: one
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
  - key: shared
    number: 1
    domain: 1
    title: Shared
    summary: What it is.
    folder: ../../shared/start
  - key: own
    number: 2
    domain: 2
    title: Own
    summary: What it is.
    folder: 02-own
    lessons: [Planned]
""",
    "shared/start/01-first.md": """---
key: first
title: First
minutes: 10
clauses: ["4.1"]
controls: ["A.2.2"]
outcomes: [Explain it]
sample: true
---
Text.
""",
    "courses/one/02-own/01-second.md": """---
key: second
title: Second
minutes: 10
clauses: ["4.1"]
outcomes: [Explain it]
---
Text.
""",
}


def read(path: Path, *changes: tuple[str, str, str], more: dict[str, str] | None = None):
    files = FILES | (more or {})
    for name, old, new in changes:
        assert old in files[name]
        files[name] = files[name].replace(old, new)
    for name, text in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(text)
    problems = Problems()
    library = shelves.read([path], problems)
    return library, [f"{p.path.relative_to(path)}:{p.line}: {p.message}" for p in problems]


SECOND_COURSE = {
    "courses/two/course.yaml": FILES["courses/one/course.yaml"]
    .split("  - key: own")[0]
    .replace("key: one", "key: two\norder: 5")
}


def test_a_library_is_read_whole(tmp_path) -> None:
    library, faults = read(tmp_path)
    assert faults == []
    (course,) = library.courses
    assert [
        (module.key, len(module.lessons), module.planned, module.shared) for module in course.modules
    ] == [
        ("shared", 1, (), "start"),
        ("own", 1, ("Planned",), ""),
    ]
    assert [(shared.key, shared.title, shared.framework) for shared in library.shared] == [
        ("start", "Shared", "standard")
    ]
    assert [clause.kind for clause in library.frameworks[0].clauses] == [
        "clause",
        "clause",
        "objective",
        "control",
    ]


def test_a_folder_that_two_courses_take_is_one_shared_module(tmp_path) -> None:
    library, faults = read(tmp_path, more=SECOND_COURSE)
    assert faults == []
    assert [course.key for course in library.courses] == ["two", "one"]
    assert len(library.shared) == 1
    assert library.courses[0].modules[0].lessons is library.courses[1].modules[0].lessons


def test_a_fault_in_a_shared_lesson_is_named_once(tmp_path) -> None:
    _, faults = read(tmp_path, ("shared/start/01-first.md", "A.2.2", "A.2.9"), more=SECOND_COURSE)
    assert faults == ["shared/start/01-first.md:6: 'A.2.9' is not a control of The Standard"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("courses/one/02-own/01-second.md", '"4.1"', '"4.9"'),
            "courses/one/02-own/01-second.md:5: '4.9' is not a clause of The Standard",
        ),
        (
            ("courses/one/02-own/01-second.md", '"4.1"', '"A.2.2"'),
            "courses/one/02-own/01-second.md:5: 'A.2.2' is not a clause of The Standard",
        ),
        (
            ("courses/one/02-own/01-second.md", "key: second", "key: first"),
            "courses/one/02-own/01-second.md:2: lesson key 'first' is already used by 01-first.md in this course",
        ),
        (
            ("courses/one/02-own/01-second.md", "outcomes:", "sample: true\noutcomes:"),
            "courses/one/course.yaml:11: one lesson of a course is its sample, and here are 2: 01-first.md, 01-second.md",
        ),
        (
            ("courses/one/course.yaml", "profile: lead", "profile: led"),
            "courses/one/course.yaml:4: there is no profile 'led'",
        ),
        (
            ("courses/one/course.yaml", "folder: 02-own", "folder: 03-own"),
            "courses/one/course.yaml:23: there is no folder '03-own' beside this file",
        ),
        (
            ("courses/one/course.yaml", "domain: 2", "domain: 3"),
            "courses/one/course.yaml:20: the profile has no domain 3",
        ),
        (
            ("courses/one/course.yaml", "number: 2", "number: 4"),
            "courses/one/course.yaml:19: modules are numbered in order: this is number 2",
        ),
        (
            ("courses/one/course.yaml", "key: own", "key: shared"),
            "courses/one/course.yaml:18: module key 'shared' is already used at line 12",
        ),
        (
            ("courses/one/course.yaml", "currency: EUR", "currency: euro"),
            "courses/one/course.yaml:8: 'currency' is three capital letters, such as EUR",
        ),
        (("courses/one/course.yaml", "price:", "prize:"), "courses/one/course.yaml:1: 'price' is missing"),
        (
            ("profiles/lead.yaml", "weight: 40", "weight: 30"),
            "profiles/lead.yaml:4: the weights sum to 90, and must sum to 100",
        ),
        (
            ("profiles/lead.yaml", "framework: standard", "framework: other"),
            "profiles/lead.yaml:3: there is no framework 'other'",
        ),
        (
            ("frameworks/standard.yaml", 'ref: "4.1"', 'ref: "4"'),
            "frameworks/standard.yaml:5: '4' already stands at line 4",
        ),
        (
            ("frameworks/standard.yaml", 'parent: "4"', 'parent: "5"'),
            "frameworks/standard.yaml:5: '5' must stand before what lies under it",
        ),
    ],
)
def test_a_fault_names_file_and_line(tmp_path, change, said: str) -> None:
    _, faults = read(tmp_path, change)
    assert said in faults


def test_a_key_in_two_files_is_a_fault(tmp_path) -> None:
    _, faults = read(tmp_path, more={"profiles/other.yaml": FILES["profiles/lead.yaml"]})
    assert faults == ["profiles/other.yaml:1: key 'lead' is already used by another file of this kind"]


def test_an_empty_folder_is_an_empty_library(tmp_path) -> None:
    problems = Problems()
    assert shelves.read([tmp_path], problems) == LibraryText()
    assert not problems
