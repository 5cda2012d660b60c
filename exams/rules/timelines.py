"""What became of each response event, told afterwards from the chain alone."""

from collections.abc import Iterable

from exams.rules.acceptance import Verdict
from exams.rules.chain import Link


def verdicts(links: Iterable[Link]) -> list[tuple[Link, Verdict]]:
    """Each event in the order of its arrival, accepted or superseded: superseded is what came when a newer
    epoch had answered its position already."""
    newest: dict[int, int] = {}
    found = []
    for link in links:
        late_comer = link.epoch < newest.get(link.position, 0)
        found.append((link, Verdict.SUPERSEDED if late_comer else Verdict.ACCEPTED))
        newest[link.position] = max(link.epoch, newest.get(link.position, 0))
    return found
