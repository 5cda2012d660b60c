"""Appeals: what one may appeal against, until when, and who may hear it."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from certificates.models import Appeal, Application, ApplicationChange, CredentialEvent, Decision, Waiver
from certificates.queries import conflicts, schemes
from certificates.queries.schemes import SchemeView
from certificates.rules import appeals as rules
from certificates.rules.appeals import Absence
from certificates.rules.standing import Happening
from certificates.states import AppealState

OWN: Final = "appeal"


class UnknownAppeal(LookupError):
    """There is no such appeal for this person."""


@dataclass(frozen=True)
class Against:
    """What an appeal would be against: a decision, or an act of the register; and until when."""

    decision: Decision | None
    event: CredentialEvent | None
    scheme: SchemeView
    told_on: date

    @property
    def last_day(self) -> date:
        return rules.last_day(self.told_on, self.scheme.appeals["days"])


def against(*, person_id: int, application_uuid: UUID | None = None, number: str = "") -> Against | None:
    """The decision on one's own application, or the latest suspension or withdrawal of one's own credential by an
    officer, while nothing has followed it; None where there is none."""
    if application_uuid is not None:
        decision = (
            Decision.objects.select_related("application")
            .filter(application__uuid=application_uuid, application__person_id=person_id)
            .first()
        )
        if decision is None:
            return None
        scheme = schemes.version(version_id=decision.application.version_id)
        return Against(decision, None, scheme, decision.decided_at.date())
    acts = (Happening.SUSPENDED.value, Happening.REINSTATED.value, Happening.WITHDRAWN.value)
    events = CredentialEvent.objects.select_related("credential").filter(
        credential__number=number, credential__holder_id=person_id, kind__in=acts
    )
    latest = events.order_by("-recorded_at", "-pk").first()
    if latest is None or latest.kind == Happening.REINSTATED or latest.reason == "voluntary":
        return None
    version_id = latest.credential.editions.latest("number").version_id
    return Against(None, latest, schemes.version(version_id=version_id), latest.recorded_at.date())


def lodged(found: Against, *, kind: str) -> Appeal | None:
    """The appeal of this kind that was lodged against it, unless it was taken back."""
    rows = Appeal.objects.filter(decision=found.decision, event=found.event, kind=kind)
    return rows.exclude(state=AppealState.WITHDRAWN).first()


def absence(appeal: Appeal, *, member_id: int, on: date) -> Absence | None:
    """Why a member may not hear an appeal, or None."""
    stands = conflicts.standing(officer_id=member_id, person_id=appeal.person_id, on=on)
    return rules.absence(
        member_id=member_id,
        person_id=appeal.person_id,
        took_part=took_part(appeal),
        conflicted=not stands.free,
    )


def took_part(appeal: Appeal) -> frozenset[int]:
    """Who decided, waived, asked or offered in what an appeal is against."""
    if appeal.decision_id is None:
        found = CredentialEvent.objects.filter(appeals=appeal).values_list("actor_id", "second_actor_id")
        return frozenset(actor for both in found for actor in both if actor)
    mine = {"application__decision": appeal.decision_id}
    acted = ApplicationChange.objects.filter(**mine).values_list("actor_id", flat=True)
    waived = Waiver.objects.filter(**mine).values_list("waived_by_id", flat=True)
    decided = Decision.objects.filter(pk=appeal.decision_id).values_list("decided_by_id", flat=True)
    return frozenset(actor for actor in (*acted, *waived, *decided) if actor)


def appeal(uuid: UUID, *, person_id: int | None = None) -> Appeal:
    """One appeal, for who lodged it (`person_id`) or for the panel. Raises UnknownAppeal."""
    rows = listed().filter(uuid=uuid)
    found = (rows if person_id is None else rows.filter(person_id=person_id)).first()
    if found is None:
        raise UnknownAppeal(uuid)
    return found


def listed() -> QuerySet[Appeal]:
    """Every appeal, the open ones first, by the day on which they have to be answered."""
    rows = Appeal.objects.select_related(
        "decision__application__level", "decision__application__version", "event__credential__level"
    )
    return rows.order_by("decided_at", "answer_by", "pk")


def led_to(appeal: Appeal) -> Application | None:
    """The application that an upheld appeal put before the officers, or None."""
    return Application.objects.filter(after=appeal).first()
