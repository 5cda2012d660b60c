"""Items in and out: a file of another program as drafts for a bank, and a bank's items as such a file.

Pure: bytes in, drafts and refusals out, and the way back; nothing is fetched and no other file is opened. One file
for each format; docs/item-exchange.md says what becomes of what.
"""

from collections.abc import Callable, Sequence

from exams.rules.exchange import aiken, frame, gift, moodle, moodle_writer, qti, qti_writer, table
from exams.rules.exchange.frame import (
    Batch,
    CannotRead,
    Incoming,
    Outgoing,
    Reading,
    Refusal,
    Scenario,
    Writing,
)
from exams.rules.exchange.scenarios import canonical

__all__ = [
    "READERS",
    "WRITERS",
    "Batch",
    "CannotRead",
    "Incoming",
    "Outgoing",
    "Refusal",
    "Scenario",
    "Writing",
    "canonical",
    "read",
    "write",
]

READERS: dict[str, Callable[[bytes], Reading]] = {
    "aiken": aiken.read,
    "csv": table.read,
    "gift": gift.read,
    "moodle-xml": moodle.read,
    "qti": qti.read,
}
WRITERS: dict[str, Callable[[Sequence[Outgoing], Sequence[Scenario]], Writing]] = {
    "gift": gift.write,
    "moodle-xml": moodle_writer.write,
    "qti": qti_writer.write,
}
# In QTI a scenario is a text of its own that its items name; there is none of that in Moodle.
APART = (
    "other programs show the text of its scenario as a description before it, and don't keep the two together"
)
LANGUAGES = "only our own note holds its texts in other languages"
PROVENANCE = (
    "only our own notes hold author, source, edition and aids; who reviewed and approved them stays here"
)
ENEMIES = "only our own note holds its enemies: other programs may show them together"


def read(data: bytes, format: str) -> Batch:
    """The items of a file: those that may enter a bank, and those refused, each with its reason.

    Raises CannotRead where the file as a whole is not what it should be, or larger than `frame.MOST_BYTES`.
    """
    if len(data) > frame.MOST_BYTES:
        raise CannotRead(f"the file is larger than {frame.MOST_BYTES // 1024 // 1024} MB: split it")
    if not data.strip():
        raise CannotRead("the file is empty")
    batch = frame.batch(READERS[format](data))
    if not batch.items and not batch.refused:
        raise CannotRead("the file has no items in this format")
    return batch


def write(items: Sequence[Outgoing], format: str, scenarios: Sequence[Scenario] = ()) -> Writing:
    """A file of the items and the scenarios that they hang on; the items that the format has no place for, and what
    other programs won't see of the others."""
    written = WRITERS[format](items, scenarios)
    gone = {one.identifier for one in written.left_out}
    known = {one.code for one in scenarios}
    lost = [
        Refusal(one.code, 0, reason)
        for one in items
        if one.code not in gone
        for reason, holds in (
            (APART, format != "qti" and one.about.get("scenario") in known),
            (ENEMIES, bool(one.about.get("enemies"))),
            (LANGUAGES, format != "qti" and bool(one.variants)),
        )
        if holds
    ]
    if any(one.about.get("provenance") for one in items if one.code not in gone):
        lost.append(Refusal("every item", 0, PROVENANCE))
    return Writing(written.data, written.left_out, (*written.degraded, *lost))
