"""What privacy hears: that somebody signed in, who may have to accept a text first."""

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest

from lms.privacy.queries import legal
from lms.privacy.queries.legal import OUTSTANDING


def look_for_outstanding(*, request: HttpRequest, user: Any, **facts: Any) -> None:
    """Asked once, at sign-in, so that no page asks again."""
    if hasattr(request, "session") and legal.outstanding(user.pk):
        request.session[OUTSTANDING] = True


user_logged_in.connect(look_for_outstanding, dispatch_uid="privacy.look_for_outstanding")
