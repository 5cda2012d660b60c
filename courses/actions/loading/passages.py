"""Passages that lessons share, brought to what their files say unless people edited them."""

from collections.abc import Iterable

from courses.actions.loading import richtext
from courses.actions.loading.tally import Tally
from courses.models import Passage
from courses.rules.library.passages import again
from courses.rules.library.texts import PassageText


def load(texts: Iterable[PassageText], tally: Tally) -> list[Passage]:
    """Returns those whose text changed: the lessons that show them are to take it. What somebody edited stays as it is, for
    whoever saves a passage in the editor is its revision's user, and the library is nobody."""
    rows = {row.key: row for row in Passage.objects.select_related("latest_revision")}
    changed = []
    for text in texts:
        row = rows.get(text.key)
        if row is None:
            row = Passage(key=text.key, live=False)
        elif PassageText(row.key, row.title, again(row.text)).digest == text.digest:
            tally.unchanged += 1
            continue
        elif row.latest_revision is not None and row.latest_revision.user_id is not None:
            tally.keep(f"The passage '{text.key}' was edited here and stays as it is.")
            continue
        else:
            changed.append(row)
        tally.changed += row.pk is not None
        tally.created += row.pk is None
        row.title, row.text = text.title, richtext.stored(text.text)
        row.save()
        row.save_revision().publish()
    return changed
