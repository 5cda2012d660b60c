"""What an attacker hands in, at every address of the house at once."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import DatabaseError, transaction
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from lms.accounts.models import Person
from lms.organisations.models import Membership
from tests.house.addresses import CODES, PEOPLE, who
from tests.house.written import written

MARKUP = "\"'><img src=x onerror=alert(1)>"
AS_MARKUP = b"<img src=x onerror"
ELSEWHERE = "https://evil.example/"
ONWARD = dict.fromkeys(("next", "back", "to", "url", "return", "redirect", "redirect_to"), ELSEWHERE)
# What no database can be asked for, and what no page has, under every name by which addresses are asked.
ASKED = (
    "after", "again", "ask", "at", "bank", "before", "by", "from", "in", "k", "kind", "language", "name", "next", "page",
    "q", "show",
)  # fmt: skip
ODD = tuple("&".join(f"{name}={value}" for name in ASKED) for value in ("%00", "-1", "9" * 30))
# What nobody may say of themselves, by the names that the tables have for it.
MORE_THAN_ASKED = {
    "is_superuser": "on", "is_staff": "on", "is_active": "on", "person": "1", "person_id": "1", "organisation_id": "1",
    "actor_id": "1", "role": "owner", "roles": "owner", "state": "released", "outcome": "pass", "paid": "on", "price": "0",
    "amount": "0", "owner": "1", "groups": "1", "user_permissions": "1", "hats": "certification",
}  # fmt: skip


def write_markup() -> int:
    """Markup in all that people wrote; in how many columns that could be changed. The database keeps some from it."""
    changed = 0
    for model, name in written(len(MARKUP)):
        try:
            with transaction.atomic():
                changed += bool(model._default_manager.update(**{name: MARKUP}))
        except DatabaseError:
            continue
    return changed


def clients() -> Iterator[tuple[Client, list[str]]]:
    """Each member of the cast with the addresses that open to them first."""
    order = [*PEOPLE[1:], PEOPLE[0]]
    first: dict[str, list[str]] = {person: [] for person in order}
    for name, codes in CODES.items():
        opens = (person for person in order if codes[PEOPLE.index(person)] in {"200", "302", "405"})
        if person := next(opens, None):
            first[person].append(name)
    for person, names in first.items():
        client = Client(raise_request_exception=False, headers={"referer": ELSEWHERE})
        if person != "visitor":
            client.force_login(who(person))
        yield client, names


def faults(name: str, answer: HttpResponseBase) -> Iterator[str]:
    if answer.status_code >= 500:
        yield f"{name}: {answer.status_code}"
    if urlsplit(answer.headers.get("Location", "")).hostname not in {None, "testserver", "localhost"}:
        yield f"{name} leads to {answer.headers['Location']}"
    is_page = answer.headers.get("Content-Type", "").startswith("text/html")
    text = b"".join(answer) if isinstance(answer, StreamingHttpResponse) else getattr(answer, "content", b"")
    if is_page and AS_MARKUP in text:
        at = text.index(AS_MARKUP)
        yield f"{name} has markup that somebody wrote: {text[max(0, at - 60) : at + 40]!r}"


def power() -> set[tuple[Any, ...]]:
    """Who may do what by themselves, and who has an office in which organisation."""
    people = Person.objects.values_list("pk", "is_superuser", "is_active")
    offices = Membership.objects.exclude(role="member").values_list("person", "organisation", "role")
    return {*people, *offices}


@pytest.mark.once
def test_no_address_leads_elsewhere_shows_what_is_written_as_markup_or_gives_more_than_was_asked_for(
    addresses: dict[str, str],
) -> None:
    """All in one test, for what is walked through takes longer to build than to walk."""
    assert write_markup() > 40
    wrong: list[str] = []
    for client, names in clients():
        for name in names:
            wrong += faults(f"GET {name}", client.get(addresses[name], ONWARD))
            for odd in ODD:
                wrong += faults(f"GET {name}?{odd[:20]}", client.get(f"{addresses[name]}?{odd}"))
            with transaction.atomic():  # what one of them does, the next does not meet
                before = power()
                wrong += faults(f"POST {name}", client.post(addresses[name], ONWARD | MORE_THAN_ASKED))
                if gained := power() - before:
                    wrong.append(f"POST {name} gave more than was asked for: {gained}")
                transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)
