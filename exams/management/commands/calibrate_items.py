"""`manage.py calibrate_items RESPONSES.csv --bank SLUG`: keeps what the answers say of each item, for information targets."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exams.actions import calibrations
from exams.actions.calibrations import Calibrated
from exams.documents import analysis as documents
from exams.rules.statistics import analysis, reading
from exams.rules.statistics.analysis import Analysis, Model
from exams.rules.statistics.tables import CannotRead


class Command(BaseCommand):
    help = (
        "Calibrates a bank's items by the Rasch or the two-parameter model. The names in the header of RESPONSES.csv are "
        "the items' codes. Ends with 0, or with 1 and a sentence; then nothing was kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("responses", metavar="RESPONSES.csv", type=Path)
        parser.add_argument("--key", metavar="KEY.csv", type=Path, help="item,key")
        parser.add_argument("--bank", metavar="SLUG", required=True)
        parser.add_argument(
            "--model", choices=[Model.RASCH.value, Model.TWO_PL.value], default=Model.RASCH.value
        )

    def handle(self, *, responses: Path, key: Path | None, bank: str, model: str, **options: Any) -> None:
        said, said_key = _bytes(responses), _bytes(key) if key else None
        try:
            read = reading.read(said, said_key)
        except CannotRead as cannot:
            why = documents.why_not(cannot, responses.name, key.name if key else "")
            raise CommandError(why, returncode=1) from None
        analysed = analysis.analyse(read, Model(model))
        found, left = _calibrated(analysed, read.items)
        if not found:
            raise CommandError(
                "No item could be calibrated: analyse_responses says why. Nothing was kept.", returncode=1
            )
        try:
            kept = calibrations.calibrate(
                bank_key=bank,
                found=found,
                model=model,
                persons=read.n,
                responses_digest=hashlib.sha256(said).hexdigest(),
            )
        except calibrations.UnknownBank:
            raise CommandError(f"There is no bank '{bank}'. Nothing was kept.", returncode=1) from None
        except calibrations.UnknownItems as unknown:
            names = ", ".join(unknown.codes[:5]) + (" and others" if len(unknown.codes) > 5 else "")
            raise CommandError(f"The bank has no item {names}. Nothing was kept.", returncode=1) from None
        self.stdout.write(f"{kept} items are calibrated by {read.n} persons.")
        if left:
            self.stdout.write(f"Left out, without an estimate: {', '.join(left)}.")


def _calibrated(found: Analysis, items: tuple[str, ...]) -> tuple[list[Calibrated], list[str]]:
    """Slope and easiness of each item that has them, θ in standard deviations; and the names of the others.

    The Rasch model's θ has a variance of its own: its standard deviation is the slope of every item.
    """
    rows: list[tuple[float | None, float | None]] = [(None, None)] * len(items)
    if found.rasch and found.rasch.variance.value:
        slope = found.rasch.variance.value**0.5
        rows = [(slope, one.value) for one in found.rasch.easiness]
    elif found.two_parameter:
        two = found.two_parameter
        rows = [(a.value, d.value) for a, d in zip(two.slopes, two.intercepts, strict=True)]
    named = list(zip(items, rows, strict=True))
    kept = [Calibrated(name, a, b) for name, (a, b) in named if a is not None and b is not None and a > 0]
    codes = {one.code for one in kept}
    return kept, [name for name in items if name not in codes]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise CommandError(f"{path} can't be opened: {fault.strerror}.", returncode=1) from None
