"""One answer about a certificate, whichever way it was asked for: by its number, or with a document in hand.

Pure. docs/algorithms/answers.md says which check asks what, and how the result follows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from certificates.rules.standing import Standing
from certificates.rules.verifying import Asked, Check, Outcome, Result


class Reason(StrEnum):
    """Why a certificate is not valid, or why nobody can say."""

    NUMBER_UNKNOWN = "number_unknown"
    NAME_DIFFERS = "name_differs"
    NOT_ISSUED_HERE = "not_issued_here"
    UNREADABLE = "unreadable"
    TOO_MUCH = "too_much"
    ALTERED = "altered"
    NOT_GRANTED = "not_granted"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    NOT_IN_LOG = "not_in_log"
    LOG_DISAGREES = "log_disagrees"
    UNCERTAIN = "uncertain"


class Person(StrEnum):
    """What is known of whether the document belongs to the person who shows it."""

    NOT_ASKED = "not_asked"
    MATCHES = "matches"
    DIFFERS = "differs"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True)
class Logged:
    """Whether an edition stands in the log: by a proof that holds, not yet, not at all, or otherwise than in the register."""

    outcome: Outcome
    detail: str


IN_THE_LOG: Final = Logged(Outcome.PASSED, "The log of the register has it, and the proof holds.")
AGREES: Final = Logged(Outcome.PASSED, "The log of the register has it as it stands here.")
NOT_YET: Final = Logged(
    Outcome.NOT_APPLICABLE, "It was issued a short while ago: the log will have it within a day."
)
ERASED: Final = Logged(
    Outcome.NOT_APPLICABLE, "What tied its entry in the log to a person was erased with the personal data."
)
MISSING: Final = Logged(Outcome.UNKNOWN, "The log of the register does not have it, though it should.")
DISAGREES: Final = Logged(Outcome.FAILED, "The log of the register has it otherwise.")

_IDS: Final = tuple(Asked)
_BADNESS: Final = {
    Outcome.NOT_APPLICABLE: 0,
    Outcome.PASSED: 1,
    Outcome.UNKNOWN: 2,
    Outcome.FAILED: 3,
}


def of_register(
    standing: Standing, *, begins_on: date, expires_on: date, on: date, logged: Logged, newer: bool
) -> tuple[Check, ...]:
    """The checks that the register alone answers for an edition: all but integrity."""
    withdrawn = standing in (Standing.WITHDRAWN, Standing.SUPERSEDED)
    days = f"{begins_on.isoformat()} to {expires_on.isoformat()}"
    # One that a renewal has taken over is over, whatever its dates.
    in_time = begins_on <= on <= expires_on and standing is not Standing.EXPIRED
    return (
        Check(Asked.ISSUER, Outcome.PASSED, "It was issued here."),
        _check(Asked.VALIDITY_PERIOD, in_time, days, _out_of_time(begins_on, expires_on, on)),
        _check(
            Asked.REVOCATION,
            not withdrawn,
            "It is neither withdrawn nor superseded.",
            f"It is {standing.value}.",
        ),
        _check(
            Asked.SUSPENSION, standing is not Standing.SUSPENDED, "It is not suspended.", "It is suspended."
        ),
        _latest(standing, newer),
        Check(Asked.LOG_INCLUSION, logged.outcome, logged.detail),
    )


def no_document() -> Check:
    """The answer for integrity where nothing but a number was given."""
    return Check(
        Asked.INTEGRITY, Outcome.NOT_APPLICABLE, "No document was shown: compare yours line by line."
    )


def genuine() -> Check:
    return Check(
        Asked.INTEGRITY, Outcome.PASSED, "Exactly this file was issued here: not a byte is different."
    )


def altered() -> Check:
    return Check(
        Asked.INTEGRITY, Outcome.FAILED, "This file is not as it was issued: it was altered, or saved again."
    )


def unread(detail: str, outcome: Outcome = Outcome.UNKNOWN) -> tuple[Check, ...]:
    """All checks where nothing could be looked at: none of them has passed."""
    first = Check(Asked.INTEGRITY, outcome, detail)
    return (first, *(Check(asked, Outcome.UNKNOWN, "Not looked at.") for asked in _IDS[1:]))


def worst(checks: Iterable[Check]) -> tuple[Check, ...]:
    """One check for each id, in the order of the description: of several, the one that says the worst; what is missing
    is unknown."""
    found: dict[Asked, Check] = {}
    for check in checks:
        before = found.get(check.id)
        if before is None or _BADNESS[check.outcome] > _BADNESS[before.outcome]:
            found[check.id] = check
    return tuple(found.get(asked, Check(asked, Outcome.UNKNOWN, "Not looked at.")) for asked in _IDS)


def concluded(checks: Iterable[Check], person: Person = Person.NOT_ASKED) -> Result:
    """Valid where nothing has failed and nothing is unknown, and something has passed.

    A name that differs makes it not valid for whoever asked with it.
    """
    outcomes = [check.outcome for check in checks]
    if Outcome.FAILED in outcomes or person is Person.DIFFERS:
        return Result.NOT_VALID
    return Result.UNKNOWN if Outcome.UNKNOWN in outcomes or Outcome.PASSED not in outcomes else Result.VALID


def reasons(checks: Iterable[Check], standing: Standing | None, person: Person) -> tuple[Reason, ...]:
    """Why the result is not valid: codes, in the order of the checks; none where it is."""
    found = [Reason.NAME_DIFFERS] if person is Person.DIFFERS else []
    for check in checks:
        if check.outcome is Outcome.FAILED:
            found.append(_why(check.id, standing))
        elif check.outcome is Outcome.UNKNOWN:
            found.append(Reason.NOT_IN_LOG if check.id is Asked.LOG_INCLUSION else Reason.UNCERTAIN)
    return tuple(dict.fromkeys(found))


def _why(asked: Asked, standing: Standing | None) -> Reason:
    fixed = {
        Asked.INTEGRITY: Reason.ALTERED,
        Asked.ISSUER: Reason.NOT_ISSUED_HERE,
        Asked.LATEST_DOCUMENT: Reason.SUPERSEDED,
        Asked.LOG_INCLUSION: Reason.LOG_DISAGREES,
        Asked.SUSPENSION: Reason.SUSPENDED,
    }
    if asked in fixed:
        return fixed[asked]
    if asked is Asked.REVOCATION:
        # A profile that has room for one status says there that it is suspended.
        told = {Standing.SUPERSEDED: Reason.SUPERSEDED, Standing.SUSPENDED: Reason.SUSPENDED}
        return told.get(standing, Reason.WITHDRAWN) if standing else Reason.WITHDRAWN
    return Reason.NOT_GRANTED if standing is Standing.NOT_GRANTED else Reason.EXPIRED


def in_log(*, proven: bool | None, erased: bool, made_at: datetime, at: datetime) -> Logged:
    """What the log says of an edition: `proven` is None where it has no entry for it, False where it says otherwise.

    Entries are written within minutes. What is a day old and has none was not written down by the way on which
    everything is.
    """
    if proven is not None:
        return IN_THE_LOG if proven else DISAGREES
    if erased:
        return ERASED
    return NOT_YET if (at - made_at).days < 1 else MISSING


def _latest(standing: Standing, newer: bool) -> Check:
    if standing is Standing.SUPERSEDED:
        return Check(
            Asked.LATEST_DOCUMENT, Outcome.FAILED, "A corrected edition has replaced it: ask for that one."
        )
    if newer:
        return Check(
            Asked.LATEST_DOCUMENT,
            Outcome.PASSED,
            "It stands until its last day; there is a newer edition beside it.",
        )
    return Check(Asked.LATEST_DOCUMENT, Outcome.PASSED, "There is no newer edition.")


def _out_of_time(begins_on: date, expires_on: date, on: date) -> str:
    if on < begins_on:
        return f"It is valid from {begins_on.isoformat()} on."
    if on <= expires_on:
        return "A newer edition has taken its place."
    return f"It expired after {expires_on.isoformat()}."


def _check(asked: Asked, holds: bool, passed: str, failed: str) -> Check:
    return Check(asked, Outcome.PASSED if holds else Outcome.FAILED, passed if holds else failed)
