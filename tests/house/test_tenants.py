"""What is one organisation's is nobody else's: not in a list, not in a search, not in an export, not by a key for programs.

Each column in which people write gets a word of its own wherever it is not the founder's. Whoever has every office in an
organisation of their own may meet such a word only where any stranger meets it too.
"""

import re
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client

from lms.organisations.actions import api_keys
from lms.organisations.models import Membership
from lms.organisations.rules import api_keys as rules
from tests import cast
from tests.house.addresses import CODES, PEOPLE, who
from tests.house.written import written

WORD = re.compile(rb"Quagga(\d+)q")
SEARCHED = dict.fromkeys(("q", "search", "query", "name", "text", "number"), "Quagga")
# Lists, searches and exports of the admin, which are no addresses of the house's own.
ADMIN = (
    "/admin/", "/admin/pages/", "/admin/pages/search/?q=Quagga", "/admin/images/?q=Quagga", "/admin/documents/?q=Quagga",
    "/admin/reports/locked/", "/admin/reports/workflow/", "/admin/reports/site-history/", "/admin/reports/aging-pages/",
)  # fmt: skip
OF_PROGRAMS = ("results", "certificates", "learning", "members", "webhooks")


def write_words() -> dict[int, str]:
    """A word in each column, and which it is by the number of the word."""
    words: dict[int, str] = {}
    for number, (model, name) in enumerate(written(12)):
        try:
            with transaction.atomic():
                if model._default_manager.update(**{name: f"Quagga{number}q"}):
                    words[number] = f"{model._meta.label}.{name}"
        except DatabaseError:  # the database keeps it from being changed
            continue
    return words


def met(answer: HttpResponseBase) -> set[int]:
    is_stream = isinstance(answer, StreamingHttpResponse)
    text = b"".join(answer) if is_stream else getattr(answer, "content", b"")
    return {int(number) for number in WORD.findall(text)}


def walk(client: Client, addresses: dict[str, str]) -> dict[str, set[int]]:
    """The words that somebody meets at each address, asked plainly and with a search."""
    found = {}
    for name, address in addresses.items():
        plain = met(client.get(address))
        found[name] = plain | met(client.get(address, SEARCHED))
    return found


@pytest.mark.once
def test_who_has_every_office_elsewhere_meets_no_more_of_it_than_a_stranger(
    addresses: dict[str, str], dag: Any
) -> None:
    words = write_words()
    assert len(words) > 40
    asked = {name: addresses[name] for name in CODES if name in addresses}
    asked |= {address: address for address in ADMIN}
    stranger = Client(raise_request_exception=False)
    stranger.force_login(dag)
    common = walk(stranger, asked)
    wrong = []
    for owner in ("founder", "awarder"):
        with transaction.atomic():
            person = who(owner)
            client = Client(raise_request_exception=False)
            client.force_login(person)
            for name, numbers in walk(client, asked).items():
                wrong += [f"{owner} meets {words[number]} at {name}" for number in numbers - common[name]]
            transaction.set_rollback(True)
    assert not wrong, "\n".join(sorted(wrong))
    # That there is something to meet: who examines there meets it.
    own = Client(raise_request_exception=False)
    own.force_login(cast.person("eve"))
    column = PEOPLE.index("eve")
    open_to_her = {name: at for name, at in addresses.items() if CODES[name][column] == "200"}
    theirs = {name: numbers - common[name] for name, numbers in walk(own, open_to_her).items()}
    assert len([name for name, numbers in theirs.items() if numbers]) > 10, theirs


@pytest.mark.once
def test_a_key_for_programs_reads_nothing_of_another_organisation(
    addresses: dict[str, str], ada: Any
) -> None:
    write_words()

    def asks(person: Any) -> Client:
        home = Membership.objects.filter(person=person).values_list("organisation", flat=True)[0]
        scopes = sorted(rules.SCOPES)
        _, key = api_keys.make(organisation_id=home, name="a key", scopes=scopes, days=30, actor_id=person.pk)
        return Client(headers={"authorization": f"Bearer {key}"})

    strange = asks(who("founder"))
    for what in OF_PROGRAMS:
        answer = strange.get(f"/api/v1/organisation/{what}")
        assert answer.status_code == 200, (what, answer.content)
        assert not met(answer), (what, answer.content)
        assert ada.email.encode() not in answer.content
    # That there is something to read: the organisation that Cleo manages reads its own.
    assert met(asks(cast.person("cleo")).get("/api/v1/organisation/members"))
