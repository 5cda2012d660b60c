"""What accounts hear from django-allauth: that somebody showed that mail to an address arrives."""

from typing import Any

from allauth.account.signals import email_confirmed

from lms.notifications.actions import bounces


def note_arrival(*, email_address: Any, **facts: Any) -> None:
    bounces.clear(address=email_address.email)


email_confirmed.connect(note_arrival, dispatch_uid="accounts.note_arrival")
