"""Who holds a valid credential, for registers on other floors."""

from datetime import timedelta

import pytest

from certificates.models import Credential
from certificates.states import CredentialState
from lms.db import clock
from lms.kit import gather
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


def holders(*schemes: str, on=None) -> frozenset[int]:
    return frozenset().union(*(part.holders(schemes, on or clock.today()) for part in gather.HOLDERS))


def test_a_holder_is_one_from_the_first_day_to_the_last_and_in_their_scheme_alone(ada, certification) -> None:
    make.schemes()
    edition = make.certified(ada).editions.get()
    assert holders(make.IMPLEMENTER) == {ada.pk}
    assert holders(make.AUDITOR) == holders() == frozenset()
    assert holders(make.IMPLEMENTER, on=edition.expires_on) == {ada.pk}
    assert holders(make.IMPLEMENTER, on=edition.expires_on + timedelta(days=1)) == frozenset()
    assert holders(make.IMPLEMENTER, on=edition.begins_on - timedelta(days=1)) == frozenset()


def test_what_is_suspended_is_not_held(ada, certification) -> None:
    make.schemes()
    make.certified(ada)
    Credential.objects.update(state=CredentialState.SUSPENDED)
    assert holders(make.IMPLEMENTER) == frozenset()
