"""What else than the register's own rows names a holder: their practice in their words, what others said of it, notes
and letters. Part of an erasure."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from certificates.actions import evidence
from certificates.models import (
    Appeal,
    AppealVote,
    Application,
    ApplicationChange,
    Credential,
    CredentialEvent,
    Decision,
    Doubt,
    Edition,
    Evidence,
    FeeDemand,
    LogEntry,
    Reference,
    SampleCase,
    Tie,
    Waiver,
    Watch,
)
from certificates.models.applications import OPEN
from certificates.states import EvidenceKind
from lms.notifications import outbox

ERASED = "Erased."


def carries_more(credential: Credential) -> bool:
    """Whether what was proven for a credential still carries something: another one of the same scheme that names its
    holder, or an application that waits."""
    mine = {"level__scheme": credential.level.scheme_id}
    others = Credential.objects.filter(
        holder=credential.holder_id, editions__particulars__isnull=False, **mine
    )
    waiting = Application.objects.filter(person=credential.holder_id, state__in=OPEN, **mine)
    return others.exclude(pk=credential.pk).exists() or waiting.exists()


def erase_practice(credential: Credential, at: datetime) -> bool:
    """Erases posts, projects, references with their referees' names and addresses, and notes of applications and appeals,
    unless something else of the same scheme still rests on them; returns whether it did.

    What was counted of them stays as it was decided upon, and counts for nothing from now on.
    """
    if carries_more(credential):
        return False
    mine = {"person": credential.holder_id, "scheme": credential.level.scheme_id}
    logs, references = LogEntry.objects.filter(**mine), Reference.objects.filter(**mine)
    sources = [f"certificates.log:{one}" for one in logs.values_list("uuid", flat=True)]
    sources += [f"certificates.reference:{one}" for one in references.values_list("uuid", flat=True)]
    for source in Evidence.objects.filter(source__in=sources).values_list("source", flat=True):
        evidence.take(
            source=f"{source}:erased",
            person_id=credential.holder_id,
            kind=EvidenceKind.RETRACTED,
            scheme_key=credential.level.scheme.key,
            facts={"retracts": source},
            occurred_on=at.date(),
            assessed_by_id=None,
        )
    logs.delete()
    references.delete()
    applications = _applications(credential)
    ApplicationChange.objects.filter(application__in=applications).update(note="")
    Decision.objects.filter(application__in=applications).update(note="")
    Waiver.objects.filter(application__in=applications).update(note=ERASED)
    appeals = _appeals(credential)
    AppealVote.objects.filter(appeal__in=appeals).update(reason=ERASED)
    appeals.update(text="")
    return True


def erase_notes(credential: Credential) -> None:
    """Empties what officers noted of their ties to the holder and of doubts about the credential, and what employers gave
    as their purpose. That there was a tie, a doubt or a watch stays."""
    Tie.objects.filter(person=credential.holder_id).exclude(note="").update(note="")
    Doubt.objects.filter(credential=credential).exclude(note="").update(note="")
    Watch.objects.filter(credential=credential).update(purpose=ERASED)


def erase_letters(credential: Credential) -> int:
    """Empties our copies of the letters about a credential, its applications, appeals and references, those to employers
    and referees among them; returns how many."""
    return outbox.erase(keys=_letters(credential))


def _letters(credential: Credential) -> Iterator[str]:
    for pk in CredentialEvent.objects.filter(credential=credential).values_list("pk", flat=True):
        yield from (f"certificates.event:{pk}", f"certificates.warning:{pk}")
    for pk in Edition.objects.filter(credential=credential).values_list("pk", flat=True):
        yield f"certificates.reminder:{pk}:"
    for pk in FeeDemand.objects.filter(credential=credential).values_list("pk", flat=True):
        yield f"certificates.fee:{pk}:"
    for pk in SampleCase.objects.filter(credential=credential).values_list("pk", flat=True):
        yield f"certificates.sample:{pk}"
    for pk, organisation_id in Watch.objects.filter(credential=credential).values_list(
        "pk", "organisation_id"
    ):
        # A statement lists everybody whom an employer watches: our copy of it goes as a whole.
        yield from (f"certificates.watch:{pk}:", f"certificates.watch_statement:{organisation_id}:")
    for uuid in _appeals(credential).values_list("uuid", flat=True):
        yield f"certificates.appeal:{uuid}:"
    if not carries_more(credential):
        for pk in _applications(credential).values_list("pk", flat=True):
            yield f"certificates.application:{pk}:"
        mine = {"person": credential.holder_id, "scheme": credential.level.scheme_id}
        for uuid in Reference.objects.filter(**mine).values_list("uuid", flat=True):
            yield f"certificates.reference:{uuid}"


def _applications(credential: Credential) -> QuerySet[Application]:
    return Application.objects.filter(person=credential.holder_id, level__scheme=credential.level.scheme_id)


def _appeals(credential: Credential) -> QuerySet[Appeal]:
    by_decision = Appeal.objects.filter(decision__application__in=_applications(credential))
    return by_decision | Appeal.objects.filter(event__credential=credential)
