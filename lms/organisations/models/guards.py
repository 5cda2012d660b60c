"""What the database itself refuses about roles: two that conflict in one person, and an organisation without an owner.

The actions say it in words first (`actions.memberships`); this stands for whatever passes them by.
"""

from typing import Any

from django.db import connections

from lms.organisations.rules import roles

TABLE = "organisations_membership"
CONFLICT = "guard_membership_conflict"
LAST_OWNER = "guard_membership_last_owner"
ACTS = {
    "insert": CONFLICT,
    "update": f"{CONFLICT}_later",
    "delete": LAST_OWNER,
    "give_up": f"{LAST_OWNER}_update",
}
WHEN = {"insert": "INSERT", "update": "UPDATE", "delete": "DELETE", "give_up": "UPDATE"}
SAYS = {
    "insert": "nobody trains or examines and awards",
    "update": "nobody trains or examines and awards",
    "delete": "the last owner stays",
    "give_up": "the last owner stays",
}


def before_migrate(*, using: str, **_: Any) -> None:
    """Takes them off on SQLite, where a table that one of them asks about can't be built anew while it stands."""
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name in ACTS.values():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def after_migrate(*, using: str, **_: Any) -> None:
    connection = connections[using]
    if TABLE in connection.introspection.table_names():
        install(connection)


def install(connection: Any) -> None:
    """Puts every trigger in its place, whether or not it stood there."""
    with connection.cursor() as cursor:
        for act, name in ACTS.items():
            for statement in _statements(connection.vendor, act, name):
                cursor.execute(statement)


def _statements(vendor: str, act: str, name: str) -> list[str]:
    condition = _conflict() if act in {"insert", "update"} else _last_owner(act)
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {name}",
            f"CREATE TRIGGER {name} BEFORE {WHEN[act]} ON {TABLE} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{SAYS[act]}'); END",
        ]
    goes_on = "OLD" if act == "delete" else "NEW"
    refuse = f"RAISE EXCEPTION '{SAYS[act]}' USING ERRCODE = 'check_violation';"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {condition} THEN {refuse} END IF; RETURN {goes_on}; END $$",
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {WHEN[act]} ON {TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def _conflict() -> str:
    pairs = [tuple(sorted(pair)) for pair in roles.CONFLICTS]
    both = " OR ".join(
        f"(NEW.role = '{one}' AND m.role = '{other}')"
        for first, second in pairs
        for one, other in ((first, second), (second, first))
    )
    return f"EXISTS (SELECT 1 FROM {TABLE} m WHERE m.person_id = NEW.person_id AND (NEW.id IS NULL OR m.id <> NEW.id) AND ({both}))"  # noqa: S608  (our own text)


def _last_owner(act: str) -> str:
    goes = "OLD.role = 'owner'"
    if act == "give_up":
        goes += " AND (NEW.role <> 'owner' OR NEW.organisation_id <> OLD.organisation_id)"
    others = f"SELECT 1 FROM {TABLE} m WHERE m.organisation_id = OLD.organisation_id AND m.role = 'owner' AND m.id <> OLD.id"  # noqa: S608
    return f"{goes} AND NOT EXISTS ({others})"
