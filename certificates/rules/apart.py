"""What goes along to the process that reads what strangers show, and what comes back: plain JSON both ways.

That process has no database and no key: everything that a document is held against is handed to it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from certificates.rules import keys, verifying
from certificates.rules.badges import Profile
from certificates.rules.verifying import Asked, Check, Key, Ours, Outcome, Report


def given(ours: Ours, *, at: datetime) -> dict[str, Any]:
    """What is ours, and the moment asked about, as `report` takes them."""
    return {
        "at": at.isoformat(),
        "issuer": ours.issuer,
        "addresses": ours.addresses,
        "keys": _written(ours.keys),
        "list_keys": _written(ours.list_keys),
        "lists": dict(ours.lists),
    }


def report(presented: bytes | str, given: Mapping[str, Any]) -> dict[str, Any]:
    """What `verifying.verify` says to a credential, as `heard` takes it."""
    ours = Ours(
        issuer=given["issuer"],
        addresses=given["addresses"],
        keys=_read(given["keys"]),
        list_keys=_read(given["list_keys"]),
        lists=given["lists"],
    )
    said = verifying.verify(presented, ours, at=datetime.fromisoformat(given["at"]))
    return {
        "result": said.result.value,
        "checks": [[check.id.value, check.outcome.value, check.detail] for check in said.checks],
        "document": said.document,
        "profile": said.profile.value if said.profile else None,
    }


def heard(told: Mapping[str, Any]) -> Report:
    """The report that `report` has written down."""
    return Report(
        verifying.Result(told["result"]),
        tuple(Check(Asked(asked), Outcome(outcome), detail) for asked, outcome, detail in told["checks"]),
        told["document"],
        Profile(told["profile"]) if told["profile"] else None,
    )


def _written(found: Mapping[str, Key]) -> dict[str, Any]:
    return {address: [keys.pem(key.public_key), key.compromised] for address, key in found.items()}


def _read(written: Mapping[str, Any]) -> dict[str, Key]:
    return {address: Key(keys.load(pem), compromised) for address, (pem, compromised) in written.items()}
