"""An institution opens with an owner, its names, keys and schemes, and with nobody made up."""

import io

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from lms.organisations.actions import founding, memberships
from lms.organisations.models import Membership, Organisation

pytestmark = pytest.mark.django_db
NAMES = {"institute": "Fjord Academy", "certification": "Fjord Certification"}


@pytest.fixture
def founded():
    memberships.found(slug="institute", name="Auditorium Institute", provider=True)
    memberships.found(slug="certification", name="Auditorium Certification", certification_body=True)


def opened():
    return founding.open_institution(names=NAMES, email="nora@fjord.example", display_name="Nora Fjord")


def test_the_owner_owns_both_and_has_no_password_yet(founded):
    assert opened()
    owner = get_user_model().objects.get(email="nora@fjord.example")
    assert not owner.has_usable_password()
    assert owner.is_superuser
    owned = Membership.objects.filter(person=owner).values_list("organisation__name", "role")
    assert sorted(owned) == [("Fjord Academy", "owner"), ("Fjord Certification", "owner")]


def test_opened_again_nothing_is_doubled_and_a_chosen_password_stays(founded):
    opened()
    owner = get_user_model().objects.get(email="nora@fjord.example")
    owner.set_password("chosen by herself")
    owner.save()
    assert not opened()
    owner.refresh_from_db()
    assert owner.check_password("chosen by herself")
    assert Membership.objects.count() == 2
    assert Organisation.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "says"),
    [({"owner": "nora"}, "nora is no e-mail address"), ({"training": "  "}, "A name is empty")],
)
def test_what_can_t_be_used_is_refused_before_anything_is_made(changed, says):
    given = {
        "training": "Fjord Academy",
        "certification": "Fjord Certification",
        "owner": "nora@fjord.example",
        "owner_name": "Nora Fjord",
    } | changed
    with pytest.raises(CommandError, match=says):
        call_command("open_institution", **given, stdout=io.StringIO())
    assert get_user_model().objects.count() == 0
