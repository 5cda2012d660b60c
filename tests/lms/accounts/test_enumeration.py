"""An answer at the door tells nobody whether an account exists: neither in words nor by the work that it takes."""

from typing import Any

import pytest
from django.test import Client

from lms.accounts.hashers import Argon2id

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class Counted(Argon2id):
    """The house's own, which counts how often it was at work: nearly all the time that an answer takes."""

    done = 0

    def encode(self, password: str, salt: str) -> str:
        Counted.done += 1
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        Counted.done += 1
        return super().verify(password, encoded)


@pytest.fixture(autouse=True)
def counted(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counted"]


def asked(address: str, **said: str) -> tuple[int, str, str, int]:
    """The code, where it leads, what it says, and how often a password was worked on."""
    Counted.done = 0
    client = Client()
    answer = client.post(address, said)
    onward = answer.headers.get("Location", "")
    page = client.get(onward) if onward else answer
    text = page.content.decode()
    for word in said.values():
        text = text.replace(word, "…")
    return answer.status_code, onward, text.partition("<main")[2].partition("</main>")[0], Counted.done


def same_but_for_tokens(one: str, other: str) -> bool:
    return [line for line in one.splitlines() if "csrf" not in line] == [
        line for line in other.splitlines() if "csrf" not in line
    ]


@pytest.mark.parametrize(
    ("address", "field", "more"),
    [
        ("/accounts/login/", "login", {"password": "wrong horse battery"}),
        ("/accounts/password/reset/", "email", {}),
    ],
)
def test_who_is_known_and_who_is_not_are_answered_alike(ada, address, field, more) -> None:
    known = asked(address, **{field: ada.email}, **more)
    unknown = asked(address, **{field: "nobody@example.org"}, **more)
    assert (known[0], known[1], known[3]) == (unknown[0], unknown[1], unknown[3])
    assert same_but_for_tokens(known[2], unknown[2])
    assert known[2].strip()


def test_signing_up_with_an_address_that_is_taken_looks_like_signing_up(ada) -> None:
    said = {
        "display_name": "Somebody",
        "password1": "a long enough secret",
        "accept": "on",
        "terms": "on",
        "privacy": "on",
    }
    taken = asked("/accounts/signup/", email=ada.email, **said)
    free = asked("/accounts/signup/", email="stranger@example.org", **said)
    assert (taken[0], taken[1], taken[3]) == (free[0], free[1], free[3])
    assert same_but_for_tokens(taken[2], free[2])
    assert taken[0] == 302
