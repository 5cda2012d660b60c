"""Every address × every member of the cast gives the code that addresses.txt says. 404 is the answer about other people's
things.
"""

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse

from tests import cast
from tests.house.addresses import CODES, PEOPLE, names_in, parameters_of, who


def test_the_table_names_every_address_of_the_house() -> None:
    assert set(CODES) - {"wagtailadmin_home"} == names_in(get_resolver())


@pytest.mark.once
@pytest.mark.django_db
def test_what_somebody_founds_is_there_for_them_and_for_no_stranger() -> None:
    founder = who("founder")
    doors = [name for name in CODES if name.startswith("organisations:") and parameters_of(name) == {"slug"}]
    assert len(doors) >= 8
    wrong = []
    for person in ("ada", "cleo", "eve", "kai", "fay", "pia"):
        client = Client()
        client.force_login(cast.person(person))
        for name in doors:
            code = client.get(reverse(name, args=["founder-s-own"])).status_code
            if code != 404:
                wrong.append((person, name, code))
    client.force_login(founder)
    for name in doors:
        code = client.get(reverse(name, args=["founder-s-own"])).status_code
        if code not in (200, 405):
            wrong.append(("founder", name, code))
    assert wrong == []


@pytest.mark.once
def test_each_member_of_the_cast_gets_what_the_table_says(addresses) -> None:
    """All in one test, for what they walk through takes longer to build than to walk."""
    wrong = []
    for column, person in enumerate(PEOPLE):
        client = Client(raise_request_exception=False)
        with transaction.atomic():  # what one of them does, no other meets
            if person != "visitor":
                client.force_login(who(person))
            for name, address in addresses.items():
                answer = client.get(address)
                code = str(answer.status_code)
                list(answer)  # a file that is not read to its end is left open
                if code != CODES[name][column]:
                    wrong.append(f"{name} answers {person} with {code}, and {CODES[name][column]} is said")
            transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)
