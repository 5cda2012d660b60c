"""An organisation's own sign-in: set up, required, and what follows when somebody comes in by it."""

from dataclasses import dataclass
from uuid import UUID

from allauth.socialaccount.models import SocialApp
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from lms.accounts import queries as people
from lms.audit import trail
from lms.db import clock
from lms.notifications import outbox
from lms.organisations import queries
from lms.organisations.actions import memberships
from lms.organisations.models import Membership, Organisation, SignIn
from lms.organisations.states import Protocol


class NoDomainShown(Exception):
    """A sign-in speaks for domains that the organisation has shown to be its own; it has none."""


class NoOwnerLeft(Exception):
    """Nobody could come in if the sign-in failed: no owner has a password and a second factor."""


@dataclass(frozen=True)
class OpenId:
    """What an OpenID provider tells of itself: where it is, and the name and secret it has given us."""

    server: str
    client: str
    secret: str


@dataclass(frozen=True)
class Saml:
    """What a SAML provider tells of itself: its name, where one signs in, and the certificate by which it signs."""

    entity: str
    address: str
    certificate: str


def set_up(*, organisation_id: UUID, how: OpenId | Saml, actor_id: int) -> SignIn:
    """The sign-in is this from now on; whether it is required stays as it was. Raises NoDomainShown."""
    at = clock.now()
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
        if not queries.domains_shown(organisation_id):
            raise NoDomainShown(organisation.slug)
        row = SignIn.objects.filter(organisation=organisation).select_related("app").first()
        app = row.app if row else SocialApp()
        secret = app.secret
        _fill(app, organisation, how)
        if isinstance(how, OpenId) and not how.secret:
            app.secret = secret  # left as it was: it is shown to nobody
        app.save()
        protocol = Protocol.OPENID if isinstance(how, OpenId) else Protocol.SAML
        if row is None:
            row = SignIn(organisation=organisation, app=app)
        row.protocol, row.set_at = protocol, at
        row.save()
        _trace("set", row, actor_id, {"protocol": protocol})
    return row


def require(*, organisation_id: UUID, enforced: bool, actor_id: int) -> None:
    """Whether the organisation's people may sign in with it alone. Owners may always use their password and second factor:
    who breaks the glass is noted, and the other owners are told.

    Raises SignIn.DoesNotExist and NoOwnerLeft.
    """
    with transaction.atomic():
        row = SignIn.objects.select_for_update().get(organisation_id=organisation_id)
        owners = Membership.objects.filter(organisation_id=organisation_id, role="owner")
        safe = any(people.has_second_factor(one) for one in owners.values_list("person_id", flat=True))
        if enforced and not safe:
            raise NoOwnerLeft(organisation_id)
        row.enforced = enforced
        row.save(update_fields=["enforced"])
        _trace("required" if enforced else "left_open", row, actor_id, {})


def end(*, organisation_id: UUID, actor_id: int) -> None:
    """The sign-in is gone; people set a password by the letter for who forgot theirs. Raises SignIn.DoesNotExist."""
    with transaction.atomic():
        row = SignIn.objects.select_for_update().get(organisation_id=organisation_id)
        _trace("ended", row, actor_id, {})
        app = row.app
        row.delete()
        app.delete()


def arrived(person_id: int, app_id: int | None) -> None:
    """Whoever comes in by an organisation's sign-in is its member from then on; an owner who comes in by password where
    the sign-in is required has broken the glass."""
    _note_broken_glass(person_id, app_id)
    row = SignIn.objects.filter(app_id=app_id).first() if app_id else None
    known = (
        row and Membership.objects.filter(organisation_id=row.organisation_id, person_id=person_id).exists()
    )
    if row and not known:
        memberships.appoint(
            person_id=person_id, organisation_id=row.organisation_id, role="member", actor_id=person_id
        )


def _note_broken_glass(person_id: int, app_id: int | None) -> None:
    at = clock.now()
    for row in queries.required_of(person_id).exclude(app_id=app_id or 0).select_related("organisation"):
        _trace("glass_broken", row, person_id, {})
        owners = Membership.objects.filter(organisation_id=row.organisation_id, role="owner")
        for card in people.cards(owners.values_list("person_id", flat=True)).values():
            outbox.put(
                "organisations.glass_broken",
                key=f"organisations.glass:{row.uuid}:{person_id}:{at.isoformat()}:{card.id}",
                to=card.email,
                person_id=card.id,
                context={
                    "name": card.display_name,
                    "organisation": row.organisation.name,
                    "who": people.card(person_id).display_name,
                    "url": settings.PUBLIC_URL
                    + reverse("organisations:signing_in", args=[row.organisation.slug]),
                },
                at=at,
            )


def _fill(app: SocialApp, organisation: Organisation, how: OpenId | Saml) -> None:
    app.name = organisation.name[:40]
    if isinstance(how, OpenId):
        app.provider, app.provider_id = Protocol.OPENID, str(organisation.id)
        app.client_id, app.secret = how.client, how.secret
        app.settings = {"server_url": how.server, "oauth_pkce_enabled": True, "fetch_userinfo": False}
    else:
        # The library finds a SAML provider by `client_id`.
        app.provider, app.provider_id = Protocol.SAML, str(organisation.id)
        app.client_id, app.secret = str(organisation.id), ""
        app.settings = {
            "idp": {"entity_id": how.entity, "sso_url": how.address, "x509cert": how.certificate},
            "advanced": {
                "strict": True,
                "want_assertion_signed": True,
                "reject_deprecated_algorithm": True,
                "reject_idp_initiated_sso": True,
                "allow_single_label_domains": settings.SIGN_IN_WITHIN,
                "want_attribute_statement": False,
            },
            "use_nameid_for_email": True,
        }


def _trace(what: str, row: SignIn, actor_id: int, facts: dict[str, str]) -> None:
    trail.record(
        f"organisations.sign_in.{what}",
        subject=f"organisations.sign_in:{row.uuid}",
        at=clock.now(),
        actor_id=actor_id,
        organisation_id=row.organisation_id,
        facts=facts,
    )
