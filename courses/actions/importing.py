"""Importing courses of other programs as drafts, each file in one transaction."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.files.images import ImageFile
from django.db import transaction
from django.db.models import Q
from wagtail.images import get_image_model
from wagtail.models import Page

from courses.actions import installing
from courses.actions.installing import Provenance
from courses.actions.loading import pages, richtext, words
from courses.actions.loading.pages import Known, Pages
from courses.actions.loading.tally import Tally
from courses.actions.loading.translations import Translations
from courses.models import Clause, CoursePage, Domain, LessonPage, ModulePage, Profile, collections, languages
from courses.queries import written
from courses.rules.exchange.frame import Incoming, Note
from courses.rules.library.texts import Block, CourseText, LessonText, ModuleText, TranslationText
from lms.audit import trail
from lms.db import clock
from lms.kit import digests
from lms.organisations import queries as organisations

PRICE = "no price is taken from a file: name its product on the course's page before it is published"


class NotYours(Exception):
    """A course of another organisation has this key. Nothing was changed."""


class NoProfile(LookupError):
    """No profile has the key that the file or its importer names. Nothing was changed."""


@dataclass
class Report:
    """What became of a file, or would: `imported` and `changed` as drafts, what is `unchanged` and what people edited
    here and is `kept`; which `translations` it brought, pages of their own; whether the package that they run is new; and what of the file is degraded or refused."""

    course: str = ""
    title: str = ""
    modules: int = 0
    lessons: int = 0
    imported: int = 0
    changed: int = 0
    unchanged: int = 0
    packages: int = 0
    kept: list[str] = field(default_factory=list)
    translations: list[str] = field(default_factory=list)
    degraded: list[Note] = field(default_factory=list)
    refused: list[Note] = field(default_factory=list)


class _Undone(Exception):
    """Ends a dry run."""


def import_course(
    *,
    organisation_id: UUID,
    incoming: Incoming,
    provenance: Provenance,
    actor_id: int | None = None,
    dry_run: bool = False,
) -> Report:
    """Writes a course as drafts under the catalogue, given by the organisation, in one transaction: its pages, the
    pictures of its figures, and the package that its lessons run; and leaves a trail entry that names the file.

    A page that is as the file says is left alone, so that a second import changes nothing. What is published stays as it
    is; a newer text waits beside it as a draft. What people edited since is kept, and named. No product is made and no
    price is set. A dry run gives the same report and writes nothing. Raises NotYours and NoProfile.
    """
    # Before the transaction, for they may be many: what has the same content is the same file, whoever brought it.
    files = () if dry_run else tuple(installing.store(incoming))
    try:
        with transaction.atomic():
            report = _Import(organisation_id, incoming, provenance, actor_id, dry_run, files).write()
            if dry_run:
                raise _Undone(report)
    except _Undone as undone:
        return undone.args[0]  # type: ignore[no-any-return]
    return report


class _Import:
    def __init__(
        self,
        organisation_id: UUID,
        incoming: Incoming,
        provenance: Provenance,
        actor_id: int | None,
        dry_run: bool,
        files: Sequence[tuple[str, int, str]],
    ) -> None:
        self.organisation_id, self.incoming, self.provenance = organisation_id, incoming, provenance
        self.actor_id, self.dry_run, self.files = actor_id, dry_run, files
        self.packages = 0
        self.text: CourseText = incoming.course
        self.tally = Tally()
        by = get_user_model().objects.filter(pk=actor_id).first() if actor_id else None
        # Its row keeps two imports of one key apart.
        self.root = pages.catalogue(self.tally)
        Page.objects.select_for_update().get(pk=self.root.pk)
        self.pages = Pages(self.tally, drafts=True, by=by)
        self.degraded = list(incoming.degraded)
        self.translations = _Drafts(self)
        self.words: list[str] = []
        self.at = clock.now()

    def write(self) -> Report:
        profile = Profile.objects.filter(key=self.text.profile).first()
        if profile is None:
            raise NoProfile(self.text.profile)
        known = self.pages.courses.get(self.text.key)
        if known and CoursePage.objects.get(pk=known.pk).organisation_id != self.organisation_id:
            raise NotYours(self.text.key)
        self.domains = {row.number: row.pk for row in Domain.objects.filter(profile=profile)}
        self.clauses = {row.ref: row for row in Clause.objects.filter(framework=profile.framework_id)}
        course = self._course(known, profile)
        modules = [self._module(course, one) for one in self.text.modules]
        pages.order(course.pk, [one.pk for one in modules])
        renamed = self._words(
            course, {one.key: made.pk for one, made in zip(self.text.modules, modules, strict=True)}
        )
        lessons = {key: self.pages.lessons[self.text.key, key].pk for key in self.incoming.scos}
        self.packages = installing.install(
            self.incoming, self.provenance, organisation_id=self.organisation_id, lessons=lessons, files=self.files,
            actor_id=self.actor_id, at=self.at, dry_run=self.dry_run,
        )  # fmt: skip
        if self.tally.created or self.tally.changed or self.packages or renamed:
            self._record(course)
        return self._report()

    def _course(self, known: Known | None, profile: Profile) -> Known:
        text = self.text
        return self.pages.put(
            known,
            model=CoursePage,
            parent_id=self.root.pk,
            digest=text.digest,
            values=lambda: {
                "title": text.title,
                "key": text.key,
                "strapline": text.strapline,
                "summary": text.summary,
                "profile_id": profile.pk,
                "scheme_key": text.scheme,
                "organisation_id": self.organisation_id,
                "days": text.days,
                "cpd_hours": text.cpd_hours,
                "outcomes": _lines(text.outcomes),
                "audience": _lines(text.audience),
                "prerequisites": _lines(text.prerequisites),
                "day_plan": [("day", {"title": day.title, "text": day.text}) for day in text.day_plan],
            },
            slug=text.key,
            name=f"The course '{text.key}'",
            says=lambda pk: written.course(CoursePage.objects.get(pk=pk), text.order).digest,
        )

    def _module(self, course: Known, module: ModuleText) -> Known:
        known = self.pages.modules.get((course.path, module.key))
        if known and ModulePage.objects.filter(pk=known.pk, shares__isnull=False).exists():
            self.tally.keep(
                f"The module '{module.key}' takes the lessons of a shared module here, and stays so."
            )
            return known
        made = self.pages.put(
            known,
            model=ModulePage,
            parent_id=course.pk,
            digest=module.digest,
            values=lambda: {
                "title": module.title,
                "key": module.key,
                "number": module.number,
                "domain_id": self.domains.get(module.domain),
                "summary": module.summary,
                "planned": _lines(module.planned),
            },
            slug=module.key,
            name=f"The module '{module.key}'",
            says=lambda pk: written.module(ModulePage.objects.get(pk=pk), module.number).digest,
        )
        lessons = [self._lesson(made, lesson) for lesson in module.lessons]
        pages.order(made.pk, [one.pk for one in lessons])
        return made

    def _lesson(self, module: Known, lesson: LessonText) -> Known:
        images = {name: hashlib.sha256(data).hexdigest() for name, data in self._images(lesson).items()}
        known = self.pages.lessons.get((self.text.key, lesson.key))
        made = self.pages.put(
            known,
            model=LessonPage,
            parent_id=module.pk,
            digest=digests.digest([lesson.digest, images]) if images else lesson.digest,
            values=lambda: {
                "title": lesson.title,
                "key": lesson.key,
                "home": self.text.key,
                "minutes": lesson.minutes,
                "outcomes": _lines(lesson.outcomes),
                "clauses": [self.clauses[ref] for ref in lesson.refs if ref in self.clauses],
                "body": richtext.as_edited(self.stored(lesson.body, {})),
                "references": _lines(lesson.references),
                "sample": lesson.sample,
                "checked_on": lesson.checked_on,
                "review_by": lesson.review_by,
            },
            slug=lesson.key,
            name=f"The lesson '{lesson.key}'",
            says=lambda pk: written.in_order_of(lesson, LessonPage.objects.get(pk=pk)).digest,
        )
        self.pages.lessons[self.text.key, lesson.key] = made
        self.translations.put(made, lesson)
        return made

    def _words(self, course: Known, modules: Mapping[str, int]) -> bool:
        """What the course and its modules are called in other languages; returns whether that is new. No review would stand
        between them and the readers of a published course, so there they are not taken."""
        wanted: words.Wanted = {}
        for one in self.text.translations:
            where = f"{one.path.name}"
            if one.language not in languages.TRANSLATED:
                self.degraded.append(Note(where, f"'{one.language}' is none of the languages here"))
            elif course.live:
                self.degraded.append(
                    Note(where, "the course is published, and keeps the names that it has here")
                )
            else:
                wanted |= words.of_pages(one, course.pk, modules)
                self.words.append(f"Names of the course and its modules ({languages.NAMES[one.language]})")
        tally = Tally()
        if wanted:
            words.put_pages(wanted, [course.pk, *modules.values()], tally)
        return bool(tally.created or tally.changed)

    def _images(self, lesson: LessonText) -> dict[str, bytes]:
        names = [block["value"]["image"] for block in lesson.body if block["type"] == "figure"]
        return {name: self.incoming.images[name] for name in names}

    def block(self, block: Block) -> Block:
        if block["type"] != "figure":
            return block
        value = block["value"]
        return {**block, "value": {**value, "image": self._image(value["image"], value["alternative"])}}

    def stored(self, body: Sequence[Block], files: Mapping[str, Any]) -> list[Block]:
        return [self.block(block) for block in body]

    def _image(self, name: str, title: str) -> int:
        """The id of a picture among those of the organisation and of everybody; the same content is one picture there."""
        data = self.incoming.images[name]
        slug = organisations.cards([self.organisation_id])[self.organisation_id].slug
        theirs = get_image_model().objects.filter(
            Q(collection__depth=1) | Q(collection__depth=2, collection__name=slug)
        )
        known = theirs.filter(file_hash=hashlib.sha1(data, usedforsecurity=False).hexdigest()).first()
        if known is not None or self.dry_run:
            return known.pk if known else 0
        file = ImageFile(BytesIO(data), name=name.rpartition("/")[2])
        image = get_image_model()(
            title=title[:255] or name[:255], file=file, collection=collections.of_organisation(slug)
        )
        image.save()
        image.get_file_hash()
        return int(image.pk)

    def _record(self, course: Known) -> None:
        trail.record(
            "courses.course.imported",
            subject=f"courses.course:{course.pk}",
            at=self.at,
            actor_id=self.actor_id,
            organisation_id=self.organisation_id,
            facts={
                "course": self.text.key,
                "file": self.provenance.sha256,
                "imported": self.tally.created,
                "changed": self.tally.changed,
            },
        )

    def _report(self) -> Report:
        if self.text.amount:
            self.degraded.append(Note(self.text.title, PRICE))
        return Report(
            course=self.text.key,
            title=self.text.title,
            modules=len(self.text.modules),
            lessons=sum(len(module.lessons) for module in self.text.modules),
            imported=self.tally.created,
            changed=self.tally.changed,
            unchanged=self.tally.unchanged,
            packages=self.packages,
            kept=list(self.tally.notes),
            translations=[*self.words, *self.translations.taken],
            degraded=self.degraded,
            refused=list(self.incoming.refused),
        )


class _Drafts(Translations):
    """The translations of a file as drafts, with the names of those that are taken."""

    def __init__(self, course: _Import) -> None:
        super().__init__(course.pages, course)
        self.course = course
        self.taken: list[str] = []

    def put(self, original: Known, lesson: LessonText) -> None:
        super().put(original, lesson)
        known = (text for text in lesson.translations if text.language in self.locales)
        self.taken += [f"{text.title} ({languages.NAMES[text.language]})" for text in known]

    def note(self, text: TranslationText, said: str) -> None:
        self.course.degraded.append(Note(f"{text.path.parent.name}/{text.path.name}", said))


def _lines(texts: Any) -> list[tuple[str, str]]:
    return [("item", text) for text in texts]


def as_facts(report: Report) -> Mapping[str, Any]:
    """A report as plain JSON."""
    notes = {
        name: [{"where": one.where, "reason": one.reason} for one in getattr(report, name)]
        for name in ("degraded", "refused")
    }
    counts = {
        name: getattr(report, name)
        for name in (
            "course",
            "title",
            "modules",
            "lessons",
            "imported",
            "changed",
            "unchanged",
            "packages",
            "kept",
            "translations",
        )
    }
    return {**counts, **notes}
