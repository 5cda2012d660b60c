"""Watches as holders and employers see them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from certificates.models import Watch
from certificates.queries import credentials
from certificates.queries.credentials import CredentialView
from certificates.states import WATCH, WatchState
from lms.organisations import queries as organisations


@dataclass(frozen=True)
class WatchView:
    watch: Watch
    organisation: str
    view: CredentialView | None
    """How the credential stands; None unless the holder consents."""

    @property
    def open(self) -> bool:
        return not WATCH.final(self.watch.state)


def of_credential(*, credential_id: int) -> Sequence[WatchView]:
    """What employers asked about a credential and what became of it, the newest first, for its holder."""
    rows = list(Watch.objects.filter(credential_id=credential_id))
    names = organisations.cards({row.organisation_id for row in rows})
    return [WatchView(row, names[row.organisation_id].name, None) for row in rows]


def asked_of(*, person_id: int) -> Sequence[WatchView]:
    """The questions that wait for a holder's answer."""
    asked = Watch.objects.filter(credential__holder_id=person_id, state=WatchState.ASKED)
    rows = list(asked.select_related("credential"))
    names = organisations.cards({row.organisation_id for row in rows})
    return [WatchView(row, names[row.organisation_id].name, None) for row in rows]


def of_employers(*, organisation_ids: Collection[UUID], at: datetime) -> Sequence[WatchView]:
    """The watch-lists of these organisations, the newest first. Five statements however long they are."""
    rows = list(
        Watch.objects.filter(organisation_id__in=organisation_ids)
        .select_related("credential")
        .prefetch_related("credential__editions", "credential__events")[:500]
    )
    names = organisations.cards({row.organisation_id for row in rows})
    return [
        WatchView(
            row,
            names[row.organisation_id].name,
            credentials.view(row.credential, at) if row.state == WatchState.WATCHING else None,
        )
        for row in rows
    ]
