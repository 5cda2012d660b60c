"""Mail domains: how they are written, and what shows that one is an organisation's own."""

import re

PLACE = "_auditorium."
NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
# Where strangers to each other have their addresses: nobody's own, whatever they could write there.
SHARED = frozenset(
    {
        "aol.com", "gmail.com", "gmx.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "icloud.com",
        "live.com", "mail.com", "mail.ru", "me.com", "outlook.com", "outlook.de", "posteo.de", "proton.me",
        "protonmail.com", "qq.com", "t-online.de", "web.de", "yahoo.com", "yandex.ru", "zoho.com", "163.com",
    }
)  # fmt: skip


class NoDomain(ValueError):
    """Not a domain in which one organisation has its addresses."""


def tidy(text: str) -> str:
    """A domain in small letters and in the letters of the name system. Raises NoDomain."""
    name = text.strip().lower().removeprefix("@").rstrip(".")
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError:
        raise NoDomain(text) from None
    if len(name) > 253 or not NAME.fullmatch(name) or name in SHARED:
        raise NoDomain(text)
    return name


def record(token: str) -> str:
    """What is to be written at `PLACE` of the domain."""
    return f"auditorium-domain={token}"


def domain_of(address: str) -> str:
    return address.strip().lower().rpartition("@")[2]
