"""What an attacker hands in, at every address of the house at once."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import DatabaseError, models, transaction
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from lms.accounts.models import Person
from lms.organisations.models import Membership
from tests.house.addresses import CODES, OURS, PEOPLE, who

MARKUP = "\"'><img src=x onerror=alert(1)>"
AS_MARKUP = b"<img src=x onerror"
WRITTEN = frozenset(
    [
        "about",
        "brief",
        "certificate_name",
        "certificate_name_latin",
        "city",
        "comment",
        "company",
        "contact",
        "decision_reason",
        "display_name",
        "evidence",
        "finding",
        "legal_name",
        "name",
        "note",
        "position",
        "public_note",
        "purpose",
        "quote",
        "reason",
        "reasons",
        "reference",
        "request",
        "role",
        "source",
        "statement",
        "strapline",
        "street",
        "subject",
        "summary",
        "task",
        "text",
        "title",
        "where",
    ]
)
# Written in Markdown, and kept as the markup that the loader makes of it.
MARKUP_OF_OURS = {"courses.Case.about", "courses.CaseDocument.text"}
ELSEWHERE = "https://evil.example/"
ONWARD = dict.fromkeys(("next", "back", "to", "url", "return", "redirect", "redirect_to"), ELSEWHERE)
# What nobody may say of themselves, by the names that the tables have for it.
MORE_THAN_ASKED = {
    "is_superuser": "on", "is_staff": "on", "is_active": "on", "person": "1", "person_id": "1", "organisation_id": "1",
    "actor_id": "1", "role": "owner", "roles": "owner", "state": "released", "outcome": "pass", "paid": "on", "price": "0",
    "amount": "0", "owner": "1", "groups": "1", "user_permissions": "1", "hats": "certification",
}  # fmt: skip


def written() -> Iterator[tuple[type[models.Model], str]]:
    """Every column in which people write."""
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.local_fields:
                is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
                is_meant = field.name in WRITTEN and str(field) not in MARKUP_OF_OURS
                if is_text and is_meant and (field.max_length or 99) > len(MARKUP):
                    yield model, field.name


def write_markup() -> int:
    """Markup in all that people wrote; in how many columns that could be changed. The database keeps some from it."""
    changed = 0
    for model, name in written():
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
            with transaction.atomic():  # what one of them does, the next does not meet
                before = power()
                wrong += faults(f"POST {name}", client.post(addresses[name], ONWARD | MORE_THAN_ASKED))
                if gained := power() - before:
                    wrong.append(f"POST {name} gave more than was asked for: {gained}")
                transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)
