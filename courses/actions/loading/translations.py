"""Lessons in other languages, each a page of its own in the tree of its language."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from wagtail.models import Locale, Page

from courses.actions import translating
from courses.actions.loading import richtext
from courses.actions.loading.pages import Known, Pages
from courses.models import LessonPage, languages
from courses.queries import written
from courses.rules.library.texts import Block, LessonText, TranslationText


class Stores(Protocol):
    """Where the files that blocks name are put."""

    def stored(self, body: tuple[Block, ...], files: Mapping[str, Any]) -> Sequence[Block]: ...


class Translations:
    """What is known of the translations that there are, and of the languages. Two statements."""

    def __init__(self, pages: Pages, store: Stores) -> None:
        self.pages, self.store = pages, store
        self.locales = {one.language_code: one for one in languages.locales()}
        rows = LessonPage.objects.translations().values_list(
            "translation_key",
            "locale__language_code",
            "pk",
            "path",
            "live",
            "latest_revision_id",
            "live_revision_id",
        )
        self.known = {(row[0], row[1]): Known(*row[2:]) for row in rows}
        self.originals: dict[int, Any] = {}

    def put(self, original: Known, lesson: LessonText) -> None:
        """Makes the translations of a lesson agree with their files, unless people have edited them since."""
        for text in lesson.translations:
            locale = self.locales.get(text.language)
            if locale is None:
                self.note(
                    text,
                    f"was not loaded: '{text.language}' is none of the languages here (WAGTAIL_CONTENT_LANGUAGES)",
                )
                continue
            self._put(original, lesson, text, locale)
            if text.translates != lesson.words:
                self.note(
                    text,
                    f"says an older text than {lesson.path.name}. When it says the newer, let it have 'translates: {lesson.words}'",
                )

    def note(self, text: TranslationText, said: str) -> None:
        self.pages.tally.notes.append(f"{text.path.name} {said}.")

    def _put(self, original: Known, lesson: LessonText, text: TranslationText, locale: Locale) -> None:
        name = f"The lesson '{lesson.key}' in {locale.language_code}"
        known = self.known.get((self._key_of(original.pk), locale.language_code))
        if known is None:
            self._create(original, lesson, text, locale)
            return
        self.pages.put(
            known,
            model=LessonPage,
            parent_id=0,
            digest=text.digest,
            values=lambda: self._values(original, lesson, text, known),
            slug="",
            name=name,
            says=lambda pk: self._says(pk, original.pk, text),
        )

    def _create(self, original: Known, lesson: LessonText, text: TranslationText, locale: Locale) -> None:
        source = LessonPage.objects.get(pk=original.pk)
        page = translating.empty(source, locale)
        page.owner = self.pages.by
        self.pages.fill(page, text.digest, self._values(original, lesson, text, None))

    def _key_of(self, pk: int) -> Any:
        if not self.originals:
            self.originals = dict(LessonPage.objects.originals().values_list("pk", "translation_key"))
        if pk not in self.originals:
            self.originals[pk] = Page.objects.values_list("translation_key", flat=True).get(pk=pk)
        return self.originals[pk]

    def _values(
        self, original: Known, lesson: LessonText, text: TranslationText, known: Known | None
    ) -> dict[str, Any]:
        values: dict[str, Any] = {
            "title": text.title,
            "outcomes": [("item", line) for line in text.outcomes],
            "body": richtext.as_edited(self.store.stored(text.body, text.media)),
            "references": [("item", line) for line in text.references],
        }
        loaded = self.pages.loaded.get(original.pk)
        if text.translates == lesson.words:
            # It says what the lesson's file says, whether people edited the page since or not.
            values["from_revision"] = self.pages.revisions.get(original.pk) or (
                loaded.revision_id if loaded and loaded.digest == lesson.digest else None
            )
        elif known is None:
            values["from_revision"] = None
        return values

    def _says(self, pk: int, original_id: int, text: TranslationText) -> str:
        page = LessonPage.objects.select_related("locale").get(pk=pk)
        return written.translation(page, LessonPage.objects.get(pk=original_id), text.translates).digest
