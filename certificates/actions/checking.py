"""Verifying what anybody presents, against our own keys, status lists and register.

An action, for a status list that is not true any more is signed anew before it is held against anything.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from certificates.actions import keys, status_lists
from certificates.documents import vaults
from certificates.models import Badge, Edition
from certificates.queries import badges, issuing
from certificates.queries import keys as key_queries
from certificates.rules import verifying
from certificates.rules.verifying import Asked, Check, Outcome, Report
from certificates.states import KeyPurpose, KeyState
from lms.db import clock


@dataclass(frozen=True)
class Checked:
    """`edition` is the one that the document names, where it is whole and ours."""

    report: Report
    edition: Edition | None


def verify(presented: bytes | str, *, at: datetime) -> Checked:
    """Holds a credential (JSON or token) against keys, lists and register at a moment. Never raises for what was
    presented. For our own bytes: what strangers present is held against `ours` in a process of its own."""
    return completed(verifying.verify(presented, ours(), at=at), at=at)


def completed(report: Report, *, at: datetime) -> Checked:
    """What the register adds to a report of `verifying.verify` about a moment.

    Status lists say how things stand today. Of a day gone by it is the register that tells what was withdrawn or
    suspended then: of those checks none is left for it.
    """
    edition = _edition(report)
    if edition is None:
        return Checked(report, None)
    if at.date() < clock.today():
        report = report.without(Asked.REVOCATION, Asked.SUSPENSION)
    return Checked(report.also(_latest(edition, at)), edition)


def is_ours(content: bytes) -> bool:
    """Whether exactly these bytes were signed here and given out as a credential."""
    return Badge.objects.filter(digest=hashlib.sha256(content).hexdigest()).exists()


def ours() -> verifying.Ours:
    """What is ours: DID, addresses, keys (retired ones verify for ever what they signed), lists as they are true now.
    Everything is fetched here: what holds a document against it needs no database."""
    lists = _lists()  # first: signing them may make the key that they are held against
    credential_keys = key_queries.published(KeyPurpose.CREDENTIAL, KeyPurpose.JWT)
    return verifying.Ours(
        issuer=issuing.did(),
        addresses=issuing.credentials(),
        keys=_by_address(credential_keys),
        list_keys=_by_address(key_queries.published(KeyPurpose.STATUS)),
        lists=lists,
    )


def _by_address(views: list[key_queries.KeyView]) -> dict[str, verifying.Key]:
    return {
        issuing.method(view.key_id): verifying.Key(
            view.public_key, compromised=view.state == KeyState.COMPROMISED
        )
        for view in views
    }


def _lists() -> dict[str, Mapping[str, Any]]:
    """Every list by its address; none that can't be signed anew although it is due: that is unknown, not valid."""
    try:
        rows = status_lists.publish_all()
    except (keys.NoKey, vaults.Unusable):
        return {}
    return {f"{issuing.status_lists()}{row}": json.loads(row.document) for row in rows}


def _edition(report: Report) -> Edition | None:
    if report.document is None or report.outcome(Asked.INTEGRITY) is not Outcome.PASSED:
        return None
    try:
        return badges.edition(UUID(report.document["id"].removeprefix(issuing.credentials())))
    except ValueError:
        return None


def _latest(edition: Edition, at: datetime) -> Check:
    corrected = Edition.objects.filter(corrects=edition, made_at__lte=at).first()
    if corrected is not None:
        return Check(
            Asked.LATEST_DOCUMENT,
            Outcome.FAILED,
            f"A corrected edition replaced it on {corrected.made_at:%Y-%m-%d}: ask the holder for that one.",
        )
    newer = edition.credential.editions.filter(number__gt=edition.number, made_at__lte=at)
    later = newer.order_by("-number").first()
    if later is not None:
        return Check(
            Asked.LATEST_DOCUMENT,
            Outcome.PASSED,
            f"It stands until its last day; a newer edition is valid from {later.begins_on:%Y-%m-%d} on.",
        )
    return Check(Asked.LATEST_DOCUMENT, Outcome.PASSED, "There is no newer edition.")
