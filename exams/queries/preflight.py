"""What is known of an exam day ahead."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from fractions import Fraction

from django.db.models import Count, Prefetch, Q, QuerySet

from exams.models import Accommodation, Entry, Exam, Form, FormItem, Sitting, Window
from exams.rules.preflight import Day, Entered, Paper, Span
from exams.states import AccommodationState, FormState, ItemState, SittingState
from lms.kit import digests
from lms.organisations import queries as organisations


def days(*, since: datetime, until: datetime, watch: str, key: str = "") -> Iterator[Day]:
    """Each exam with a window that touches this span of time, or the one of this key whatever its windows.

    `watch` is the permission of those who invigilate.

    Raises Exam.DoesNotExist for a key that there is not.
    """
    windows = Window.objects.filter(opens_at__lt=until, closes_at__gt=since)
    if key:
        exams = [Exam.objects.select_related("blueprint").get(key=key)]
    else:
        exams = list(Exam.objects.filter(windows__in=windows).select_related("blueprint").distinct())
    for exam in exams:
        yield Day(
            exam=exam.key,
            limit=timedelta(minutes=exam.minutes),
            languages=frozenset(exam.languages),
            papers=tuple(_papers(exam)),
            spans=tuple(_spans(exam, windows.filter(exam=exam))),
            watchers=len(organisations.people_with(watch, exam.organisation_id))
            if exam.invigilated
            else None,
        )


def _papers(exam: Exam) -> Iterator[Paper]:
    unfit = ~Q(version__item__state__in=[ItemState.LIVE, ItemState.PILOT])
    unfit_items = FormItem.objects.filter(unfit).select_related("version__item")
    forms = Form.objects.filter(exam=exam, state=FormState.OPEN).annotate(counted=Count("items"))
    prefetched = forms.prefetch_related(Prefetch("items", unfit_items, "unfit"), "languages")
    for form in prefetched:
        yield Paper(
            number=form.number,
            stated=form.length,
            counted=form.counted,
            wanted=exam.blueprint.length + len(form.pilots),
            whole=digests.digest({"package": form.package, "keys": form.keys}) == form.digest,
            retired=tuple(placed.version.item.code for placed in form.unfit),
            languages=frozenset(one.language for one in form.languages.all()),
        )


def _spans(exam: Exam, windows: QuerySet[Window]) -> Iterator[Span]:
    entries: dict[int, list[Entry]] = defaultdict(list)
    ready = Entry.objects.filter(window__in=windows, sitting__state=SittingState.READY).order_by("starts_at")
    for entry in ready:
        assert entry.window_id is not None
        entries[entry.window_id].append(entry)
    people = {entry.candidate_id for ahead in entries.values() for entry in ahead}
    arranged = _arranged(exam, people)
    met = _met(exam, people)
    for window in windows:
        found = tuple(_entered(entry, arranged, met) for entry in entries[window.pk])
        yield Span(window.opens_at, window.closes_at, window.ends_sittings, window.places, found)


def _entered(
    entry: Entry, arranged: dict[tuple[int, str], Accommodation], met: dict[int, frozenset[int]]
) -> Entered:
    granted = arranged.get((entry.candidate_id, AccommodationState.GRANTED))
    return Entered(
        uuid=str(entry.uuid),
        language=entry.language,
        factor=entry.factor,
        granted=Fraction(granted.factor) if granted else None,
        undecided=(entry.candidate_id, AccommodationState.ASKED) in arranged,
        starts_at=entry.starts_at,
        met=met.get(entry.candidate_id, frozenset()),
    )


def _arranged(exam: Exam, people: set[int]) -> dict[tuple[int, str], Accommodation]:
    standing = [AccommodationState.ASKED, AccommodationState.GRANTED]
    rows = Accommodation.objects.filter(
        person__in=people, organisation_id=exam.organisation_id, state__in=standing
    )
    return {(row.person_id, row.state): row for row in rows}


def _met(exam: Exam, people: set[int]) -> dict[int, frozenset[int]]:
    met: dict[int, set[int]] = defaultdict(set)
    sat = Sitting.objects.filter(exam=exam, candidate__in=people, form__isnull=False)
    for person_id, number in sat.values_list("candidate_id", "form__number"):
        met[person_id].add(number)
    return {person_id: frozenset(numbers) for person_id, numbers in met.items()}
