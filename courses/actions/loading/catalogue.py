"""Courses, modules and lessons as pages, and the courses' products."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from wagtail.models import Page, Site

from courses.actions.loading import pages, richtext, words
from courses.actions.loading.media import Store
from courses.actions.loading.pages import Known, Pages
from courses.actions.loading.tally import Tally
from courses.actions.loading.translations import Translations
from courses.models import (
    CataloguePage,
    Clause,
    CoursePage,
    Domain,
    Framework,
    LessonPage,
    ModulePage,
    Profile,
)
from courses.queries import written
from courses.rules.library.texts import CourseText, LessonText, ModuleText, SharedText
from lms.billing.actions import products
from lms.kit import digests
from lms.organisations import queries as organisations


def load(shared: Iterable[SharedText], courses: Iterable[CourseText], tally: Tally) -> CataloguePage:
    """Writes shared modules first, then the courses that take them."""
    root = pages.catalogue(tally)
    _take_over_site(root)
    shelf = Shelf(root, tally)
    for text in shared:
        shelf.put_shared(text)
    before = tally.created + tally.changed
    made = [shelf.put_course(course) for course in courses]
    if tally.created + tally.changed > before:
        pages.order(root.pk, [course.pk for course in made])
    words.of_courses(shelf.named, tally)
    return root


class Shelf:
    """The pages under the catalogue, with what they refer to."""

    def __init__(self, root: CataloguePage, tally: Tally) -> None:
        self.root = root
        self.tally = tally
        self.pages = Pages(tally)
        self.profiles = {row.key: row for row in Profile.objects.all()}
        self.frameworks = {row.key: row.pk for row in Framework.objects.all()}
        self.domains = {(row.profile_id, row.number): row.pk for row in Domain.objects.all()}
        self.clauses = {(row.framework_id, row.ref): row for row in Clause.objects.all()}
        self.provider = _provider()
        self.store = Store()
        self.translations = Translations(self.pages, self.store)
        self.shared: dict[str, Known] = {}
        self.named: list[tuple[CourseText, int, dict[str, int]]] = []  # courses with the ids of their pages

    def put_shared(self, text: SharedText) -> None:
        known = self.pages.put(
            self.pages.modules.get((self.root.path, text.key)),
            model=ModulePage,
            parent_id=self.root.pk,
            digest=digests.digest({"title": text.title}),
            values=lambda: {"title": text.title, "key": text.key},
            slug=text.key,
            name=f"The shared module '{text.key}'",
            says=lambda pk: digests.digest({"title": ModulePage.objects.get(pk=pk).title}),
        )
        self.shared[text.key] = known
        self._put_lessons(known, f"shared/{text.key}", text.lessons, self.frameworks[text.framework])

    def put_course(self, text: CourseText) -> Known:
        profile = self.profiles[text.profile]
        product = f"course:{text.key}"
        if products.offer(
            key=product,
            kind="course",
            title=text.title,
            amount_minor=text.amount,
            currency=text.currency,
            organisation_id=self.provider,
        ):
            self.tally.changed += 1
        known = self.pages.put(
            self.pages.courses.get(text.key),
            model=CoursePage,
            parent_id=self.root.pk,
            digest=text.digest,
            values=lambda: self._course(text, profile, product),
            slug=text.key,
            name=f"The course '{text.key}'",
            says=lambda pk: written.course(CoursePage.objects.get(pk=pk), text.order).digest,
        )
        before = self.tally.created
        modules = [self._put_module(known, text, module, profile) for module in text.modules]
        if self.tally.created > before:
            pages.order(known.pk, [module.pk for module in modules])
        keys = [module.key for module in text.modules]
        self.named.append((text, known.pk, dict(zip(keys, [one.pk for one in modules], strict=True))))
        return known

    def _course(self, text: CourseText, profile: Profile, product: str) -> dict[str, Any]:
        return {
            "title": text.title,
            "key": text.key,
            "strapline": text.strapline,
            "summary": text.summary,
            "profile_id": profile.pk,
            "scheme_key": text.scheme,
            "organisation_id": self.provider,
            "days": text.days,
            "cpd_hours": text.cpd_hours,
            "product_key": product,
            "outcomes": _lines(text.outcomes),
            "audience": _lines(text.audience),
            "prerequisites": _lines(text.prerequisites),
            "day_plan": [("day", {"title": day.title, "text": day.text}) for day in text.day_plan],
        }

    def _put_module(self, course: Known, text: CourseText, module: ModuleText, profile: Profile) -> Known:
        known = self.pages.put(
            self.pages.modules.get((course.path, module.key)),
            model=ModulePage,
            parent_id=course.pk,
            digest=module.digest,
            values=lambda: {
                "title": module.title,
                "key": module.key,
                "number": module.number,
                "domain_id": self.domains[profile.pk, module.domain],
                "summary": module.summary,
                "shares_id": self.shared[module.shared].pk if module.shared else None,
                "planned": _lines(module.planned),
            },
            slug=module.key,
            name=f"The module '{module.key}' of '{text.key}'",
            says=lambda pk: written.module(ModulePage.objects.get(pk=pk), module.number).digest,
        )
        if not module.shared:
            self._put_lessons(known, text.key, module.lessons, profile.framework_id)
        return known

    def _put_lessons(
        self, module: Known, home: str, lessons: Sequence[LessonText], framework_id: int
    ) -> None:
        before = self.tally.created
        made = [self._put_lesson(module, home, lesson, framework_id) for lesson in lessons]
        if self.tally.created > before:
            pages.order(module.pk, [lesson.pk for lesson in made])

    def _put_lesson(self, module: Known, home: str, lesson: LessonText, framework_id: int) -> Known:
        known = self.pages.put(
            self.pages.lessons.get((home, lesson.key)),
            model=LessonPage,
            parent_id=module.pk,
            digest=lesson.digest,
            values=lambda: {
                "title": lesson.title,
                "key": lesson.key,
                "home": home,
                "minutes": lesson.minutes,
                "outcomes": _lines(lesson.outcomes),
                "clauses": [self.clauses[framework_id, ref] for ref in lesson.refs],
                "body": richtext.as_edited(self.store.stored(lesson.body, lesson.media)),
                "references": _lines(lesson.references),
                "sample": lesson.sample,
                "checked_on": lesson.checked_on,
                "review_by": lesson.review_by,
            },
            slug=lesson.key,
            name=f"The lesson '{lesson.key}'",
            says=lambda pk: written.in_order_of(lesson, LessonPage.objects.get(pk=pk)).digest,
        )
        self.translations.put(known, lesson)
        return known


def _lines(texts: Iterable[str]) -> list[tuple[str, str]]:
    return [("item", text) for text in texts]


def _provider() -> UUID | None:
    try:
        return organisations.organisation("institute").id
    except organisations.UnknownOrganisation:
        return None


def _take_over_site(root: CataloguePage) -> None:
    """The catalogue takes the place of the page that a new Wagtail begins with."""
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if site is None:
        Site.objects.create(
            hostname="localhost", root_page=root, is_default_site=True, site_name=settings.INSTITUTION
        )
    elif site.root_page_id != root.pk and site.root_page.specific_class is Page:
        welcome = site.root_page
        site.root_page = root
        site.site_name = site.site_name or settings.INSTITUTION
        site.save()
        if not welcome.get_children().exists():
            welcome.delete()
