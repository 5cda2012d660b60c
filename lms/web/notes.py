"""Messages to whoever sees the next page, in a cookie that no neighbouring name can set."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class Cookie(CookieStorage):
    cookie_name = f"{settings.COOKIE_PREFIX}messages"


class Storage(FallbackStorage):
    """A cookie, and where that is full the session."""

    storage_classes = (Cookie, SessionStorage)
