"""What lies in archives of events, read as if it stood in the tables still."""

from collections.abc import Collection, Iterator
from itertools import groupby

from exams.models import ArchivedSitting
from exams.rules import archives as rules
from exams.rules.archives import Kept


def of_sitting(sitting_id: int) -> Kept | None:
    """What an archive holds of a sitting; None where nothing of it was archived. One statement and one read of a file."""
    return dict(of_sittings([sitting_id])).get(sitting_id)


def of_sittings(sitting_ids: Collection[int]) -> Iterator[tuple[int, Kept]]:
    """What archives hold of these sittings, by their ids; those that are not archived are not there. One statement; each
    file is opened once. Raises rules.Unreadable, and OSError where a file is not to be had."""
    rows = ArchivedSitting.objects.filter(sitting__in=list(sitting_ids)).select_related(
        "archive", "sitting__form"
    )
    rows = rows.defer("sitting__form__package", "sitting__form__keys", "sitting__form__shapes")
    for archive, members in groupby(rows.order_by("archive", "begins_at_byte"), key=lambda row: row.archive):
        with archive.file.open("rb") as file:
            for row in members:
                file.seek(row.begins_at_byte)
                form = row.sitting.form
                assert form is not None, "what has events has a form"
                yield (
                    row.sitting_id,
                    rules.read(file.read(row.bytes), sitting=str(row.sitting.uuid), form_digest=form.digest),
                )
