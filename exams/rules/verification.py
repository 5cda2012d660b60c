"""Whether what is kept of a sitting is what was answered, handed in and marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from exams.rules import chain, responses
from exams.rules.acceptance import Event
from exams.rules.chain import Link
from lms.kit import digests


@dataclass(frozen=True)
class Receipt:
    """What was worked out when the sitting ended, and stands on the candidate's receipt."""

    length: int
    head: str
    digest: str
    answered: int


@dataclass(frozen=True)
class Run:
    """A score run as it is kept, and the version of the form's key that it was made by; `detail` and `digest`
    are those of rules/runs.py."""

    number: int
    keys: Mapping[str, Any]
    raw: Fraction
    maximum: Fraction
    detail: Mapping[str, Any]
    digest: str


def run_digest(
    *, form_digest: str, keys_digest: str, values: Mapping[int, Any], detail: Mapping[str, Any]
) -> str:
    """What a score run is bound by: the form, its keys, the responses that counted, and the points given."""
    bound = {
        "form": form_digest,
        "keys": keys_digest,
        "responses": [[position, values[position]] for position in sorted(values)],
        "detail": detail,
    }
    return digests.digest(bound)


def first_fault(
    links: Sequence[Link],
    *,
    sitting: str,
    form_digest: str,
    receipt: Receipt | None = None,
    marked: bool = False,
    runs: Sequence[Run] = (),
) -> str | None:
    """The first thing that does not hold, as the rest of a sentence that begins with the sitting; or None.

    `receipt` is None for a sitting that has not ended: then only the chain can be asked. `runs` come in
    the order of their numbers; a sitting that is `marked` has one at least.
    """
    head, length = (receipt.head, receipt.length) if receipt else ("", None)
    broken = chain.first_break(links, sitting=sitting, form_digest=form_digest, head=head, length=length)
    if broken is not None:
        return broken.says
    if receipt is None:
        return None
    values = responses.current(links)
    if receipt.answered != len(values):
        return f"{receipt.answered} answers were counted at the end and {len(values)} count"
    if receipt.digest != responses.receipt_digest(values, sitting=sitting, form_digest=form_digest):
        return "the digest on the receipt is not that of the responses that count"
    for expected in range(1, max(len(runs), int(marked)) + 1):
        if len(runs) < expected or runs[expected - 1].number != expected:
            return f"score run {expected} is missing"
    return next((fault for run in runs if (fault := _run_fault(run, form_digest, links))), None)


def _run_fault(run: Run, form_digest: str, links: Sequence[Link]) -> str | None:
    if not _is_bound(run, form_digest, links):
        return f"the digest of score run {run.number} is not that of form, keys, responses and points"
    given = [Fraction(mark[2], mark[3]) for mark in run.detail["marks"]]
    most = [Fraction(mark[4], mark[5]) for mark in run.detail["marks"]]
    if (run.raw, run.maximum) != (sum(given, Fraction(0)), sum(most, Fraction(0))):
        return f"the sum of score run {run.number} is not that of its points"
    return None


def _is_bound(run: Run, form_digest: str, links: Sequence[Link]) -> bool:
    """A run that counted answers which never reached the server names them in its detail."""
    try:
        admitted = [Event(*row) for row in run.detail.get("admitted", [])]
        values = responses.current([*links, *admitted])
        worked_out = run_digest(
            form_digest=form_digest, keys_digest=digests.digest(run.keys), values=values, detail=run.detail
        )
    except TypeError:  # neither such rows nor numbers with a point come from here: somebody else wrote them
        return False
    return run.digest == worked_out
