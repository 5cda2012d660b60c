"""How often something may be asked: counts in the cache, by fixed windows of the clock.

Without a shared cache each process counts for itself, so that a limit is at most multiplied by their number.
"""

import hashlib
import ipaddress
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from lms.db import clock

# Who holds an IPv6 network of this size can ask from all of its addresses.
_NETWORK_BITS: Final = 64


@dataclass(frozen=True)
class Limit:
    """At most so many in so many seconds; `name` is a short word, sent in headers."""

    name: str
    most: int
    seconds: int


@dataclass(frozen=True)
class Count:
    limit: Limit
    used: int
    resets_in: int
    """Seconds until the window ends."""

    @property
    def left(self) -> int:
        return max(0, self.limit.most - self.used)

    @property
    def spent(self) -> bool:
        """Whether nothing is left: what comes next is one too many."""
        return self.used >= self.limit.most

    @property
    def over(self) -> bool:
        """Whether what was counted last was one too many."""
        return self.used > self.limit.most


def add(limit: Limit, subject: str, *, cost: int = 1) -> Count:
    """Counts `cost` against the limit for a subject (an address, a number) and tells how it stands."""
    key, resets_in = _window(limit, subject)
    cache.add(key, 0, limit.seconds)
    try:
        used = cache.incr(key, cost)
    except ValueError:  # it lapsed between the two lines
        cache.set(key, cost, limit.seconds)
        used = cost
    return Count(limit, used, resets_in)


def seen(limit: Limit, subject: str) -> Count:
    """How it stands, without counting."""
    key, resets_in = _window(limit, subject)
    return Count(limit, cache.get(key, 0), resets_in)


def asker(request: HttpRequest) -> str:
    """Who asks, as far as a throttle tells people apart: the IPv4 address, or the IPv6 network.

    Of `X-Forwarded-For` only what our own proxies wrote is believed (`TRUSTED_PROXIES`).
    """
    address = request.META.get("REMOTE_ADDR", "")
    noted = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    if 0 < settings.TRUSTED_PROXIES <= len(noted):
        address = noted[-settings.TRUSTED_PROXIES] or address
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 6 and known.ipv4_mapped is None:
        return str(ipaddress.ip_network((known, _NETWORK_BITS), strict=False))
    return str(known)


def declare(response: HttpResponse, count: Count) -> HttpResponse:
    """Says in the response's headers how many requests are left (draft-ietf-httpapi-ratelimit-headers)."""
    response["RateLimit-Policy"] = f'"{count.limit.name}";q={count.limit.most};w={count.limit.seconds}'
    response["RateLimit"] = f'"{count.limit.name}";r={count.left};t={count.resets_in}'
    if response.status_code == 429:
        response["Retry-After"] = str(count.resets_in)
    return response


def _window(limit: Limit, subject: str) -> tuple[str, int]:
    second = int(clock.now().timestamp())
    heart = hashlib.sha256(subject.encode()).hexdigest()[:24]
    key = f"throttle:{limit.name}:{second // limit.seconds}:{heart}"
    return key, limit.seconds - second % limit.seconds
