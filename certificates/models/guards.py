"""What the database itself refuses, on PostgreSQL and on SQLite: an act by somebody with a conflict, and changing or
deleting what decisions rest on, column by column where some of a row may change (`lms/db/append_only.py` has the tables of which
nothing may).

Installed after every migrate (`apps.py`), since SQLite drops a table's triggers when Django rebuilds it, and can't rebuild
one that another's trigger asks about: there they are taken off before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connections

PREFIX: Final = "certificates_guard_"
_VERBS: Final = {"sqlite": ("update", "delete"), "postgresql": ("update", "delete", "truncate")}


@dataclass(frozen=True)
class _Act:
    """A row by which an officer acts upon a person: `person` is SQL for whom, `day` SQL for the day of the act."""

    table: str
    on: str
    officer: str
    person: str
    day: str
    took_part: str = "FALSE"


@dataclass(frozen=True)
class _Kept:
    """A table whose rows stay: none is deleted, and these columns do not change."""

    table: str
    columns: tuple[str, ...]


_ACTS: Final = (
    _Act(
        "certificates_decision",
        "INSERT",
        "decided_by_id",
        "(SELECT person_id FROM certificates_application WHERE id = NEW.application_id)",
        "NEW.decided_at",
        # Nobody grants on a waiver of their own, or decides anew what an appeal found they had decided wrongly.
        "EXISTS (SELECT 1 FROM certificates_waiver w WHERE w.application_id = NEW.application_id"
        " AND w.waived_by_id = NEW.decided_by_id AND NEW.outcome = 'granted')"
        " OR EXISTS (SELECT 1 FROM certificates_application n JOIN certificates_appeal a ON a.id = n.after_id"
        " JOIN certificates_decision d ON d.id = a.decision_id"
        " WHERE n.id = NEW.application_id AND d.decided_by_id = NEW.decided_by_id)",
    ),
    _Act(
        "certificates_waiver",
        "INSERT",
        "waived_by_id",
        "(SELECT person_id FROM certificates_application WHERE id = NEW.application_id)",
        "NEW.at",
    ),
    _Act(
        "certificates_doubt",
        # Not of its note: that is emptied when the holder's personal data is erased, whoever is tied by then.
        "UPDATE OF state, decided_by_id, decided_at, looked_back_to",
        "decided_by_id",
        "(SELECT holder_id FROM certificates_credential WHERE id = NEW.credential_id)",
        "NEW.decided_at",
    ),
    _Act(
        "certificates_appealvote",
        "INSERT",
        "by_id",
        "(SELECT person_id FROM certificates_appeal WHERE id = NEW.appeal_id)",
        "NEW.at",
        "EXISTS (SELECT 1 FROM certificates_appeal a LEFT JOIN certificates_decision d ON d.id = a.decision_id"
        " LEFT JOIN certificates_credentialevent e ON e.id = a.event_id"
        " LEFT JOIN certificates_waiver w ON w.application_id = d.application_id AND w.waived_by_id = NEW.by_id"
        " WHERE a.id = NEW.appeal_id AND (d.decided_by_id = NEW.by_id OR e.actor_id = NEW.by_id OR e.second_actor_id = NEW.by_id"
        " OR w.id IS NOT NULL))",
    ),
)
_KEPT: Final = (
    # Notes are words for people and may hold personal data: they can be emptied.
    _Kept(
        "certificates_decision",
        (
            "application_id",
            "outcome",
            "decided_by_id",
            "reasons",
            "waived",
            "refusal",
            "looked_back_to",
            "decided_at",
        ),
    ),
    _Kept(
        "certificates_waiver",
        ("application_id", "missing", "reason", "waived_by_id", "looked_back_to", "at"),
    ),
    # That a tie ended may be written down; that there was one stays.
    _Kept("certificates_tie", ("source", "person_id", "officer_id", "bond", "began_on", "noted_at")),
)


def names(vendor: str) -> frozenset[str]:
    """The names of all triggers that have to stand on a database of this kind ("postgresql", "sqlite")."""
    acts = {f"{PREFIX}{act.table}_conflict" for act in _ACTS}
    return frozenset(acts | {f"{PREFIX}{kept.table}_{verb}" for kept in _KEPT for verb in _VERBS[vendor]})


def missing(connection: Any) -> frozenset[str]:
    """The names of those that do not stand, or are switched off."""
    return names(connection.vendor) - _standing(connection, at_work=True).keys()


def before_migrate(*, using: str, **_: Any) -> None:
    """Takes them off on SQLite, where a table that one of them asks about can't be built anew while it stands."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        _take_off(connection, _standing(connection))


