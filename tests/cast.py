"""The people of the tests. They are those of the demonstration, with the same roles; made when asked for.

Ada learns and is examined. Ben is a member of Northmoor Systems, Cleo its manager. Dag is a stranger.
At the institute Eve examines, Fay and Gil keep the books, Finn writes courses, Gro edits them, Hana writes items, Ivo and Jun review
them, Tove trains, Olga owns the place. At the certification body Kai and Mara decide and Lena keeps the schemes.
"""

import functools
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.test import Client

from lms.accounts.actions import people
from lms.accounts.contributions import DEMONSTRATION_PEOPLE
from lms.accounts.models import Person
from lms.organisations import queries as organisations
from lms.organisations.actions import memberships
from lms.organisations.contributions import DEMONSTRATION_ROLES
from lms.privacy.actions import legal
from lms.privacy.queries.legal import OF_ACCOUNTS

NAMES = tuple(email.split("@")[0] for email, _ in DEMONSTRATION_PEOPLE)
PASSWORD = "a-verdigris-rosette"
ORGANISATIONS = {
    "institute": {"name": "Auditorium Institute", "provider": True},
    "certification": {"name": "Auditorium Certification", "certification_body": True},
    "northmoor": {"name": "Northmoor Systems", "employer": True},
}


@functools.cache
def _encoded() -> str:
    """The cast's password as it is kept: slow to make, as it should be, and so made once."""
    return make_password(PASSWORD)


def person(name: str) -> Person:
    """One of the cast with every role they have; made once in each test."""
    email, display_name = next(row for row in DEMONSTRATION_PEOPLE if row[0].startswith(f"{name}@"))
    known = get_user_model().objects.filter(email=email).first()
    if known is not None:
        return known
    superuser = name == "olga"
    person_id = people.register(email=email, display_name=display_name, password=None, superuser=superuser)
    get_user_model().objects.filter(pk=person_id).update(password=_encoded())
    legal.accept(person_id=person_id, kinds=OF_ACCOUNTS, context="cast")
    for slug, who, role in DEMONSTRATION_ROLES:
        if who == name:
            organisation_id = memberships.found(slug=slug, **ORGANISATIONS[slug])
            memberships.appoint(
                person_id=person_id, organisation_id=organisation_id, role=role, actor_id=None
            )
    return get_user_model().objects.get(pk=person_id)


def _member(name: str) -> Any:
    @pytest.fixture(name=name)
    def made(db: None) -> Person:
        return person(name)

    return made


def _organisation(slug: str) -> Any:
    @pytest.fixture(name=slug)
    def made(db: None) -> Any:
        memberships.found(slug=slug, **ORGANISATIONS[slug])
        return organisations.organisation(slug=slug)

    return made


ada, ben, cleo, dag, eve, finn, gro = map(_member, ("ada", "ben", "cleo", "dag", "eve", "finn", "gro"))
fay, gil = _member("fay"), _member("gil")
hana, ivo, jun, kai, lena, mara, olga, pia, tove = map(
    _member, ("hana", "ivo", "jun", "kai", "lena", "mara", "olga", "pia", "tove")
)
institute, certification, northmoor = map(_organisation, ORGANISATIONS)


@pytest.fixture
def signed_in(db: None) -> Callable[[Person], Client]:
    """`signed_in(ada)` is a client that Ada has logged in with."""

    def client_of(who: Person) -> Client:
        client = Client()
        client.force_login(who)
        return client

    return client_of
