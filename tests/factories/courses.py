"""Small courses for tests: written by the loader that writes the shipped ones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from wagtail.models import Page
from wagtail.signal_handlers import disable_reference_index_auto_update

from courses.actions import cohorts, enrolments, loading, sessions, study
from courses.models import Cohort, CoursePage, Enrolment, LessonPage, ModulePage, Session, Training
from courses.queries import enrolments as reads
from courses.rules.attendance import Presence
from courses.rules.library.lessons import id_of
from courses.rules.library.texts import (
    Block,
    CaseDocumentText,
    CaseText,
    ClauseText,
    CourseText,
    CourseWordsText,
    DayText,
    DomainText,
    FrameworkText,
    GlossaryText,
    GlossaryWordsText,
    LessonText,
    LibraryText,
    ModuleText,
    ModuleWordsText,
    ProfileText,
    SharedText,
    TermText,
    TermWordsText,
    TranslationText,
)
from lms.db import clock
from lms.kit.gather import LoadCount
from lms.organisations.actions import memberships

RIGHT, WRONG = 1, 0

FRAMEWORK = FrameworkText(
    key="standard",
    title="The Standard",
    edition="2023",
    clauses=(
        ClauseText("4", "Context", "clause", ""),
        ClauseText("4.1", "The organisation", "clause", "4"),
        ClauseText("A.2", "Policies", "objective", ""),
        ClauseText("A.2.2", "Policy", "control", "A.2"),
    ),
)
PROFILE = ProfileText(
    "lead",
    "Lead",
    "standard",
    (
        DomainText(1, "basics", "Basics", 60, "The basics."),
        DomainText(2, "rest", "The rest", 40, "The rest."),
    ),
)


def check(
    lesson: str, key: str = "c1", *, kind: str = "single", rights: Sequence[bool] = (False, True)
) -> Block:
    options = [
        {
            "type": "item",
            "value": {"text": f"Option {n}", "right": right, "why": f"Because of {n}."},
            "id": option(lesson, key, n),
        }
        for n, right in enumerate(rights)
    ]
    value = {"key": key, "kind": kind, "question": f"Which, in {key}?", "options": options}
    return {"type": "check", "value": value, "id": id_of(lesson, f"block {key}")}


def option(lesson: str, key: str, position: int) -> str:
    """The id of an option of a check."""
    return id_of(lesson, f"{key} {position}")


def lesson(key: str, *, checks: int = 1, **said: Any) -> LessonText:
    body: tuple[Block, ...] = (
        {"type": "text", "value": f"<h2>About {key}</h2><p>Text.</p>", "id": id_of(key, "block 0")},
        *(check(key, f"c{n}") for n in range(1, checks + 1)),
    )
    facts: dict[str, Any] = {
        "title": f"Lesson {key}",
        "minutes": 30,
        "clauses": ("4.1",),
        "controls": ("A.2.2",),
        "outcomes": ("Explain it",),
        "references": ("The Standard",),
        "sample": False,
        "checked_on": None,
        "review_by": None,
        "body": body,
    }
    return LessonText(key=key, path=Path(f"{key}.md"), lines={}, **(facts | said))


def german(text: LessonText, **said: Any) -> LessonText:
    """The lesson with a translation of its words as they are."""

    def value(block: Block) -> Any:
        if block["type"] != "check":
            return (
                f"<h2>Über {text.key}</h2><p>Auf Deutsch.</p>" if block["type"] == "text" else block["value"]
            )
        options = [
            {**one, "value": {**one["value"], "text": f"Möglichkeit {n}", "why": f"Wegen {n}."}}
            for n, one in enumerate(block["value"]["options"])
        ]
        return {**block["value"], "question": "Was davon?", "options": options}

    facts: dict[str, Any] = {
        "translates": text.words,
        "title": f"Lektion {text.key}",
        "outcomes": ("Es erklären",),
        "references": ("Die Norm",),
        "body": tuple({**block, "value": value(block)} for block in text.body),
    }
    made = TranslationText(key=text.key, language="de", path=Path(f"{text.key}.de.md"), **(facts | said))
    return replace(text, translations=(made,))


def module(
    number: int, lessons: Sequence[LessonText], *, planned: Sequence[str] = (), shared: str = ""
) -> ModuleText:
    return ModuleText(
        key=f"module-{number}",
        number=number,
        domain=min(number, 2),
        title=f"Module {number}",
        summary="What it is about.",
        lessons=tuple(lessons),
        planned=tuple(planned),
        shared=shared,
    )


def course(key: str, modules: Sequence[ModuleText], *, amount: int = 0, hours: int = 7) -> CourseText:
    return CourseText(
        key=key,
        order=10,
        title=f"Course {key}",
        strapline="One sentence.",
        summary="Two sentences.",
        profile="lead",
        scheme="scheme",
        days=2,
        cpd_hours=hours,
        amount=amount,
        currency="EUR",
        outcomes=("Do it",),
        audience=("Anyone",),
        prerequisites=("Nothing",),
        day_plan=(DayText("The first day", "Begin."),),
        modules=tuple(modules),
    )


def library(*courses: CourseText) -> LibraryText:
    shared = {
        module.shared: SharedText(module.shared, module.title, "standard", module.lessons)
        for course in courses
        for module in course.modules
        if module.shared
    }
    return LibraryText((FRAMEWORK,), (PROFILE,), tuple(shared.values()), courses)


def german_names(text: CourseText, **said: Any) -> CourseText:
    """The course with what it and its modules are called in German."""
    facts: dict[str, Any] = {
        "translates": text.words,
        "title": f"Kurs {text.key}",
        "strapline": "Ein Satz.",
        "summary": "Zwei Sätze.",
        "modules": tuple(
            ModuleWordsText(one.key, f"Modul {one.number}", "Wovon es handelt.") for one in text.modules
        ),
    }
    made = CourseWordsText(key=text.key, language="de", path=Path("course.de.yaml"), **(facts | said))
    return replace(text, translations=(made,))


def german_terms(*terms: TermText, **said: Any) -> LoadCount:
    """A glossary of these terms, each with its words in German."""
    rows = tuple(
        TermWordsText(
            **{
                "key": one.key,
                "translates": one.words,
                "term": f"{one.term} (de)",
                "also": ("Wort",),
                "text": "Deutsch.",
            }
            | said
        )
        for one in terms
    )
    words = GlossaryWordsText("words", "de", rows, Path("words.de.yaml"))
    text = GlossaryText("words", "Words", "en", "standard", terms, (words,))
    return loading.load(LibraryText((FRAMEWORK,), (PROFILE,), glossaries=(text,)))


def term(key: str, name: str, **said: Any) -> TermText:
    facts: dict[str, Any] = {"also": (), "text": f"About {name.lower()}.", "refs": (), "see": ()}
    return TermText(key=key, term=name, **(facts | said))


def glossary(*terms: TermText) -> LoadCount:
    text = GlossaryText("words", "Words", "en", "standard", terms)
    return loading.load(LibraryText((FRAMEWORK,), (PROFILE,), glossaries=(text,)))


def case_document(key: str, version: str = "", **said: Any) -> CaseDocumentText:
    answers = {
        "good": {"flaws": []},
        "flawed": {"flaws": [{"where": "Section 1", "requirement": "4.1", "why": f"{key} falls short."}]},
        "": {"finding": "nonconformity", "grade": "minor", "requirement": "4.1", "gap": f"{key} gapes.", "with": []},
    }  # fmt: skip
    facts: dict[str, Any] = {
        "title": f"Title of {key}",
        "text": f"<p>The {version or 'found'} text of {key}.</p>",
        "refs": ("4.1",),
        "lessons": ("l1",),
        "answers": answers[version],
    }
    return CaseDocumentText(key=key, version=version, **(facts | said))


def case(*documents: CaseDocumentText, **named: bool) -> CaseText:
    return CaseText("company", "The Company", "standard", "<p>Who they are.</p>", named, documents)


def pack(**named: bool) -> CaseText:
    """A case of one document in two versions and one piece of evidence."""
    return case(
        case_document("policy", "flawed"),
        case_document("policy", "good"),
        case_document("evidence-01"),
        **named,
    )


def load_case(text: CaseText) -> LoadCount:
    return loading.load(LibraryText((FRAMEWORK,), (PROFILE,), cases=(text,)))


def taught(page: CoursePage) -> CoursePage:
    """The course, given by the institute."""
    page.organisation_id = memberships.found(slug="institute", name="Auditorium Institute", provider=True)
    page.save(update_fields=["organisation"])
    return page


def appointed(person: Any, role: str, page: CoursePage) -> None:
    """A role at the organisation that gives a course."""
    memberships.appoint(
        person_id=person.pk, organisation_id=taught(page).organisation_id, role=role, actor_id=None
    )


def cohort(page: CoursePage, trainer: Any, *, capacity: int = 2, attendance: int = 0, **said: Any) -> Cohort:
    """A cohort of two months from today on, that may be joined until it ends."""
    today = clock.today()
    facts: dict[str, Any] = {
        "title": "Spring",
        "starts_on": today,
        "ends_on": today + timedelta(days=60),
        "joins_until": today + timedelta(days=60),
    }
    plan = cohorts.Plan(capacity=capacity, attendance=attendance, **(facts | said))
    return cohorts.make(course_id=taught(page).pk, plan=plan, trainer_id=trainer.pk, actor_id=trainer.pk)


def trained(person: Any, page: CoursePage, *, by: Any, ended: timedelta | None = None) -> None:
    """Somebody trains a person in a course since long ago; with `ended`, until so long ago."""
    at = clock.now()
    row, _ = Enrolment.objects.update_or_create(
        person=person,
        course=page,
        defaults={
            "trainer": by,
            "enrolled_at": at - timedelta(days=900),
            "state": "withdrawn" if ended else "enrolled",
            "withdrawn_at": at - ended if ended else None,
        },
    )
    Training.objects.update_or_create(
        enrolment=row,
        trainer=by,
        defaults={
            "began_on": (at - timedelta(days=900)).date(),
            "ended_on": (at - ended).date() if ended else None,
        },
    )


def session(group: Cohort, *, days: float = -1, minutes: int = 90, **said: Any) -> Session:
    """A session of a cohort; yesterday, where nothing else is said."""
    facts: dict[str, Any] = {"title": "The first evening", "where": "", "trainer_id": None}
    meeting = sessions.Meeting(
        starts_at=clock.now() + timedelta(days=days), minutes=minutes, **(facts | said)
    )
    return sessions.plan(cohort_uuid=group.uuid, meeting=meeting, actor_id=None)


def attended(held: Session, by: Any, **marks: int | None) -> None:
    """Attendance by the ids of enrolments, as `e7=90`: None is absent, the whole minutes are present, else a part."""
    said = {}
    for name, minutes in marks.items():
        part = minutes if minutes not in (None, held.minutes) else None
        presence = Presence.ABSENT if minutes is None else Presence.PART if part else Presence.PRESENT
        said[int(name[1:])] = sessions.Mark(presence, part)
    sessions.take_attendance(session_uuid=held.uuid, marks=said, evidence="A signed list", actor_id=by.pk)


def load(*courses: CourseText) -> LoadCount:
    return loading.load(library(*courses))


def small(
    key: str = "small", *, lessons: int = 3, planned: Sequence[str] = (), amount: int = 0
) -> CoursePage:
    """A course of one module; its first lesson is the sample."""
    texts = [lesson(f"l{n}", sample=n == 1) for n in range(1, lessons + 1)]
    load(course(key, [module(1, texts, planned=planned)], amount=amount))
    return CoursePage.objects.get(key=key)


def grow(page: CoursePage, *, lessons: int) -> None:
    """So many more published lessons in its first module, for counting statements."""
    home = ModulePage.objects.child_of(page).order_by("path").first()
    assert home is not None
    with disable_reference_index_auto_update():
        for number in range(lessons):
            parent = Page.objects.get(pk=home.pk)
            parent.add_child(
                instance=LessonPage(title=f"More {number}", key=f"more-{number}", home=page.key, minutes=5)
            )


def enrolled(person: Any, page: CoursePage) -> Enrolment:
    return Enrolment.objects.get(pk=enrolments.enrol(person_id=person.pk, course_id=page.pk))


def open_lesson(enrolment: Enrolment, key: str) -> None:
    edition = LessonPage.objects.filter(key=key).values_list("live_revision_id", flat=True).first()
    study.open_lesson(
        enrolment=enrolment, lesson_key=key, known=reads.records(enrolment.pk), revision_id=edition
    )


def answer(enrolment: Enrolment, key: str, *, check: str = "c1", position: int = RIGHT) -> bool:
    return study.answer_check(
        enrolment_id=enrolment.pk, lesson_key=key, check_key=check, chosen=[option(key, check, position)]
    )


def done(enrolment: Enrolment, *keys: str) -> None:
    """Lessons opened, their check answered, finished."""
    for key in keys:
        open_lesson(enrolment, key)
        answer(enrolment, key)
        study.finish_lesson(enrolment_id=enrolment.pk, lesson_key=key)