def after_migrate(*, using: str, **_: Any) -> None:
    """Hears that a database was migrated; one that was migrated back to before these tables is left alone."""
    connection = connections[using]
    tables = {act.table for act in _ACTS} | {kept.table for kept in _KEPT}
    if tables <= set(connection.introspection.table_names()):
        install(connection)


def install(connection: Any) -> None:
    """Puts every trigger in its place, whether or not it stood there, and takes off those of former versions."""
    tables = {act.table for act in _ACTS} | {kept.table for kept in _KEPT}
    former = {name: table for name, table in _standing(connection).items() if table not in tables}
    _take_off(connection, former)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for statement in _postgresql():
                cursor.execute(statement)
            return
        for name, statement in _sqlite():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(statement)


def _standing(connection: Any, *, at_work: bool = False) -> dict[str, str]:
    """The triggers of ours that stand, with their tables; with `at_work` those alone that are not switched off."""
    sql = (
        "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s"
        if connection.vendor == "postgresql"
        else "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s"
    )
    if at_work and connection.vendor == "postgresql":
        sql += " AND tgenabled IN ('O', 'A')"  # 'R' fires on replicas alone
    with connection.cursor() as cursor:
        cursor.execute(sql, [f"{PREFIX}%"])
        return dict(cursor.fetchall())


def _take_off(connection: Any, triggers: Mapping[str, str]) -> None:
    with connection.cursor() as cursor:
        for name, table in triggers.items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def _conflict(act: _Act, day: str) -> str:
    return f"""NEW.{act.officer} IS NOT NULL AND (
        NEW.{act.officer} = {act.person} OR NEW.looked_back_to IS NULL OR NEW.looked_back_to > {day}
        OR {act.took_part}
        OR EXISTS (SELECT 1 FROM certificates_tie t WHERE t.person_id = {act.person}
            AND t.officer_id = NEW.{act.officer}
            AND (t.bond IN ('trained', 'examined') OR t.ended_on IS NULL OR t.ended_on >= NEW.looked_back_to)))"""  # noqa: S608  (our own text)


def _says(act: _Act) -> str:
    return f"{act.table}: whoever has a conflict does not act"


def _stays(kept: _Kept) -> str:
    return f"{kept.table}: what is written here stays"


def _verb(kept: _Kept, verb: str) -> str:
    return f"UPDATE OF {', '.join(kept.columns)}" if verb == "update" else verb.upper()


def _sqlite() -> Iterator[tuple[str, str]]:
    for act in _ACTS:
        name = f"{PREFIX}{act.table}_conflict"
        # SQLite's FALSE is 0, and its dates are text that sorts.
        condition = _conflict(act, f"date({act.day})").replace("OR FALSE", "OR 0")
        yield (
            name,
            f"CREATE TRIGGER {name} BEFORE {act.on} ON {act.table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{_says(act)}'); END",
        )
    for kept in _KEPT:
        for verb in _VERBS["sqlite"]:
            name = f"{PREFIX}{kept.table}_{verb}"
            yield (
                name,
                f"CREATE TRIGGER {name} BEFORE {_verb(kept, verb)} ON {kept.table} "
                f"BEGIN SELECT RAISE(ABORT, '{_stays(kept)}'); END",
            )


def _postgresql() -> Iterator[str]:
    for act in _ACTS:
        name = f"{PREFIX}{act.table}_conflict"
        yield _function(
            name, f"IF {_conflict(act, f'({act.day})::date')} THEN {_raise(_says(act))} END IF; RETURN NEW;"
        )
        yield (
            f"CREATE OR REPLACE TRIGGER {name} BEFORE {act.on} ON {act.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        )
    for kept in _KEPT:
        function = f"{PREFIX}{kept.table}_stays"
        yield _function(function, f"{_raise(_stays(kept))} RETURN NULL;")
        for verb in _VERBS["postgresql"]:
            name = f"{PREFIX}{kept.table}_{verb}"
            each = "STATEMENT" if verb == "truncate" else "ROW"
            yield (
                f"CREATE OR REPLACE TRIGGER {name} BEFORE {_verb(kept, verb)} ON {kept.table} "
                f"FOR EACH {each} EXECUTE FUNCTION {function}()"
            )


def _function(name: str, body: str) -> str:
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def _raise(says: str) -> str:
    return f"RAISE EXCEPTION '{says}' USING ERRCODE = 'check_violation';"
