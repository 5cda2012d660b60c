from datetime import timedelta

import pytest

from certificates.actions import applications, evidence, register
from certificates.contributions import catalogue, desk
from lms.db import clock
from lms.kit import gather
from lms.kit.gather import DeskQuery
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


def cards(person):
    return [
        (card.group, card.title, card.action, card.standing)
        for card in desk.cards(DeskQuery(person_id=person.pk, at=clock.now()))
    ]


def test_nothing_lies_there_without_proof(schemes, ada):
    assert cards(ada) == []
    make.exam_result(ada, outcome="failed")
    assert cards(ada) == []


def test_after_the_exam_the_next_step_is_the_code_then_the_application_then_nothing(schemes, ada):
    make.exam_result(ada)
    assert cards(ada) == [("next", "The next step: Provisional Implementer", "Read and sign", "")]
    evidence.sign_code(person_id=ada.pk, scheme_key=make.IMPLEMENTER)
    assert cards(ada) == [("next", "The next step: Provisional Implementer", "Apply", "")]
    make.certified(ada)
    assert cards(ada) == [
        ("certificates", "Provisional Implementer", "Open the certificate", "valid"),
        ("certificates", "The next level: Implementer", "Your experience, hours and references", ""),
    ]


def test_the_desk_says_when_the_next_level_is_reached_and_how_an_application_stands(schemes, ada, kai):
    make.certified(ada)
    make.practice(ada, years=1, hours=200)
    make.referred(ada)
    card = desk.cards(DeskQuery(person_id=ada.pk, at=clock.now()))[1]
    # The second year of 365 days began today and is full in 364 days.
    assert (clock.today() + timedelta(days=364)).isoformat() in card.text
    with clock.shifted(days=364):
        assert cards(ada)[0] == ("next", "The next step: Implementer", "Apply", "")
        application = make.applied(ada, level_key="implementer")
        assert cards(ada)[0][1:3] == ("Your application: Implementer", "See how it stands")
        applications.ask(application_uuid=application.uuid, officer_id=kai.pk, note="Why?")
        assert cards(ada)[0][:3] == ("next", "Your application: Implementer", "Answer")


def test_the_card_follows_the_standing(schemes, ada, kai):
    credential = make.certified(ada)
    with clock.shifted(days=3 * 365):
        assert cards(ada)[0][3] == "due"
    with clock.shifted(days=4 * 365):
        assert cards(ada)[0][3] == "expired"
    register.suspend(
        number=credential.number, officer_id=kai.pk, reason="holder-asked", public_note="", use_key="a"
    )
    assert cards(ada)[0][3] == "suspended"


def test_the_schemes_stand_in_the_catalogue(schemes):
    assert [(offer.kind, offer.key) for offer in catalogue.offers()] == [
        ("scheme", make.AUDITOR),
        ("scheme", make.IMPLEMENTER),
    ]


def test_only_officers_have_a_link_to_the_register(schemes, ada, kai):
    assert gather.work_of(ada.pk) == []
    assert [link.url for link in gather.work_of(kai.pk)] == [
        "/schemes/",
        "/decisions/",
        "/register/",
        "/register/upkeep/",
        "/decisions/appeals/",
    ]
