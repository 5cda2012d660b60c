"""The one place where django-allauth is bent to this house."""

import uuid
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from lms.accounts.models import Person
from lms.db import clock
from lms.notifications import outbox
from lms.notifications import queries as notices


class Backend(AuthenticationBackend):  # type: ignore[misc, unused-ignore]
    """Whoever is signed in, with the number of their unread notices, which every page shows: in one statement."""

    def get_user(self, user_id: int) -> Person | None:
        unread = notices.unread_of("pk")
        person = Person.objects.annotate(unread=unread).filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc, unused-ignore]
    """Mail goes through the outbox, so that a mail server that is down delays a sign-up and loses none."""

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
