"""What the platform itself writes of a part of cmi5, in the transaction of what it says: *launched*, *abandoned*,
*satisfied*. *Waived* is never written, for nothing is waived here."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from courses.models import PackageStatement, Run
from courses.queries import packages
from courses.rules.packages import platform as rules


def launched(run: Run, at: datetime) -> None:
    """Before a window of a part is opened. What needs nothing of its learner is satisfied with the first window, in a
    session of its own."""
    satisfied(run, at, session=uuid4().hex)
    sco, uuid = run.sco, uuid4()
    body = rules.launched(
        uuid, packages.window(run), unit=packages.unit(sco), move_on=sco.move_on, parameters=sco.launch_data,
        address=packages.launched_at(sco), at=at,
    )  # fmt: skip
    _write(run, uuid, rules.LAUNCHED, body, at)


def abandoned(run: Run, at: datetime) -> int:
    """When a session ended and its part has not said so. Returns how many seconds it took."""
    last = run.statements.filter(launch=run.launch, by_platform=False).order_by("-id").first()
    seconds = max(0, int((last.at - run.launched_at).total_seconds())) if last else 0
    uuid = uuid4()
    body = rules.abandoned(uuid, packages.window(run), unit=packages.unit(run.sco), seconds=seconds, at=at)
    _write(run, uuid, rules.ABANDONED, body, at)
    return seconds


def satisfied(run: Run, at: datetime, *, session: str = "") -> None:
    """Of each block, and of the course, whose parts have all told what their maker asks for; once in a registration. The
    caller holds the lock of the enrolment. `session` is that of the run's window where no other is given."""
    wholes = packages.wholes(run.sco.package)
    said = packages.satisfied(run.enrolment_id, run.sco.package_id)
    met = packages.met(run.enrolment_id, run.sco.package_id)
    window = packages.window(run)
    for whole in rules.due(wholes, met=met, said=said):
        uuid = uuid4()
        body = rules.satisfied(uuid, window, whole=whole, session=session or window.session, at=at)
        _write(run, uuid, rules.SATISFIED, body, at)


def _write(run: Run, uuid: UUID, verb: str, body: dict[str, Any], at: datetime) -> None:
    PackageStatement.objects.create(
        run=run, uuid=uuid, launch=run.launch, verb=verb, body=body, at=at, by_platform=True
    )
