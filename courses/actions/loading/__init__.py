"""Writing the library of content into the database: what changed, and nothing that people edited since."""

from courses.actions import passages as sharing
from courses.actions.loading import cases, catalogue, editorial, glossaries, passages, standards, words
from courses.actions.loading.tally import Tally
from courses.rules.library.texts import LibraryText
from lms.kit.gather import LoadCount


def load(library: LibraryText) -> LoadCount:
    """Makes standards, profiles, glossaries, pages, cases, products and the editorial roles agree with the library.

    Runs in the caller's transaction. A page that was edited, unpublished or made by people since the
    last load is left alone and named in the notes. Called again with the same library it changes nothing.
    """
    tally = Tally()
    standards.load(library.frameworks, library.profiles, tally)
    glossaries.load(library.glossaries, tally)
    words.of_glossaries(library.glossaries, tally)
    editorial.languages_of_lessons()
    changed = passages.load(library.passages, tally)
    root = catalogue.load(library.shared, library.courses, tally)
    for passage in changed:
        sharing.take_into_lessons(passage_id=passage.pk)
    cases.load(library.cases, tally)
    editorial.arrange(root, tally)
    return tally.count()
