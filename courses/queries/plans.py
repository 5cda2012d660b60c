"""What is left until the exam, and which domains to study."""

from collections import defaultdict
from datetime import date, timedelta
from fractions import Fraction

from courses.models import CheckAnswer, DomainResult, Enrolment, StudyPlan
from courses.queries import frameworks
from courses.rules import plan, readiness
from courses.rules.outlines import Outline
from courses.rules.plan import Plan
from courses.rules.readiness import Domain, Finding, Tried


def of(enrolment: Enrolment) -> StudyPlan:
    """A learner's choices, or what holds until they choose. One statement, none where the enrolment came with it."""
    found: StudyPlan | None = getattr(enrolment, "plan", None)
    return found or StudyPlan(enrolment=enrolment)


def ahead(kept: StudyPlan, outline: Outline, done: set[str], on: date) -> Plan | None:
    """The plan of what is undone, or None where no day is aimed at or it is past. No statement."""
    if kept.until is None or kept.until < on:
        return None
    undone = [lesson for lesson in outline if lesson.key not in done]
    return plan.plan(undone, on=on, until=kept.until, weekdays=plan.weekdays_of(kept.weekdays))


def diagnosis(enrolment: Enrolment, outline: Outline) -> tuple[Finding, ...]:
    """Every domain of the course's profile, what to study first at the top. Five statements."""
    profile = frameworks.view_of(enrolment.course.profile)
    of_domain: dict[int, set[str]] = defaultdict(set)
    for module in outline.modules:
        of_domain[module.domain_id or 0] |= {lesson.key for lesson in module.lessons}
    first: dict[str, list[bool]] = defaultdict(list)
    rows = CheckAnswer.objects.filter(enrolment=enrolment)
    for key, right, tries in rows.values_list("lesson_key", "right", "tries"):
        first[key].append(right and tries == 1)
    exams = _latest(enrolment)
    return readiness.findings(
        Domain(
            number=domain.number,
            title=domain.title,
            weight=domain.weight,
            checks=_checks([hit for key in of_domain[domain.id] for hit in first[key]]),
            exam=exams.get(domain.number, Tried(0, Fraction(0))),
        )
        for domain in profile.domains
    )


def _checks(hits: list[bool]) -> Tried:
    return Tried(len(hits), Fraction(sum(hits), len(hits)) if hits else Fraction(0))


def _latest(enrolment: Enrolment) -> dict[int, Tried]:
    """What results said of each domain: those of the last ninety days before the newest, together."""
    rows = list(DomainResult.objects.filter(person=enrolment.person_id, course=enrolment.course_id))
    if not rows:
        return {}
    since = max(row.on for row in rows) - timedelta(days=90)
    found: dict[int, list[Tried]] = defaultdict(list)
    for row in rows:
        if row.on >= since:
            found[row.domain].append(Tried(row.items, Fraction(row.numerator, row.denominator)))
    return {number: readiness.together(parts) for number, parts in found.items()}
