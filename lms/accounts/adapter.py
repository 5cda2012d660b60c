"""The one place where django-allauth is bent to this house."""

import uuid
from typing import Any

import requests_hardened
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lms.accounts import queries
from lms.accounts.actions import people
from lms.accounts.models import Person
from lms.db import clock
from lms.kit import gather, names
from lms.notifications import outbox
from lms.notifications import queries as notices


class Backend(AuthenticationBackend):  # type: ignore[misc, unused-ignore]
    """Whoever is signed in, with the number of their unread notices, which every page shows: in one statement."""

    def get_user(self, user_id: int) -> Person | None:
        unread = notices.unread_of("pk")
        person = Person.objects.annotate(unread=unread).filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None


WANTED = "second-factor-wanted"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc, unused-ignore]
    """Mail goes through the outbox, so that a mail server that is down delays a sign-up and loses none."""

    def clean_email(self, email: str) -> str:
        email = super().clean_email(email)
        if self.request and self.request.path == reverse("account_signup"):
            # Else whoever adds a stranger's address to their account keeps the stranger out, or has them sign in to it.
            people.let_go_of_claims(email=email)
        return email

    def send_account_already_exists_mail(self, email: str) -> None:
        # A password is worked on, as for an account that is made: else the time would tell that there was one.
        make_password(str(uuid.uuid4()))
        super().send_account_already_exists_mail(email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        house = {
            "institution": settings.INSTITUTION,
            "public_url": settings.PUBLIC_URL,
            "contact": settings.CONTACT,
            "email": email,
        }
        person = context.get("user")
        # In the language of whoever reads it, not of whoever happens to cause it.
        with translation.override(getattr(person, "language", None) or settings.LANGUAGE_CODE):
            self._put(template_prefix, email, house, context, person)

    def _put(
        self, template_prefix: str, email: str, house: dict[str, Any], context: dict[str, Any], person: Any
    ) -> None:
        message = self.render_mail(template_prefix, email, house | context)
        html = next(
            (str(body) for body, kind in getattr(message, "alternatives", []) if kind == "text/html"), ""
        ) or render_to_string("notifications/plain.html", house | {"text": str(message.body)})
        with transaction.atomic():
            outbox.put(
                f"accounts.{template_prefix.rsplit('/', 1)[-1]}",
                key=f"account:{uuid.uuid4()}",
                to=email,
                person_id=getattr(person, "pk", None),
                context={},
                at=clock.now(),
                subject=message.subject,
                text=str(message.body),
                html=html,
            )

    def pre_login(self, request: HttpRequest, user: Any, **facts: Any) -> HttpResponse | None:
        """After the password and before the second factor: an organisation may have its people sign in with it alone."""
        refused: HttpResponse | None = super().pre_login(request, user, **facts)
        if refused is not None:
            return refused
        provider = provider_of(facts)
        way = next((way for part in gather.SIGN_IN if (way := part.way(user.pk, provider))), "")
        if not way:
            return None
        clear_login(request)
        messages.info(request, _("Your organisation wants you to sign in with its own account."))
        return redirect(way)

    def post_login(self, request: HttpRequest, user: Any, **facts: Any) -> HttpResponse:
        with transaction.atomic():
            for part in gather.SIGN_IN:
                part.arrived(user.pk, provider_of(facts))
        note_second_factor(request)
        return super().post_login(request, user, **facts)  # type: ignore[no-any-return, unused-ignore]


def note_second_factor(request: HttpRequest) -> None:
    """Notes in the session whether this person must set up a second factor before anything else."""
    wanted = (
        request.user.is_authenticated
        and any(part.needs_second_factor(request.user.pk) for part in gather.SIGN_IN)
        and not queries.has_second_factor(request.user.pk)
    )
    if wanted:
        request.session[WANTED] = True
    else:
        request.session.pop(WANTED, None)


def provider_of(facts: dict[str, Any]) -> int | None:
    """The number of the outside provider's row by which somebody signs in; 0 for one from the settings, None for none."""
    login = (facts.get("signal_kwargs") or {}).get("sociallogin")
    return None if login is None else (login.provider.app.pk or 0)


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc, unused-ignore]
    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What a passkey is for: the host alone, under the institution's name."""
        return {**super().get_public_key_credential_rp_entity(), "name": settings.INSTITUTION}


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc, unused-ignore]
    """An organisation's provider speaks for the mail domains that the organisation has shown to be its own, and no others."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Raises ImmediateHttpResponse with a page in words where the provider says too much or too little."""
        domains = self._domains(sociallogin.provider)
        if domains is None:
            return
        addresses = [row.email.lower() for row in sociallogin.email_addresses]
        told = bool(addresses) and all(address.rpartition("@")[2] in domains for address in addresses)
        # A link on any page can ask to connect: whose address it is not would give their account to whoever runs the provider.
        connects = sociallogin.state.get("process") == AuthProcess.CONNECT
        if told and (
            not connects or queries.verified_addresses_of(request.user.pk or 0).issuperset(addresses)
        ):
            return
        page = render(
            request,
            "socialaccount/wrong_domain.html",
            {"addresses": addresses, "domains": sorted(domains), "connects": told},
            status=403,
        )
        raise ImmediateHttpResponse(page)

    def is_email_verified(self, provider: Any, email: str) -> bool:
        domains = self._domains(provider)
        if domains is None:
            return bool(super().is_email_verified(provider, email))
        return email.lower().rpartition("@")[2] in domains

    def authenticate_by_email(self, sociallogin: Any) -> Any:
        for row in sociallogin.email_addresses:
            if row.verified:
                people.let_go_of_claims(email=row.email)
        found = super().authenticate_by_email(sociallogin)
        if found is None:
            return None
        # Who has shown other addresses and not this one only says that it is theirs.
        shown = queries.verified_addresses_of(found[0].pk)
        return found if not shown or found[1].lower() in shown else None

    def can_authenticate_by_email(self, login: Any, email: str) -> bool:
        domains = self._domains(login.provider)
        if domains is None:
            return False
        return email.lower().rpartition("@")[2] in domains

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> Any:
        person = super().populate_user(request, sociallogin, data)
        parts = data.get("name") or " ".join(filter(None, (data.get("first_name"), data.get("last_name"))))
        try:
            person.display_name = names.tidy(str(parts))[:120] or person.email.partition("@")[0]
        except names.Unprintable:
            person.display_name = person.email.partition("@")[0]
        return person

    def get_requests_session(self) -> Any:
        """Calls to addresses that people gave: never into a private network, never redirected, never for long."""
        session = requests_hardened.Manager(
            requests_hardened.Config(
                ip_filter_enable=True,
                ip_filter_allow_loopback_ips=settings.SIGN_IN_WITHIN,
                never_redirect=True,
                default_timeout=(5, 10),
                user_agent_override=f"{settings.INSTITUTION} sign-in",
            )
        ).get_session()
        session.trust_env = False
        return session

    def _domains(self, provider: Any) -> frozenset[str] | None:
        app = provider.app
        if app is None or app.pk is None:
            return None
        return next((found for part in gather.SIGN_IN if (found := part.domains(app.pk)) is not None), None)


class CheckedOpenIDConnect(OpenIDConnectOAuth2Adapter):  # type: ignore[misc, unused-ignore]
    """Checks the signature of what a provider says also where it came by a direct call, as SAML does."""

    @property
    def did_fetch_access_token(self) -> bool:
        return False

    @did_fetch_access_token.setter
    def did_fetch_access_token(self, fetched: bool) -> None:
        """The library notes here that it may skip the check."""


class ToolsAdapter(DefaultOIDCAdapter):  # type: ignore[misc, unused-ignore]
    """What other tools learn of a person: a number that is not ours elsewhere, and the name that others see."""

    def get_issuer(self) -> str:
        return f"{settings.PUBLIC_URL}/openid"

    def get_user_sub(self, client: Any, user: Any) -> str:
        return str(user.uuid)

    def get_user_by_sub(self, client: Any, sub: str) -> Any:
        try:
            wanted = uuid.UUID(sub)
        except ValueError:
            return None
        return get_user_model().objects.filter(uuid=wanted, is_active=True).first()
