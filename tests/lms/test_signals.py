"""An announcement carries exactly its facts, inside the transaction that made them."""

import pytest
from django.db import transaction

from lms.signals import Announcement


@pytest.fixture
def example():
    announcement = Announcement("example.thing_done", facts=("thing_id",), says="Something was done.")
    yield announcement
    Announcement.known.remove(announcement)


@pytest.mark.django_db
def test_receivers_hear_the_facts(example):
    heard = []

    def hear(sender, **facts):
        heard.append((sender, facts["thing_id"]))

    example.connect(hear)
    with transaction.atomic():
        example.announce(thing_id=7)
    assert heard == [("example.thing_done", 7)]


@pytest.mark.django_db
def test_a_missing_or_further_fact_is_refused(example):
    with pytest.raises(TypeError):
        example.announce()
    with pytest.raises(TypeError):
        example.announce(thing_id=7, colour="red")


@pytest.mark.django_db(transaction=True)
def test_it_is_refused_outside_a_transaction(example):
    with pytest.raises(RuntimeError):
        example.announce(thing_id=7)


@pytest.mark.django_db
def test_a_receiver_that_fails_takes_the_fact_back(example, ada):
    def fail(sender, **facts):
        raise ValueError

    example.connect(fail)
    with pytest.raises(ValueError), transaction.atomic():
        type(ada).objects.filter(pk=ada.pk).update(display_name="Someone else")
        example.announce(thing_id=7)
    ada.refresh_from_db()
    assert ada.display_name == "Ada Kamau"
