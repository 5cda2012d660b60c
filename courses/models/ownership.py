"""Whose a page is: an organisation's people work on its courses, and on what those share; the institution's on all that
is of nobody in particular, such as the catalogue. Anybody may found an organisation and write for it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.models import Page, PagePermissionTester
from wagtail.permission_policies.pages import PagePermissionPolicy

from courses.models.languages import ORIGINAL
from lms.organisations import queries as organisations

STEP = Page.steplen
WRITE = "courses.author"
WRITE_HERE = "courses.keep_current"  # of those who write: only at the institution


def organisations_of(path: str) -> frozenset[UUID]:
    """The organisations to which the page at a path belongs: those of the institution, where it is nobody's in particular."""
    return _trees().get(path[: 3 * STEP]) or frozenset(organisations.house())


def is_foreign(person: Any, path: str) -> bool:
    """Whether the page at a path belongs to organisations for none of which a person writes."""
    return path[: 3 * STEP] in foreign_trees(person)


def foreign_trees(person: Any) -> frozenset[str]:
    """The paths of courses and shared modules on which a person may not work. Six statements, once a request."""
    if person.is_superuser:
        return frozenset()
    known: frozenset[str] | None = getattr(person, "_foreign_trees", None)
    if known is None:
        own = set(organisations.organisations_with(person.pk, WRITE))
        here = writes_here(person)
        known = frozenset(path for path, theirs in _trees().items() if not (theirs & own if theirs else here))
        person._foreign_trees = known
    return known


def writes_here(person: Any) -> bool:
    """Whether a person writes for the institution, and so works on what is of nobody in particular."""
    return bool(person.is_superuser or organisations.organisations_with(person.pk or 0, WRITE_HERE))


def _trees() -> dict[str, frozenset[UUID]]:
    """Whose each course and each shared module is, by path; a shared module is theirs whose courses take it."""
    rows = list(_rows())
    from_course = {path: one for path, one, _ in rows}
    trees = {path: frozenset([one]) if one else frozenset[UUID]() for path, one, _ in rows}
    for shared, taker in _takers():
        theirs = from_course.get(taker[: 3 * STEP])
        trees[shared] = trees.get(shared, frozenset()) | (frozenset([theirs]) if theirs else frozenset())
    for path, original in _translated():
        trees[path] = trees.get(original, frozenset())
    # What no course takes yet is of those for whom its maker writes.
    makers = {path: maker for path, _, maker in rows if maker and not trees[path]}
    for path, maker in makers.items():
        trees[path] = frozenset(organisations.organisations_with(maker, WRITE))
    return trees


def _rows() -> Iterable[tuple[str, UUID | None, int | None]]:
    """Courses and shared modules: path, organisation of a course, who made it."""
    here = Page.objects.filter(depth=3)
    return here.values_list("path", "coursepage__organisation_id", "owner_id")


def _takers() -> Iterable[tuple[str, str]]:
    shared = Page.objects.filter(modulepage__shares__isnull=False)
    return shared.values_list("modulepage__shares__path", "path")


def _translated() -> Iterable[tuple[str, str]]:
    """Translations of courses and shared modules, each with its original: they belong to the same."""
    here = Page.objects.filter(depth=3).exclude(locale__language_code=ORIGINAL)
    original = Page.objects.filter(
        translation_key=OuterRef("translation_key"), locale__language_code=ORIGINAL
    )
    return here.annotate(original=Subquery(original.values("path")[:1])).values_list("path", "original")


class OwnShared(WagtailAdminPageForm):  # type: ignore[misc]  # Wagtail has no types
    """The form of a module: it takes the lessons of no module of another organisation, whatever number is sent. Whose course
    takes a shared module works on it, so that taking it would be to get it."""

    def clean(self) -> Any:
        given = super().clean()
        wanted = given.get("shares")
        known = self.initial.get("shares") if self.instance.pk else None
        if wanted is not None and wanted.pk != known and is_foreign(self.for_user, wanted.path):
            self.add_error("shares", "This shared module is of another organisation. Choose one of your own.")
        return given


class OwnTree(PagePermissionTester):  # type: ignore[misc]  # Wagtail has no types
    """What a person may do to a page: nothing, where it is another organisation's."""

    def __init__(self, user: Any, page: Page) -> None:
        super().__init__(user, page)
        if not user.is_active or user.is_superuser:
            return
        if len(page.path) < 3 * STEP and not writes_here(user):
            self.permissions: set[str] = self.permissions & {
                "add"
            }  # a course of one's own beneath the catalogue
        elif is_foreign(user, page.path):
            self.permissions = set()

    def can_publish(self) -> bool:
        """Texts are published by their review alone, or somebody would publish what they have just written."""
        return bool(self.user.is_active and self.user.is_superuser)

    def can_publish_subpage(self) -> bool:
        """The same of a text that is made and published in one go."""
        return self.can_publish() and bool(super().can_publish_subpage())


class OwnTrees(PagePermissionPolicy):  # type: ignore[misc]  # Wagtail has no types
    """Lists, searches and choosers show a person no page of another organisation."""

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> Any:
        return without_foreign(super().instances_user_has_any_permission_for(user, actions), user)

    def explorable_instances(self, user: Any) -> Any:
        return without_foreign(super().explorable_instances(user), user)


def without_foreign(pages: Any, user: Any) -> Any:
    """The pages of a query without those of other organisations."""
    hidden = Q()
    for path in foreign_trees(user) if user.is_active else ():
        hidden |= Q(path__startswith=path)
    return pages.exclude(hidden) if hidden else pages
