"""Every score run that is kept, brought before the rule that works it out anew."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from exams.models import Form, KeyVersion, ScoreRun
from exams.queries import marking, sittings
from exams.rules import runs
from exams.rules.runs import Paper
from exams.rules.verification import Run

CHUNK = 500


@dataclass(frozen=True)
class Replay:
    """One run, and in what it differs: the rest of a sentence that begins with the run, or None."""

    sitting: UUID
    number: int
    difference: str | None


class _Papers:
    """Forms and versions of keys, each read once: they are large, and many runs share them."""

    def __init__(self) -> None:
        self.forms: dict[int, Form] = {}
        self.papers: dict[int, Paper] = {}
        self.keys: dict[int, KeyVersion] = {}

    def meet(self, rows: Sequence[ScoreRun]) -> None:
        missing = {row.sitting.form_id for row in rows if row.sitting.form_id} - self.forms.keys()
        for form in Form.objects.filter(pk__in=missing):
            self.forms[form.pk] = form
            self.papers[form.pk] = runs.paper(form.digest, form.package)
        self.keys |= KeyVersion.objects.in_bulk({row.key_id for row in rows if row.key_id} - self.keys.keys())

    def run(self, row: ScoreRun) -> tuple[Run, Paper]:
        form_id = row.sitting.form_id
        assert form_id is not None, "only what was sat is marked"
        keys = self.keys[row.key_id].keys if row.key_id else self.forms[form_id].keys
        return Run(row.number, keys, row.raw, row.maximum, row.detail, row.digest), self.papers[form_id]


def replays() -> Iterator[Replay]:
    """Of every score run, in the order in which they were made; so many in memory at a time, and beside them
    each form and key once. Four statements at most for each lot, and two more where people have marked."""
    papers, last = _Papers(), 0
    rows = ScoreRun.objects.select_related("sitting").order_by("pk")
    while found := list(rows.filter(pk__gt=last)[:CHUNK]):
        papers.meet(found)
        answered = sittings.recorded(list({row.sitting_id for row in found}))
        with_essays = {row.sitting_id for row in found if row.detail.get("given")}
        given = marking.given(with_essays) if with_essays else {}
        for row in found:
            run, paper = papers.run(row)
            differs = runs.difference(
                run, paper, answered[row.sitting_id].events, given.get(row.sitting_id, ())
            )
            yield Replay(row.sitting.uuid, row.number, differs)
        last = found[-1].pk
