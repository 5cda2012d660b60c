"""Words for the one answer: three questions, and in what a copy differs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django import template

from certificates.actions.answering import Answer
from certificates.rules.answers import Person
from certificates.rules.uploads import Difference, Differs
from certificates.rules.verifying import Asked, Check, Outcome

register = template.Library()

GENUINE: Final = (Asked.INTEGRITY, Asked.ISSUER, Asked.LOG_INCLUSION)
IN_FORCE: Final = (Asked.VALIDITY_PERIOD, Asked.REVOCATION, Asked.SUSPENSION)

DIFFERS: Final = {
    Difference.SEAL_GONE: "The institution’s electronic seal is gone. Whoever saved it again, or printed it to a file, left it out.",
    Difference.SEAL_BROKEN: "What the institution’s seal covers was changed after it was sealed.",
    Difference.SEAL_OF_OTHERS: "It bears a seal, but not the institution’s.",
    Difference.ADDED_TO: "Something that we never issued was added after it was sealed: {shown}.",
    Difference.LINK_ELSEWHERE: "A link on it leads elsewhere than to its page in this register: {shown}",
    Difference.PAGES: "It has {shown} pages; a certificate has one.",
    Difference.CREDENTIAL_GONE: "The certificate for programs, which each of ours carries within it, is gone.",
    Difference.CREDENTIAL_BROKEN: "The certificate for programs within it was changed after it was signed.",
    Difference.NUMBER: "It says number {shown}; the register says {register}.",
    Difference.NAME: "It says the name {shown}; the register says {register}.",
    Difference.BEGIN: "It says granted on {shown}; the register says {register}.",
    Difference.END: "It says valid until {shown}; the register says {register}.",
    Difference.BYTES: "Its bytes are not those that were issued: it was saved again by some program, or changed where only the eye sees it.",
}


@dataclass(frozen=True)
class Question:
    """One of the three, its answer (`yes`, `no`, `unknown`, or `yours` for what the reader alone can see) and what that rests on."""

    asks: str
    answer: str
    details: tuple[str, ...]


@register.inclusion_tag("certificates/_questions.html")
def three_questions(answer: Answer, today: bool = True) -> dict[str, Any]:
    """Genuine? In force? The same document and person?"""
    when = "today" if today else "on that day"
    what = "the certificate of that number" if _is_altered(answer) else "it"
    return {
        "questions": (
            _genuine(answer),
            _question(f"Is {what} in force {when}?", _of(answer, IN_FORCE)),
            _same(answer),
        )
    }


@register.filter
def difference(one: Differs) -> str:
    """In what a copy differs, as a sentence."""
    shown = one.shown
    if one.what is Difference.ADDED_TO:
        shown += " byte" if shown == "1" else " bytes"
    return DIFFERS[one.what].format(shown=shown, register=one.register)


def _is_altered(answer: Answer) -> bool:
    return answer.outcome(Asked.INTEGRITY) is Outcome.FAILED


def _of(answer: Answer, asked: Iterable[Asked]) -> tuple[Check, ...]:
    wanted = set(asked)
    return tuple(check for check in answer.checks if check.id in wanted)


def _question(asks: str, checks: tuple[Check, ...]) -> Question:
    outcomes = {check.outcome for check in checks}
    if Outcome.FAILED in outcomes:
        said = "no"
    else:
        said = "unknown" if Outcome.UNKNOWN in outcomes or Outcome.PASSED not in outcomes else "yes"
    # What failed is told alone: the rest would only soften it.
    told = [check for check in checks if said != "no" or check.outcome is Outcome.FAILED]
    return Question(asks, said, tuple(dict.fromkeys(check.detail for check in told)))


def _genuine(answer: Answer) -> Question:
    said = _question("Is it genuine?", _of(answer, GENUINE))
    # Of a number nobody can say whether the document that bears it is genuine.
    if said.answer == "yes" and answer.outcome(Asked.INTEGRITY) is Outcome.NOT_APPLICABLE:
        return Question(said.asks, "yours", said.details)
    return said


def _same(answer: Answer) -> Question:
    asks = "Is it the same document and person?"
    if _is_altered(answer):
        return Question(asks, "no", ("It is not the document that was issued.",))
    latest = _question(asks, _of(answer, [Asked.LATEST_DOCUMENT]))
    person = {
        Person.MATCHES: "The name is the one on the certificate. Compare it with an identity document.",
        Person.DIFFERS: "The name is not the one on the certificate.",
        Person.NOT_COMPARED: "The name could not be compared.",
        Person.NOT_ASKED: "Only you can say whose it is: compare the name with an identity document.",
    }[answer.person]
    if latest.answer == "no" or answer.person is Person.DIFFERS:
        said = "no"
    elif latest.answer == "yes" and answer.person is Person.MATCHES:
        said = "yes"
    else:
        said = "unknown" if answer.person is Person.NOT_COMPARED else "yours"
    return Question(asks, said, (*latest.details, person))
