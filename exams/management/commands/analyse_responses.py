"""`manage.py analyse_responses RESPONSES.csv`: the statistics of a file of responses; no table is read or written."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exams.documents import analysis as documents
from exams.rules.statistics import analysis, reading
from exams.rules.statistics.analysis import Model
from exams.rules.statistics.tables import CannotRead


class Command(BaseCommand):
    help = (
        "Classical statistics, flags of keys, DIF and answer similarity of RESPONSES.csv, and the Rasch or the "
        "two-parameter model. Ends with 0, or with 1 and a sentence where a file can't be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "responses",
            metavar="RESPONSES.csv",
            type=Path,
            help="a header with item names, one row a person: 0 and 1, or option codes with --key; "
            "columns person, group and total_time may be there",
        )
        parser.add_argument("--key", metavar="KEY.csv", type=Path, help="item,key; “A|C” accepts either")
        parser.add_argument("--model", choices=[model.value for model in Model], default=Model.CTT.value)
        parser.add_argument(
            "--cut", metavar="N", type=int, help="right answers to pass, for decision consistency"
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="for programs")

    def handle(
        self, *, responses: Path, key: Path | None, model: str, cut: int | None, as_json: bool, **options: Any
    ) -> None:
        try:
            read = reading.read(_bytes(responses), _bytes(key) if key else None)
        except CannotRead as cannot:
            raise CommandError(
                documents.why_not(cannot, responses.name, key.name if key else ""), returncode=1
            ) from None
        if cut is not None and not 0 < cut <= read.k:
            raise CommandError(
                f"--cut is {cut}; it has to lie between 1 and {read.k}, the number of items.", returncode=1
            )
        found = analysis.analyse(read, Model(model), cut)
        self.stdout.write(documents.as_json(found) if as_json else documents.as_text(found))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise CommandError(f"{path} can't be opened: {fault.strerror}.", returncode=1) from None
