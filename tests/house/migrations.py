"""Whether a migration may be applied while the former release still runs: `python -m tests.house.migrations`.

A deployment migrates first and replaces the processes one after the other, so that for some minutes the code of the former
release works on the new tables. It must neither miss what it reads nor be refused what it writes. So what goes, goes one
release after the code that used it: first the code without it, then the migration with `contracts = "0.4.0"`, the release
that has no more use of it. Migrations named in `released.txt` were part of a release, or there before anybody ran one;
`--accept` names all that are there now, which is what making a release does.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.db import migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

RELEASED = Path(__file__).with_name("released.txt")
GOES = (migrations.DeleteModel, migrations.RemoveField, migrations.RenameField, migrations.RenameModel, migrations.AlterModelTable)  # fmt: skip
LATER = "Take it out of the code in this release, and away from the tables in the next, with `contracts` naming this one."


def faults(
    operations: Sequence[Operation], before: ProjectState, app_label: str, *, contracts: str, version: str
) -> Iterator[str]:
    """A sentence for each operation that the former release's code would not survive. `before` is the state that the
    operations meet; it is changed. `contracts` is the release since which what goes is not used; `version` the present one."""
    fresh: set[str] = set()
    for operation in operations:
        if isinstance(operation, migrations.CreateModel):
            fresh.add(operation.name.lower())
        says = _fault(operation, before, app_label, fresh, contracts, version)
        if says:
            yield f"{operation.describe()}: {says}"
        operation.state_forwards(app_label, before)


def _fault(
    operation: Operation, before: ProjectState, app_label: str, fresh: set[str], contracts: str, version: str
) -> str:
    table = str(getattr(operation, "model_name", getattr(operation, "name", ""))).lower()
    if table in fresh:
        return ""  # nobody's code knows it yet
    if isinstance(operation, GOES) and (not contracts or contracts == version):
        return f"what runs still would miss it. {LATER}"
    if isinstance(operation, migrations.AddField) and not _may_be_left_out(operation.field):
        return "what runs still inserts rows without it and would be refused. Let it be null, or give it a db_default."
    if isinstance(operation, migrations.AlterField):
        return _altered(before.models[app_label, table].fields[operation.name], operation.field)
    if isinstance(operation, migrations.AddConstraint) and isinstance(
        operation.constraint, models.UniqueConstraint
    ):
        return "a table that is written to meanwhile is locked for as long as the index takes. Make it in a migration of its own, concurrently."
    return ""


def _may_be_left_out(field: models.Field) -> bool:  # type: ignore[type-arg]
    return field.many_to_many or field.null or field.has_db_default() or field.primary_key


def _altered(was: models.Field, becomes: models.Field) -> str:  # type: ignore[type-arg]
    if was.null and not becomes.null and not becomes.has_db_default():
        return "what runs still may write nothing there and would be refused. Fill it in this release, and forbid it in the next."
    if type(was) is not type(becomes):
        return "what runs still writes the former type. Add a field beside it, write both, and take the first away in the next release."
    if (was.max_length or 0) > (becomes.max_length or 0) > 0:
        return "what runs still may write longer texts and would be refused."
    return ""


def unsafe(version: str) -> Iterator[str]:
    """What is wrong with migrations of ours that no release had yet, a line each."""
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415  once Django is set up

    from tests.house.test_tables import FLOORS  # noqa: PLC0415

    known = set(RELEASED.read_text().split())
    loader = MigrationLoader(None)
    for node in loader.graph.nodes:
        label, name = node
        if label not in FLOORS or f"{label}.{name}" in known:
            continue
        migration = loader.graph.nodes[node]
        before = loader.project_state(node, at_end=False)
        said = faults(
            migration.operations,
            before,
            label,
            contracts=getattr(migration, "contracts", ""),
            version=version,
        )
        yield from (f"{label}.{name}: {one}" for one in said)


def accept() -> None:
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415

    from tests.house.test_tables import FLOORS  # noqa: PLC0415

    names = sorted(
        f"{label}.{name}" for label, name in MigrationLoader(None).disk_migrations if label in FLOORS
    )
    RELEASED.write_text("\n".join(names) + "\n")


def main() -> int:
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accept", action="store_true")
    if parser.parse_args().accept:
        accept()
        return 0
    found = list(unsafe(settings.VERSION))
    for one in found:
        print(one, file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    sys.exit(main())
