"""What a part of a cmi5 package tells and keeps while it runs: statements, and documents of its own."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction

from courses.actions import platform, runs, study
from courses.models import PackageDocument, PackageStatement, Run
from courses.queries import packages
from courses.rules.packages import statements as rules
from courses.rules.packages import tracking
from courses.rules.packages.statements import AgainstTheRules, Statement
from lms.db import clock

MOST_DOCUMENTS: Final = 30
MOST_OF_A_DOCUMENT: Final = tracking.MOST_SUSPENDED  # bytes


class AlreadyGiven(Exception):
    """The window has its key: it is given once."""


class Contradicts(Exception):
    """A statement with this id was told before and said something else, or a document has changed since it was read."""


def give_key(*, enrolment_id: int, sco_id: int, launch: int) -> None:
    """Notes that a window has asked for its key. Raises AlreadyGiven, runs.Elsewhere, runs.NotBegun, study.NotStudying."""
    with transaction.atomic():
        run = runs.of_window(study.studying(enrolment_id), sco_id, launch)
        if run.cmi.get("fetched"):
            raise AlreadyGiven(sco_id)
        run.cmi["fetched"] = True
        run.save(update_fields=["cmi"])


def tell(*, enrolment_id: int, sco_id: int, launch: int, said: Sequence[Statement]) -> list[UUID]:
    """Takes statements in their order, all or none; what they say of completion, success, score and time is kept in the
    run, and finishes the lesson once what its part asks for is told; blocks and the course that are satisfied by it, the
    platform says. Whoever tells the same again changes nothing.

    Returns the id of each. Raises AgainstTheRules, Contradicts, runs.Elsewhere, runs.NotBegun and study.NotStudying.
    """
    at = clock.now()
    with transaction.atomic():
        run = runs.of_window(study.studying(enrolment_id), sco_id, launch)
        known = {
            row.uuid: row for row in run.statements.filter(uuid__in=[one.uuid for one in said if one.uuid])
        }
        ids, fresh = [], []
        for one in said:
            uuid = one.uuid or uuid4()
            ids.append(uuid)
            if uuid not in known:
                row = PackageStatement(
                    run=run, uuid=uuid, launch=launch, verb=one.verb, body=dict(one.body), at=at
                )
                known[uuid] = row
                fresh.append((one, row))
            elif known[uuid].body != one.body:
                raise Contradicts(uuid)
        if fresh:
            _take(run, [one for one, _ in fresh], at)
            PackageStatement.objects.bulk_create(row for _, row in fresh)
            platform.satisfied(run, at)
    return ids


def write(
    *,
    enrolment_id: int,
    sco_id: int,
    launch: int,
    kind: str,
    key: str,
    media_type: str,
    content: bytes,
    adds: bool = False,
    seen: str | None = None,
) -> None:
    """Keeps a document of a part in place of what stood there; `adds` lays the values of a JSON object over those there.
    `seen` is the ETag of what its writer read, and nothing where they say that there is none yet.

    Raises AgainstTheRules for what is too much or can't be joined, Contradicts where it is no longer as it was seen,
    runs.Elsewhere, runs.NotBegun and study.NotStudying.
    """
    at = clock.now()
    with transaction.atomic():
        run = runs.of_window(study.studying(enrolment_id), sco_id, launch)
        row = packages.document(run.pk, kind, key)
        if seen is not None and seen != (row.etag if row else ""):
            raise Contradicts(key)
        if row is None:
            if run.documents.count() >= MOST_DOCUMENTS:
                raise AgainstTheRules(f"A lesson keeps {MOST_DOCUMENTS} documents at most. {rules.SAFE}")
            row = PackageDocument(run=run, kind=kind, key=key)
        elif adds:
            content = _joined(bytes(row.content), content)
        if len(content) > MOST_OF_A_DOCUMENT:
            raise AgainstTheRules(f"A document has {MOST_OF_A_DOCUMENT} bytes at most. {rules.SAFE}")
        row.content, row.media_type, row.at = content, media_type[:100], at
        row.etag = hashlib.sha256(content).hexdigest()
        row.save()
        Run.objects.filter(pk=run.pk).update(kept_at=at)


def remove(*, enrolment_id: int, sco_id: int, launch: int, kind: str, key: str | None) -> None:
    """Removes a document of a part, or with no key all of this kind. Raises runs.Elsewhere, runs.NotBegun and
    study.NotStudying."""
    with transaction.atomic():
        run = runs.of_window(study.studying(enrolment_id), sco_id, launch)
        rows = run.documents.filter(kind=kind)
        (rows if key is None else rows.filter(key=key)).delete()


def _take(run: Run, fresh: Sequence[Statement], at: datetime) -> None:
    if run.statements.filter(by_platform=False).count() + len(fresh) > rules.MOST_OF_A_RUN:
        raise AgainstTheRules(f"A lesson tells {rules.MOST_OF_A_RUN} statements at most. {rules.SAFE}")
    window = rules.heard(packages.window(run), fresh)
    run.cmi |= {
        "initialized": window.initialized, "terminated": window.terminated, "judged": window.judged
    }  # fmt: skip
    run.completion = "completed" if window.completed else "incomplete"
    run.success = "passed" if window.passed else "failed" if window.failed else ""
    run.score, run.scaled, run.kept_at = window.raw, window.scaled, at
    asks = run.sco.tracks and rules.done(window, run.sco.move_on)
    runs.settle(run, session=window.seconds, done=asks, at=at)


def _joined(before: bytes, added: bytes) -> bytes:
    try:
        first, second = json.loads(before), json.loads(added)
    except (ValueError, RecursionError):
        first = second = None
    if not isinstance(first, dict) or not isinstance(second, dict):
        raise AgainstTheRules(f"Only a JSON object can be laid over another. {rules.SAFE}")
    return json.dumps(first | second).encode()
