"""Tables that are only ever added to: the database itself refuses UPDATE and DELETE.

Triggers do it, reinstalled after every migrate: when Django changes a table on SQLite it builds it anew,
and the triggers go with the old one. Readiness asks for them by name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection

_ACTS = {"sqlite": ("update", "delete"), "postgresql": ("update", "delete", "truncate")}
_AFTERWARDS = "update_afterwards"


@dataclass(frozen=True)
class _Rule:
    """What of a table may change all the same: these fields, and those only until that one is filled."""

    but: frozenset[str] = frozenset()
    until: str = ""


_PROTECTED: dict[tuple[str, str], _Rule] = {}
# Tables out of which rows are moved: the table that says where to, and its column, by which a row says that it was moved.
_MOVED: dict[tuple[str, str], tuple[str, str, str]] = {}


def protect(app_label: str, *models: str, but: Iterable[str] = (), until: str = "") -> None:
    """Names tables of an app that are append-only; `install` makes it so. `but` has the fields that may change all the
    same; no row goes. Where `until` names a field, a row in which it is filled does not change any more at all. On
    PostgreSQL a migration that alters or drops a column of a table with `but` lifts it first."""
    rule = _Rule(frozenset(but), until)
    _PROTECTED.update(dict.fromkeys(((app_label, model.lower()) for model in models), rule))


def moved(app_label: str, *models: str, to: str, by: str) -> None:
    """Protected tables out of which rows may go once a row of the table `to` (a model of the same app) names the same `by`
    (a foreign key of both) as they do: it says where they lie now."""
    _MOVED.update(dict.fromkeys(((app_label, model.lower()) for model in models), (app_label, to, by)))


def install(**_: Any) -> None:
    """Puts the triggers on every protected table; called after each migrate, and may be called twice."""
    present = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table, acts in sorted(_tables().items()):
            for act, when in acts.items() if table in present else ():
                for statement in _statements(table, act, when, _elsewhere(table) if act == "delete" else ""):
                    cursor.execute(statement)


def lift(table: str) -> None:
    """Takes the triggers off a table, for a migration that has to change its rows; the end of it puts
    them back."""
    on_table = "" if connection.vendor == "sqlite" else f' ON "{table}"'
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # It takes no trigger off while a foreign key of the table is still to be looked at.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for act in (*_ACTS[connection.vendor], _AFTERWARDS):
            cursor.execute(f'DROP TRIGGER IF EXISTS "{_name(table, act)}"{on_table}')


def missing() -> list[str]:
    """The names of triggers that should stand in the database and do not, or are switched off."""
    wanted = {_name(table, act) for table, acts in _tables().items() for act in acts}
    standing = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        # A trigger that is switched off stands there still; 'R' fires on replicas alone.
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    )
    with connection.cursor() as cursor:
        cursor.execute(standing)
        return sorted(wanted - {name for (name,) in cursor.fetchall()})


def check() -> str:
    """For readiness: nothing when all stand, else a sentence that names those that do not."""
    gone = missing()
    return f"append-only triggers are missing: {', '.join(gone)}; run manage.py migrate" if gone else ""


def _tables() -> dict[str, dict[str, str]]:
    """What is refused of each table, by name, and when: as SQL between `CREATE TRIGGER` and its body."""
    tables = {}
    for (label, model), rule in _PROTECTED.items():
        meta = apps.get_model(label, model)._meta
        each = {act: "STATEMENT" if act == "truncate" else "ROW" for act in _ACTS[connection.vendor]}
        acts = {act: f'BEFORE {act.upper()} ON "{meta.db_table}" FOR EACH {row}' for act, row in each.items()}
        if rule.but:
            columns = [f'"{field.column}"' for field in meta.concrete_fields if field.name not in rule.but]
            acts["update"] = acts["update"].replace("UPDATE", f"UPDATE OF {', '.join(columns)}")
        if rule.until:
            filled = f'OLD."{meta.get_field(rule.until).column}" IS NOT NULL'
            acts[_AFTERWARDS] = f'BEFORE UPDATE ON "{meta.db_table}" FOR EACH ROW WHEN ({filled})'
        tables[meta.db_table] = acts
    return tables


def _elsewhere(table: str) -> str:
    """SQL for whether an old row was moved; nothing for a table out of which none is."""
    for (label, model), (to_label, to, by) in _MOVED.items():
        meta = apps.get_model(label, model)._meta
        if meta.db_table == table:
            place = apps.get_model(to_label, to)._meta
            columns = place.get_field(by).column, meta.get_field(by).column  # type: ignore[union-attr]
            return (
                f'EXISTS (SELECT 1 FROM "{place.db_table}" AS m WHERE m."{columns[0]}" = OLD."{columns[1]}")'  # noqa: S608  (names of our own tables)
            )
    return ""


def _name(table: str, act: str) -> str:
    return f"{table}_no_{act}"


def _statements(table: str, act: str, when: str, elsewhere: str) -> list[str]:
    name, says = _name(table, act), f"{table} is append-only"
    if connection.vendor == "sqlite":
        unless = f" WHEN NOT {elsewhere}" if elsewhere else ""
        return [
            f'DROP TRIGGER IF EXISTS "{name}"',
            f"CREATE TRIGGER \"{name}\" {when}{unless} BEGIN SELECT RAISE(ABORT, '{says}'); END",
        ]
    function = f"{name}_unless_moved" if elsewhere else "refuse_change"
    let_go = f"IF {elsewhere} THEN RETURN OLD; END IF; " if elsewhere else ""
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {let_go}RAISE EXCEPTION '% is append-only', TG_TABLE_NAME"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$",
        # Not dropped first: then nothing would refuse for a moment, and a backup that reads the table would hold up all that write.
        f'CREATE OR REPLACE TRIGGER "{name}" {when} EXECUTE FUNCTION {function}()',
    ]
