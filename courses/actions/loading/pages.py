"""One page of the library: made, brought up to date, or left alone because people edited it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from wagtail.models import Page

from courses.actions.loading.tally import Tally
from courses.models import CataloguePage, CoursePage, LessonPage, LoadedPage, ModulePage


@dataclass(frozen=True)
class Known:
    """What is known of a page before it is fetched whole."""

    pk: int
    path: str
    live: bool
    latest_revision_id: int | None
    live_revision_id: int | None

    @property
    def is_published(self) -> bool:
        """Whether what is published is also the latest text: no draft waits."""
        return self.live and self.live_revision_id == self.latest_revision_id


class Pages:
    """Every page that the library could mean, found in four statements.

    With `drafts` nothing is published: what is made and what is changed waits for its author, `by` whom it came.
    """

    def __init__(self, tally: Tally, *, drafts: bool = False, by: Any = None) -> None:
        self.tally = tally
        self.drafts, self.by = drafts, by
        self.revisions: dict[int, int] = {}  # that were published by this load, by page
        self.loaded = {row.page_id: row for row in LoadedPage.objects.all()}
        self.courses = {key: known for (key,), known in _index(CoursePage, "key")}
        self.modules = {
            (known.path[: -Page.steplen], key): known for (key,), known in _index(ModulePage, "key")
        }
        homes = {known.path: key for key, known in self.courses.items()}
        homes |= {
            path + known.path[-Page.steplen :]: f"shared/{key}" for (path, key), known in self.modules.items()
        }
        # A lesson made in the page editor bears no home: it has that of the course in which it stands.
        self.lessons = {
            (home or homes.get(known.path[: 3 * Page.steplen], ""), key): known
            for (home, key), known in _index(LessonPage, "home", "key")
        }

    def put(
        self,
        known: Known | None,
        *,
        model: type[Page],
        parent_id: int,
        digest: str,
        values: Callable[[], dict[str, Any]],
        slug: str,
        name: str,
        says: Callable[[int], str],
    ) -> Known:
        """Makes the page agree with the library, unless people have edited it since.

        `values` are asked for where they are written, for to bring texts into the editor's form takes most of a load. `says` is
        the digest of what a page says: an edit that has returned to its file is none any more.
        """
        if known is None:
            return self._create(model, parent_id, digest, values(), slug)
        before = self.loaded.get(known.pk)
        if before is None or before.revision_id != known.latest_revision_id:
            self._keep(known, before, digest, name, says)
        elif before.digest == digest:
            self.tally.unchanged += 1
        elif not known.live and not self.drafts:
            self.tally.keep(
                f"{name} was unpublished here and stays so; the file's newer text was not loaded."
            )
        else:
            return self._change(known, model, digest, values())
        return known

    def _keep(
        self, known: Known, before: LoadedPage | None, digest: str, name: str, says: Callable[[int], str]
    ) -> None:
        """Leaves a page that people edited as it is; one that says what its file says counts as loaded again."""
        if known.latest_revision_id and known.is_published and says(known.pk) == digest:
            _record(known.pk, digest, known.latest_revision_id)
            self.tally.unchanged += 1
            return
        newer = before is None or before.digest != digest
        self.tally.keep(
            f"{name} was edited here and stays as it is"
            + ("; the file's newer text was not loaded." if newer else ".")
        )

    def _create(
        self, model: type[Page], parent_id: int, digest: str, values: dict[str, Any], slug: str
    ) -> Known:
        page = model(slug=slug, live=False, owner=self.by)
        _fill(page, values)
        Page.objects.get(pk=parent_id).add_child(instance=page)
        self.tally.created += 1
        return self._publish(page, digest)

    def fill(self, page: Page, digest: str, values: dict[str, Any]) -> Known:
        """Gives a page that was just made its text."""
        _fill(page, values)
        if self.drafts:
            page.save(clean=False)  # what is no copy of the original any more is not listed under its words
        self.tally.created += 1
        return self._publish(page, digest)

    def _change(self, known: Known, model: type[Page], digest: str, values: dict[str, Any]) -> Known:
        page = model.objects.get(pk=known.pk)
        # What is published stays as it is while a newer text waits as a draft.
        page = page.get_latest_revision_as_object() if self.drafts else page
        _fill(page, values)
        self.tally.changed += 1
        return self._publish(page, digest)

    def _publish(self, page: Page, digest: str) -> Known:
        revision = page.save_revision(user=self.by, clean=not self.drafts)
        if not self.drafts:
            revision.publish()
        _record(page.pk, digest, revision.pk)
        self.revisions[page.pk] = revision.pk
        live = page.live_revision_id if self.drafts else revision.pk
        return Known(page.pk, page.path, page.live, revision.pk, live)


def order(parent_id: int, wanted: Sequence[int]) -> None:
    """Puts the children of a page into the order of the library."""
    parent = Page.objects.get(pk=parent_id)
    actual = list(
        Page.objects.child_of(parent).filter(pk__in=wanted).order_by("path").values_list("pk", flat=True)
    )
    if actual == list(wanted):
        return
    for pk in wanted:
        # Fetched each time: every move may change the paths of all the others.
        Page.objects.get(pk=pk).move(Page.objects.get(pk=parent_id), pos="last-child")


def catalogue(tally: Tally) -> CataloguePage:
    """The page at the root of everything that is taught, made if there is none."""
    found = CataloguePage.objects.originals().first()
    if found is not None:
        return found
    root = Page.get_first_root_node()
    page = CataloguePage(title="Courses", slug="courses")
    root.add_child(instance=page)
    page.save_revision().publish()
    tally.created += 1
    return page


def _index(model: type[Page], *keys: str) -> list[tuple[tuple[str, ...], Known]]:
    rows = model.objects.originals().values_list(
        *keys, "pk", "path", "live", "latest_revision_id", "live_revision_id"
    )
    count = len(keys)
    return [(row[:count], Known(*row[count:])) for row in rows]


def _record(page_id: int, digest: str, revision_id: int) -> None:
    LoadedPage.objects.update_or_create(
        page_id=page_id, defaults={"digest": digest, "revision_id": revision_id}
    )


def _fill(page: Page, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(page, name, value)
