"""The library as it is shipped."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from courses.rules.library import shelves, translations
from courses.rules.library.texts import CourseText, LibraryText
from lms.kit.content import Problems


@pytest.fixture(scope="module")
def shipped() -> LibraryText:
    problems = Problems()
    library = shelves.read([Path(settings.BASE_DIR) / "courses" / "library"], problems)
    assert [str(problem) for problem in problems] == []
    return library


def course(library: LibraryText, key: str) -> CourseText:
    return next(course for course in library.courses if course.key == key)


def test_the_framework_has_38_controls_and_the_objectives_of_annex_c(shipped) -> None:
    (framework,) = shipped.frameworks
    assert framework.key == "iso-42001"
    assert len(framework.refs("control")) == 38
    groups = [ref.split(".")[1] for ref in sorted(framework.refs("control"))]
    assert {group: groups.count(group) for group in groups} == {
        "2": 3, "3": 2, "4": 5, "5": 4, "6": 9, "7": 5, "8": 4, "9": 3, "10": 3,
    }  # fmt: skip
    assert (len(framework.objectives), len(framework.risk_sources)) == (11, 7)


def test_the_weights_are_those_that_are_published(shipped) -> None:
    weights = {profile.key: [domain.weight for domain in profile.domains] for profile in shipped.profiles}
    assert weights == {
        "aims-lead-implementer": [15, 25, 15, 25, 10, 10],
        "aims-lead-auditor": [10, 20, 15, 15, 20, 10, 10],
    }


@pytest.mark.parametrize(("key", "modules", "written"), [("lead-implementer", 6, 6), ("lead-auditor", 7, 7)])
def test_each_course_is_outlined_whole_and_its_first_modules_are_written(
    shipped, key, modules, written
) -> None:
    found = course(shipped, key)
    assert len(found.modules) == modules
    assert all(module.lessons or module.planned for module in found.modules)
    for module in found.modules[:written]:
        assert not module.planned, module.key
        assert len(module.lessons) >= 5
        for lesson in module.lessons:
            kinds = [block["type"] for block in lesson.body]
            assert "example" in kinds, lesson.key
            assert kinds.count("check") >= 3, lesson.key
            assert len(re.findall(r"\w+", re.sub(r"<[^>]+>", " ", prose(lesson.body)))) >= 700, lesson.key


def test_both_courses_begin_with_the_same_lessons(shipped) -> None:
    first, second = (course(shipped, key).modules[0] for key in ("lead-implementer", "lead-auditor"))
    assert first.shared == second.shared == "foundation"
    assert first.lessons is second.lessons
    assert [lesson.sample for lesson in first.lessons].count(True) == 1


def test_names_and_the_terms_of_the_foundation_are_in_german_and_say_what_the_originals_say(shipped) -> None:
    for one in shipped.courses:
        (german,) = one.translations
        assert (german.language, german.translates) == ("de", one.words), one.key
        assert [row.key for row in german.modules] == [row.key for row in one.modules]
        assert all(row.title and row.summary for row in german.modules)
    (glossary,) = shipped.glossaries
    (terms,) = glossary.translations
    said = {term.key: term.words for term in glossary.terms}
    assert [term.key for term in terms.terms if term.translates != said[term.key]] == []
    foundation = course(shipped, "lead-auditor").modules[0].lessons
    assert {key for lesson in foundation for key in lesson.terms} <= {term.key for term in terms.terms}


def test_the_glossary_explains_every_term_that_a_lesson_marks(shipped) -> None:
    (glossary,) = shipped.glossaries
    assert len(glossary.terms) >= 120
    lessons = {
        lesson.path: lesson for one in shipped.courses for module in one.modules for lesson in module.lessons
    }
    marks = [len(lesson.terms) for lesson in lessons.values()]
    assert sum(marks) >= 300
    assert max(marks) <= 8
    assert {key for lesson in lessons.values() for key in lesson.terms} <= {t.key for t in glossary.terms}


def test_the_running_case_has_eight_documents_twice_and_thirty_pieces_of_evidence(shipped) -> None:
    (case,) = shipped.cases
    versions = [document.version for document in case.documents]
    assert {version: versions.count(version) for version in versions} == {"good": 8, "flawed": 8, "": 30}
    assert case.courses == {"lead-implementer": True, "lead-auditor": False}
    # Both orders occur, or the place would tell a good version from a flawed one.
    assert set(zip(versions[:16:2], versions[1:16:2], strict=True)) == {
        ("good", "flawed"),
        ("flawed", "good"),
    }


def prose(body) -> str:
    return " ".join(
        str(block["value"].get("text", "")) if isinstance(block["value"], dict) else block["value"]
        for block in body
    )


@pytest.mark.parametrize("key", ["lead-implementer", "lead-auditor"])
def test_every_clause_and_every_control_is_taught(shipped, key) -> None:
    (framework,) = shipped.frameworks
    lessons = [lesson for module in course(shipped, key).modules for lesson in module.lessons]
    assert len(lessons) >= 32
    taught = {ref for lesson in lessons for ref in (*lesson.clauses, *lesson.controls)}
    clauses = {ref for ref in framework.refs("clause") if "." in ref}
    # A clause that is divided is taught by its parts.
    divided = {ref.rpartition(".")[0] for ref in clauses if ref.count(".") == 2}
    assert (clauses - divided | framework.refs("control")) - taught == set()


def test_the_foundation_module_stands_whole_in_german_too(shipped) -> None:
    lessons = course(shipped, "lead-auditor").modules[0].lessons
    assert len(lessons) == 6
    for lesson in lessons:
        (german,) = lesson.translations
        assert (german.language, german.translates) == ("de", lesson.words), lesson.key
        assert list(translations.differences(lesson, german)) == []
        assert len(re.findall(r"\w+", re.sub(r"<[^>]+>", " ", prose(german.body)))) >= 700, lesson.key
        assert german.title != lesson.title
        assert [said(german, check) for check in checks_of(german)] == [
            said(lesson, check) for check in checks_of(lesson)
        ]
        assert named(german) == named(lesson), lesson.key


def checks_of(text) -> list:
    return [block["value"] for block in text.body if block["type"] == "check"]


def said(text, check) -> tuple:
    """What of a check is the same in every language; the ids are those under which answers are kept."""
    options = [(option["id"], option["value"]["right"]) for option in check["options"]]
    return check["key"], check["kind"], options


def named(text) -> set[str]:
    """The clauses, controls and terms that a text names."""
    words = str(text.body)
    return set(re.findall(r"(?<![\d.,])(?:A\.(?:[2-9]|10)|[4-9]|10)(?:\.\d)+(?![\d%])", words)) | set(
        text.terms
    )


@pytest.mark.parametrize("key", ["lead-implementer", "lead-auditor"])
def test_no_course_claims_more_hours_than_its_lessons_and_exercises_give(shipped, key) -> None:
    found = course(shipped, key)
    lessons = [lesson for module in found.modules for lesson in module.lessons]
    assert 0 < found.cpd_hours * 60 <= sum(lesson.minutes for lesson in lessons)
    for lesson in lessons:
        exercises = [block["value"]["minutes"] for block in lesson.body if block["type"] == "exercise"]
        assert 0 < sum(exercises) < lesson.minutes, lesson.key
