"""What is taught, for those who choose."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from courses.models import CoursePage
from courses.queries import frameworks, outlines, requirements, words
from courses.queries.frameworks import ProfileView
from courses.rules.outlines import Outline
from lms.billing import queries as billing
from lms.kit import digests


@dataclass(frozen=True)
class Day:
    title: str
    text: str


@dataclass(frozen=True)
class CourseView:
    """A course as its page shows it. `price` is None while no product is offered for it. `language` is that of title, strapline
    and summary, where it is another than the original's; `beside` are the hours of work that it gives beside its own."""

    id: int
    title: str
    strapline: str
    summary: str
    slug: str
    key: str
    scheme_key: str
    days: int
    cpd_hours: int
    provider: str
    profile: ProfileView
    outline: Outline
    outcomes: tuple[str, ...]
    audience: tuple[str, ...]
    prerequisites: tuple[str, ...]
    day_plan: tuple[Day, ...]
    price: billing.ProductOffer | None
    beside: tuple[requirements.Beside, ...] = ()
    language: str = ""

    @property
    def beside_hours(self) -> int:
        """The planned hours of what stands beside the lessons and gives hours of its own, such as a capstone."""
        return sum(one.hours for one in self.beside)

    @property
    def lesson_count(self) -> int:
        """Lessons open and in preparation."""
        return len(self.outline.lessons) + self.outline.planned_count

    @property
    def study_time(self) -> str:
        """The time that the open lessons take: `9 hours 40 minutes`."""
        hours, minutes = divmod(self.outline.minutes, 60)
        parts = [(hours, "hour"), (minutes, "minute")]
        return " ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in parts if count)

    @property
    def seed(self) -> str:
        """From which its rosette is drawn: the same for as long as the course keeps its key."""
        return digests.digest({"course": self.key})


def courses(language: str = "") -> tuple[CourseView, ...]:
    """Every published course in the order of the catalogue; in a language, as far as it is translated."""
    rows = list(_published().prefetch_related("profile__domains"))
    ids = [row.pk for row in rows]
    found = outlines.outlines(rows, language)
    offers = billing.offers_of([row.product_key for row in rows if row.product_key])
    said, beside = words.of_pages(ids, language), requirements.giving_hours(ids)
    return tuple(
        _in(
            language,
            said.get(row.pk),
            view_of(row, found[row.pk], offers.get(row.product_key), beside.get(row.pk, ())),
        )
        for row in rows
    )


def course(slug: str, language: str = "") -> CourseView | None:
    """One published course, or None; in a language, as far as it is translated."""
    row = course_page(slug)
    if row is None:
        return None
    beside = requirements.giving_hours([row.pk]).get(row.pk, ())
    view = view_of(row, outlines.outline(row, language), price_of(row.product_key), beside)
    return _in(language, words.of_pages([row.pk], language).get(row.pk), view)


def _in(language: str, said: words.Said | None, view: CourseView) -> CourseView:
    if said is None:
        return view
    strapline, summary = said.strapline or view.strapline, said.summary or view.summary
    return replace(view, title=said.title, strapline=strapline, summary=summary, language=language)


def course_page(slug: str) -> CoursePage | None:
    """The page of one published course, or None. One statement."""
    return _published().filter(slug=slug).first()


def given_by(organisation_ids: Collection[UUID] | None) -> list[CoursePage]:
    """The published courses that these organisations give (None: any of them), in the order of the catalogue."""
    rows = _published()
    return list(rows if organisation_ids is None else rows.filter(organisation__in=organisation_ids))


def view_of(
    row: CoursePage,
    outline: Outline,
    price: billing.ProductOffer | None,
    beside: tuple[requirements.Beside, ...] = (),
) -> CourseView:
    return CourseView(
        id=row.pk,
        title=row.title,
        strapline=row.strapline,
        summary=row.summary,
        slug=row.slug,
        key=row.key,
        scheme_key=row.scheme_key,
        days=row.days,
        cpd_hours=row.cpd_hours,
        provider=row.organisation.name if row.organisation else "",
        profile=frameworks.view_of(row.profile),
        outline=outline,
        outcomes=_lines(row.outcomes),
        audience=_lines(row.audience),
        prerequisites=_lines(row.prerequisites),
        day_plan=tuple(Day(block.value["title"], block.value["text"]) for block in row.day_plan),
        price=price,
        beside=beside,
    )


def _published():  # type: ignore[no-untyped-def]  # Wagtail's querysets come without types
    rows = CoursePage.objects.originals().live().annotate(outline_revision=outlines.REVISION)
    return rows.select_related("profile__framework", "organisation").order_by("path")


def _lines(stream) -> tuple[str, ...]:  # type: ignore[no-untyped-def]  # nor do its streams
    return tuple(str(block.value) for block in stream)


def price_of(product_key: str) -> billing.ProductOffer | None:
    """What a product costs now, or None."""
    try:
        return billing.offer_of(product_key) if product_key else None
    except billing.UnknownProduct:
        return None
