"""What the platform itself says in statements of cmi5: that a part was launched, that its session was abandoned, that a
block or the course is satisfied. It waives nothing, so it never says *waived*.

After the cmi5 specification, "Quartz", sections 9.3 (verbs), 9.4 (objects), 9.5.4.2 (duration) and 9.6 (contexts).
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from courses.rules.packages import statements
from courses.rules.packages.statements import Window
from courses.rules.packages.structure import COURSE

LAUNCHED: Final = "http://adlnet.gov/expapi/verbs/launched"
ABANDONED: Final = "https://w3id.org/xapi/adl/verbs/abandoned"
SATISFIED: Final = "https://w3id.org/xapi/adl/verbs/satisfied"
_EXTENSIONS: Final = "https://w3id.org/xapi/cmi5/context/extensions/"
_TYPES: Final = "https://w3id.org/xapi/cmi5/activitytype/"


@dataclass(frozen=True)
class Whole:
    """The course or a block of it: `activity` is our id of it, `publisher` its maker's, `units` all its parts."""

    kind: str
    activity: str
    publisher: str
    title: str
    units: frozenset[str]


def launched(
    uuid: UUID, window: Window, *, unit: Whole, move_on: str, parameters: str, address: str, at: datetime
) -> dict[str, Any]:
    """Said before a part is opened at an address, which stands here without what follows the question mark and
    without the pass (sections 9.3.1, 9.6.3.3 to 9.6.3.7)."""
    extensions: dict[str, Any] = {"launchmode": "Normal", "launchurl": address, "moveon": move_on}
    if window.mastery:
        extensions["masteryscore"] = float(window.mastery)
    if parameters:
        extensions["launchparameters"] = parameters
    more = {f"{_EXTENSIONS}{name}": said for name, said in extensions.items()}
    return _statement(uuid, LAUNCHED, window, unit, window.session, at, more)


def abandoned(uuid: UUID, window: Window, *, unit: Whole, seconds: int, at: datetime) -> dict[str, Any]:
    """Said of a session that ended without *terminated*; it took from the launch to the last that its part told
    (sections 9.3.6, 9.5.4.2)."""
    said = _statement(uuid, ABANDONED, window, unit, window.session, at, {})
    return {**said, "result": {"duration": f"PT{seconds}S"}}


def satisfied(uuid: UUID, window: Window, *, whole: Whole, session: str, at: datetime) -> dict[str, Any]:
    """Said once of a block or course all of whose parts have told what their maker asks for (section 9.3.9)."""
    return _statement(uuid, SATISFIED, window, whole, session, at, {})


def due(wholes: Iterable[Whole], *, met: Collection[str], said: Collection[str]) -> Iterator[Whole]:
    """Those that are satisfied by the parts that are `met` and of which that is not `said` yet: blocks, then the course."""
    found = [one for one in wholes if one.activity not in said and one.units.issubset(met)]
    yield from sorted(found, key=lambda one: (one.kind == COURSE, len(one.units)))


def _statement(
    uuid: UUID,
    verb: str,
    window: Window,
    about: Whole,
    session: str,
    at: datetime,
    extensions: Mapping[str, Any],
) -> dict[str, Any]:
    definition: dict[str, Any] = {"name": {"und": about.title}}
    if about.kind:
        definition["type"] = f"{_TYPES}{about.kind}"
    return {
        "id": str(uuid),
        "actor": window.actor,
        "verb": {"id": verb, "display": {"en": verb.rpartition("/")[2]}},
        "object": {"objectType": "Activity", "id": about.activity, "definition": definition},
        "context": {
            "registration": window.registration,
            "contextActivities": {
                "category": [{"objectType": "Activity", "id": statements.CMI5}],
                "grouping": [{"objectType": "Activity", "id": about.publisher}],
            },
            "extensions": {statements.SESSION: session, **extensions},
        },
        "timestamp": at.astimezone(UTC).isoformat(),
    }
