"""The one answer about a certificate: for a number, for a credential, for a file. Pages and programs word the same answer.

An action, for what is shown is held against status lists that may have to be signed anew.
"""

import hashlib
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from django.conf import settings
from django.urls import reverse

from certificates.actions import checking
from certificates.actions.checking import Checked
from certificates.models import Edition, IssuedDigest
from certificates.queries import credentials, keys, log, verification
from certificates.queries.credentials import CredentialView
from certificates.queries.verification import Asked, Found, Naming
from certificates.rules import answers, apart, baking, names, numbers, uploads, verifying
from certificates.rules.answers import Logged, Person, Reason
from certificates.rules.proofs import reading
from certificates.rules.standing import Standing
from certificates.rules.uploads import Differs, Kind, Read, Said, Seal
from certificates.rules.verifying import Check, Outcome, Result
from certificates.states import KeyPurpose
from lms.web import isolation

logger = logging.getLogger(__name__)

READER: Final = "certificates.documents.reading:read"
# A credential that is read to its limits takes half a second, most of it for starting.
SECONDS: Final = {Kind.JSON: 2.0, Kind.JWT: 2.0} | dict.fromkeys(
    (Kind.PDF, Kind.PNG, Kind.SVG), isolation.SECONDS
)
# As many certificates as a file may name before it is taken for a list of guesses.
_MOST_ASKED: Final = 3
_NUMBER_IN_TITLE: Final = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+){3,}$")


@dataclass(frozen=True)
class Register:
    """How the register is asked while a file is looked at: `look` answers for a number, as `verification.answer` does,
    and `names_rest` says whether no name is compared for a number at the moment."""

    look: Callable[[Asked], Found | None]
    names_rest: Callable[[str], bool]


