"""The name system of the internet: what a domain's owner has written there."""

import dns.exception
import dns.resolver
from django.conf import settings

SECONDS = 5


class CouldNotAsk(Exception):
    """No answer came: that says nothing about the domain."""


def texts_at(name: str) -> frozenset[str]:
    """The TXT records at a name; none where there is no such name. Raises CouldNotAsk."""
    resolver = dns.resolver.Resolver(configure=not settings.DNS_RESOLVER)
    if settings.DNS_RESOLVER:
        address, _, port = settings.DNS_RESOLVER.rpartition(":")
        resolver.nameservers, resolver.port = [address], int(port)
    resolver.lifetime = SECONDS
    try:
        found = resolver.resolve(name, "TXT")
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return frozenset()
    except dns.exception.DNSException as fault:
        raise CouldNotAsk(str(fault)) from None
    return frozenset(b"".join(record.strings).decode("utf-8", "replace") for record in found)
