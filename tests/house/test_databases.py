"""The tests stand on firm ground themselves."""

import pytest
from wagtail.models import Page

from lms.accounts.models import Person

pytestmark = pytest.mark.django_db


def test_a_test_finds_what_migrations_made_and_nobody_else() -> None:
    assert (Person.objects.count(), Page.objects.filter(depth=1).count()) == (0, 1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["one that commits", "the one after it"])
def test_what_a_test_commits_is_gone_for_the_next(turn, eve) -> None:
    assert (Person.objects.count(), Page.objects.filter(depth=1).count()) == (1, 1)


def test_after_one_that_commits_the_ground_is_clean() -> None:
    assert Person.objects.count() == 0


def test_the_library_stands_where_a_test_asks_for_it(library) -> None:
    assert Person.objects.count() == 0
    assert Page.objects.filter(depth__gt=2).exists()


def test_the_demonstration_has_the_whole_cast(demonstration, ada, olga) -> None:
    assert Person.objects.count() == 18