@dataclass(frozen=True)
class Shown:
    """A file or text that was shown, and what became of it."""

    kind: Kind | None
    differs: tuple[Differs, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class Answer:
    """What is answered. `found` is what may be seen of the register, `edition` the edition that the answer is about,
    `standing` how that stands; all None where the register has nothing to say."""

    result: Result
    checks: tuple[Check, ...]
    reasons: tuple[Reason, ...]
    person: Person
    at: datetime
    found: Found | None = None
    edition: Edition | None = None
    standing: Standing | None = None
    shown: Shown | None = None

    def outcome(self, asked: str) -> Outcome:
        return next(check.outcome for check in self.checks if check.id == asked)


def of_number(found: Found | None, *, at: datetime, prove: bool = True) -> Answer:
    """The answer for a number with what came beside it, as `verification.answer` has found it (None: never issued).

    With `prove` the log proves its entry, in up to five statements; otherwise it is compared with what the register says,
    in none.
    """
    if found is None:
        checks = answers.unread("The register has never issued this number.", Outcome.NOT_APPLICABLE)
        return Answer(Result.NOT_VALID, checks, (Reason.NUMBER_UNKNOWN,), Person.NOT_ASKED, at)
    person = _person(found.naming)
    if found.naming is Naming.DIFFERS:
        checks = answers.unread("The name does not match: nothing more is told.", Outcome.NOT_APPLICABLE)
        return Answer(Result.NOT_VALID, checks, (Reason.NAME_DIFFERS,), person, at, found)
    if found.view is None:
        checks = answers.unread(
            "No certificate of this number had been granted then.", Outcome.NOT_APPLICABLE
        )
        return Answer(Result.NOT_VALID, checks, (Reason.NOT_GRANTED,), person, at, found)
    edition = found.view.edition
    logged = _logged(edition, at) if prove else _compared(found.view, at)
    return _concluded([answers.no_document()], found, edition, person, at, logged=logged)


def of_file(content: bytes, *, asking: Register, name: str = "", at: datetime) -> Answer:
    """The answer for the bytes of a file: PDF, PNG, SVG, JSON or token. Nothing of it is kept.

    What was issued byte for byte is found by its digest. Anything else is read in a process of its own.
    Facts are told only to whoever shows a file that names the holder: badges that do not are for everybody. `name`
    is the name of the person who showed it, where one was given. Never raises for what was shown; isolation.Busy
    where as much is being read as may be at once.
    """
    person = _Compared(name, asking.names_rest)
    issued = IssuedDigest.objects.filter(digest=hashlib.sha256(content).hexdigest()).first()
    if issued is not None:
        made = Kind(issued.kind)
        names_holder = made is Kind.PDF or _badge_names_its_holder(made, content)
        checks = [answers.genuine()]
        return _of_edition(checks, issued.edition_id, Shown(made), person, at, names_holder=names_holder)
    kind = uploads.kind(content)
    if kind is None:
        return _unreadable("It is no PDF, PNG, SVG, JSON or token.", Reason.UNREADABLE, at)
    if checking.is_ours(content):
        return _of_credential(checking.verify(content, at=at), person, at, kind)
    try:
        told = isolation.run(
            READER, content, given=apart.given(checking.ours(), at=at), seconds=SECONDS[kind]
        )
    except isolation.TooMuch:
        return _unreadable(
            "It takes too much time or memory to read, more than any file of ours.", Reason.TOO_MUCH, at
        )
    except RuntimeError:
        logger.exception("a file that was shown could not be read")
        return _unreadable("It can't be read: it is as no file of ours.", Reason.UNREADABLE, at)
    if "fault" in told:
        return _unreadable(f"It can't be read: {told['fault']}.", Reason.UNREADABLE, at)
    report = apart.heard(told["report"]) if told["report"] else None
    checked = checking.completed(report, at=at) if report else None
    if checked and kind in (Kind.JSON, Kind.JWT):
        return _of_credential(checked, person, at, kind)
    return _of_copy(_read(told), checked, asking, name, at)


@dataclass(frozen=True)
class _Compared:
    """The name of whoever showed something, if it was given, and whether it may be compared."""

    name: str
    rests: Callable[[str], bool]

    def with_(self, edition: Edition) -> Person:
        if not self.name.strip():
            return Person.NOT_ASKED
        if not edition.holder_name or self.rests(edition.credential.number):
            return Person.NOT_COMPARED
        return Person.MATCHES if names.same(self.name, edition.holder_name) else Person.DIFFERS


def _of_credential(checked: Checked, person: _Compared, at: datetime, kind: Kind) -> Answer:
    """The answer for a credential as text: its proof decides, whatever its bytes."""
    report = checked.report
    if checked.edition is None:
        checks = answers.worst(report.checks)
        why = answers.reasons(checks, None, Person.NOT_ASKED)
        return Answer(answers.concluded(checks), checks, why, Person.NOT_ASKED, at, shown=Shown(kind))
    said = _said(report.document)
    names_holder = bool(said and said.name)
    return _of_edition(report.checks, checked.edition.pk, Shown(kind), person, at, names_holder=names_holder)


def _of_copy(read: Read, checked: Checked | None, asking: Register, name: str, at: datetime) -> Answer:
    """A PDF or a picture whose bytes were never issued: which certificate it was made from, and in what it differs.
    `checked` is what became of the credential in it."""
    edition = checked.edition if checked else None
    found = _by_edition(edition, at) if edition else _by_what_stands_on_it(read, asking)
    if found is None or found.view is None:
        return _not_ours(read, at)
    about = edition or found.view.edition
    shows_name = found.everything and "holder" not in found.hidden
    register = Said(
        found.number,
        about.begins_on.isoformat(),
        about.expires_on.isoformat(),
        about.holder_name if shows_name else "",
    )
    differs = uploads.differences(
        read,
        _said(checked.report.document) if checked else None,
        register,
        proven=edition is not None,
        certificates=_sealers(),
        links=[f"{settings.PUBLIC_URL}{reverse('certificates:standing', args=[found.number])}"],
    )
    person = Person.NOT_COMPARED if name.strip() else Person.NOT_ASKED
    return _concluded([answers.altered()], found, about, person, at, Shown(read.kind, differs))


def _by_what_stands_on_it(read: Read, asking: Register) -> Found | None:
    """The certificate that a link or the title names, by its number; with everything where the link's key fits."""
    asked = [verification.unwrapped(Asked(link)) for link in read.links]
    texts = [*asked, *(Asked(found[0]) for found in [_NUMBER_IN_TITLE.search(read.title)] if found)]
    named: dict[tuple[str, str], Asked] = {}
    for one in texts:
        try:
            named.setdefault((numbers.parse(one.number).folded, one.key), one)
        except numbers.Misspelt:
            continue
    for one in [*named.values()][:_MOST_ASKED]:
        found = asking.look(one)
        if found is not None:
            return found
    return None


def _by_edition(
    edition: Edition, at: datetime, *, names_holder: bool = False, hides: frozenset[str] = frozenset()
) -> Found:
    view = credentials.entry(number=edition.credential.number, at=at)
    erased = view is not None and view.erased
    naming = Naming.MATCHES if names_holder and not erased else Naming.NOT_GIVEN
    return Found(view, naming, edition.credential.number, hides)


def _badge_names_its_holder(kind: Kind, content: bytes) -> bool:
    """Whether a picture that we issued carries a badge with the name in plain."""
    badge = baking.from_png(content) if kind is Kind.PNG else baking.from_svg(content)
    said = _said(reading.read(badge))
    return bool(said and said.name)


def _of_edition(
    checks: Sequence[Check],
    edition_id: int,
    shown: Shown,
    who: _Compared,
    at: datetime,
    *,
    names_holder: bool,
) -> Answer:
    rows = Edition.objects.select_related("credential", "particulars")
    edition = rows.get(pk=edition_id)
    # The printed certificate bears every fact; a badge with the name opens no more than the holder's link, and the name.
    hidden = frozenset(edition.credential.hidden) & set(verification.HIDEABLE)
    hides = frozenset() if shown.kind is Kind.PDF else hidden - {"holder"}
    found = _by_edition(edition, at, names_holder=names_holder, hides=hides)
    return _concluded(checks, found, edition, who.with_(edition), at, shown)


def _concluded(
    checks: Sequence[Check],
    found: Found,
    edition: Edition,
    person: Person,
    at: datetime,
    shown: Shown | None = None,
    *,
    logged: Logged | None = None,
) -> Answer:
    standing = _standing_of(found.view, edition)
    newer = found.view is not None and any(
        seen.edition.number > edition.number for seen in found.view.editions
    )
    register = answers.of_register(
        standing,
        begins_on=edition.begins_on,
        expires_on=edition.expires_on,
        on=at.date(),
        logged=logged or _logged(edition, at),
        newer=newer,
    )
    every = answers.worst([*checks, *register])
    why = answers.reasons(every, standing, person)
    return Answer(answers.concluded(every, person), every, why, person, at, found, edition, standing, shown)


def _standing_of(view: CredentialView | None, edition: Edition) -> Standing:
    seen = [one for one in (view.editions if view else ()) if one.edition.pk == edition.pk]
    return seen[0].answer.standing if seen else Standing.NOT_GRANTED


def _logged(edition: Edition, at: datetime) -> Logged:
    try:
        proven = True if log.inclusion(edition=edition) else None
    except log.Disagrees:
        proven = False
    erased = not edition.holder_name
    return answers.in_log(proven=proven, erased=erased, made_at=edition.made_at, at=at)


def _compared(view: CredentialView, at: datetime) -> Logged:
    edition = view.edition
    agrees = log.agrees(edition=edition, events=view.events)
    if agrees:
        return answers.AGREES  # compared, and not proven under a checkpoint
    return answers.in_log(proven=agrees, erased=not edition.holder_name, made_at=edition.made_at, at=at)


def _person(naming: Naming) -> Person:
    if naming in (Naming.MATCHES, Naming.FORMER):
        return Person.MATCHES
    if naming is Naming.DIFFERS:
        return Person.DIFFERS
    return Person.NOT_COMPARED if naming is Naming.PAUSED else Person.NOT_ASKED


def _not_ours(read: Read, at: datetime) -> Answer:
    detail = "Nothing in it names a certificate of this register."
    checks = answers.worst([*answers.unread(detail), Check(verifying.Asked.ISSUER, Outcome.UNKNOWN, detail)])
    return Answer(
        Result.UNKNOWN, checks, (Reason.NOT_ISSUED_HERE,), Person.NOT_ASKED, at, shown=Shown(read.kind)
    )


def _unreadable(detail: str, reason: Reason, at: datetime) -> Answer:
    checks = answers.unread(detail)
    return Answer(Result.UNKNOWN, checks, (reason,), Person.NOT_ASKED, at, shown=Shown(None, fault=detail))


def _sealers() -> frozenset[str]:
    """The digests of the certificates of every key that ever sealed documents."""
    found = set()
    for view in keys.published(KeyPurpose.PDF):
        own = x509.load_pem_x509_certificates(view.certificates.encode())[0]
        found.add(own.fingerprint(hashes.SHA256()).hex())
    return frozenset(found)


def _read(told: dict[str, Any]) -> Read:
    return Read(
        kind=Kind(told["kind"]),
        size=told["size"],
        carries=told["report"] is not None,
        title=told.get("title", ""),
        links=tuple(told.get("links", ())),
        seals=tuple(Seal(one["certificate"], one["intact"], one["covers"]) for one in told.get("seals", ())),
        pages=told.get("pages", 1),
    )


def _said(document: Any) -> Said | None:
    """What a credential whose proof holds says."""
    if document is None:
        return None
    subject = document["credentialSubject"]
    who = subject["identifier"][0]
    name = "" if who["hashed"] else who["identityHash"]
    return Said(subject["licenseNumber"], document["validFrom"][:10], document["validUntil"][:10], name)
