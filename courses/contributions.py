"""What courses answers to the registers on the ground."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.urls import reverse
from django.utils.translation import gettext as _

from courses.actions import consents, demonstration, loading
from courses.documents import library as documents
from courses.models import Step
from courses.queries import catalogue, enrolments, glossary, personal, questions, review, teaching
from courses.queries.catalogue import CourseView
from courses.queries.enrolments import EnrolmentView
from courses.rules.library import shelves
from courses.rules.library.texts import LibraryText
from courses.states import EnrolmentState
from lms.kit import gather
from lms.kit.content import Problems
from lms.kit.gather import Category
from lms.organisations import queries as organisations


def read_library(folders: Sequence[Path], problems: Problems) -> LibraryText:
    return shelves.read(folders, problems)


def write_library(library: LibraryText) -> gather.LoadCount:
    return loading.load(library)


def desk_cards(query: gather.DeskQuery) -> Sequence[gather.DeskCard]:
    """The courses a person learns in, each with the lesson to go on with; for trainers, authors
    and editors the way to their work."""
    cards = [_card(view) for view in enrolments.enrolments_of(query.person_id)]
    held = organisations.permissions_of(query.person_id)
    if "courses.train" in held:
        cards.append(_asked(questions.waiting(query.person_id)))
    if held & {"courses.author", *Step.values}:
        cards.append(_work(review.waiting_for(query.person_id) if held & {*Step.values} else None))
    return cards


def offers() -> Sequence[gather.Offer]:
    """The published courses."""
    return [_offer(course) for course in catalogue.courses()]


def further() -> Sequence[str]:
    """The pages of the terms."""
    return [reverse("courses:term", args=[key]) for key in glossary.term_keys()]


def ageing(until: date) -> Sequence[gather.AgeingFact]:
    """Published lessons with dated claims that are to be checked again until a day, and translations of older texts."""
    return [
        gather.AgeingFact(
            title=lesson.title,
            within=lesson.within,
            url=reverse("wagtailadmin_pages:edit", args=[lesson.page_id]),
            checked_on=lesson.checked_on,
            review_by=lesson.review_by,
            framework=lesson.framework,
            refs=lesson.refs,
        )
        for lesson in (*teaching.stale(), *teaching.ageing(until))
    ]


def links(held: frozenset[str]) -> Sequence[gather.NavigationLink]:
    """The way of authors and editors to what they write, of trainers to whom they train, of managers to their team."""
    found = []
    if "courses.author" in held:
        found += [
            gather.NavigationLink(_("Courses"), reverse("course_pages:index")),
            gather.NavigationLink(_("Lessons"), reverse("lesson_pages:index")),
        ]
    if "courses.keep_current" in held:
        found.append(gather.NavigationLink(_("Ageing facts"), reverse("web:ageing")))
    if "courses.train" in held:
        found.append(gather.NavigationLink(_("Cohorts"), reverse("courses:teaching")))
        found.append(gather.NavigationLink(_("Questions of learners"), reverse("courses:teaching_questions")))
    if "organisations.manage" in held:
        found.append(gather.NavigationLink(_("How your team learns"), reverse("courses:team")))
    return found


def _card(view: EnrolmentView) -> gather.DeskCard:
    done = view.progress
    lesson = view.outline.lesson(done.next_key)
    classroom = reverse("courses:classroom", args=[view.slug])
    if view.state == EnrolmentState.COMPLETED:
        text, action, url = (
            _("You have completed this course. Its lessons stay open to you."),
            _("Look again"),
            classroom,
        )
    elif lesson is None:
        text, action, url = (
            _("Every lesson that is open is done; more are in preparation."),
            _("See the outline"),
            classroom,
        )
    else:
        text = _("Lesson %(number)s: %(title)s") % {"number": lesson.number, "title": lesson.title}
        action = _("Continue") if done.done or view.place else _("Begin")
        url = reverse("courses:lesson", args=[view.slug, lesson.key])
        url += f"#{view.place}" if view.place else ""
    return gather.DeskCard(
        key=f"course:{view.course_key}",
        group="learning",
        eyebrow=_("Course"),
        title=view.course_title,
        text=text,
        url=url,
        action=action,
        standing="valid" if view.state == EnrolmentState.COMPLETED else "",
        facts=(
            (_("Lessons done"), _("%(done)s of %(total)s") % {"done": done.done, "total": done.total}),
            (_("Open today"), str(done.open)),
        ),
        percent=done.percent,
    )


def _asked(waiting: int) -> gather.DeskCard:
    text = _("Learners wait for your answer.") if waiting else _("Nobody whom you train waits for an answer.")
    return gather.DeskCard(
        key="courses:questions",
        group="work",
        eyebrow=_("Training"),
        title=_("Cohorts and questions"),
        text=text,
        url=reverse("courses:teaching_questions" if waiting else "courses:teaching"),
        action=_("Answer them") if waiting else _("Open the cohorts"),
        facts=((_("Waiting for an answer"), str(waiting)),),
    )


def _work(waiting: int | None) -> gather.DeskCard:
    if waiting:
        text, url, action = _("Texts wait for your review."), reverse("wagtailadmin_home"), _("Review them")
    else:
        text = _("Write, look at it as a learner will see it, submit. Editors publish.")
        url, action = reverse("course_pages:index"), _("Open the editor")
    return gather.DeskCard(
        key="courses:work",
        group="work",
        eyebrow=_("Courses"),
        title=_("Courses and lessons"),
        text=text,
        url=url,
        action=action,
        facts=() if waiting is None else ((_("Waiting for review"), str(waiting)),),
    )


def _offer(course: CourseView) -> gather.Offer:
    facts = [("Days", str(course.days)), ("Modules", str(len(course.outline.modules)))]
    if course.price:
        facts.append(("Price", course.price.price_text))
    return gather.Offer(
        key=course.key,
        kind="course",
        title=course.title,
        strapline=course.strapline,
        url=reverse("courses:course", args=[course.slug]),
        seed=course.seed,
        facts=tuple(facts),
        further_urls=(reverse("courses:sample", args=[course.slug]),) if course.outline.sample else (),
    )


def make_cohorts() -> Sequence[str]:
    made = demonstration.lead_cohorts()
    return [f"Tove leads a cohort: {title}" for title in made]


NOTICES = {
    "course_welcome": Category.LEARNING,
    "course_completed": Category.LEARNING,
    "question_answered": Category.LEARNING,
    "question_asked": Category.WORK,
    "cohort_cancelled": Category.DATES,
    "cohort_place": Category.DATES,
    "cohort_session": Category.DATES,
    "cohort_waiting": Category.DATES,
    "text_waits": Category.WORK,
}


def erase(person_id: int) -> None:
    consents.withdraw_all(person_id=person_id)


def register() -> None:
    gather.PERSONAL.add(gather.PersonalPart("courses", 50, "Courses", personal.HOLDINGS, erase=erase))
    gather.NOTICE_KINDS.add(gather.NoticeKindsPart("courses", 10, NOTICES))
    gather.LIBRARY.add(gather.LibraryPart("courses", 20, read_library, write_library, documents.write))
    gather.DESK.add(gather.DeskPart("courses", 20, desk_cards))
    gather.CATALOGUE.add(gather.CataloguePart("courses", 20, offers, further))
    gather.AGEING.add(gather.AgeingPart("courses", 20, "courses.keep_current", ageing))
    gather.NAVIGATION.add(gather.NavigationPart("courses", 20, links))
    gather.DEMONSTRATION.add(gather.DemonstrationPart("courses", 40, make_cohorts))
