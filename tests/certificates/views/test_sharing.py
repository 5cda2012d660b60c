"""What a holder shows of a certificate, and who finds them."""

import io

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from certificates.actions import register
from certificates.models import Listing
from lms.jobs.queue import SWEEPS
from tests import cast
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential(schemes, ada):
    return make.certified(ada)


def found(**asked):
    return Client().get("/certified/", asked).content.decode()


def test_a_holder_is_found_only_while_they_want_to_be(credential, ada, signed_in):
    client, path = signed_in(ada), f"/certificates/{credential.number}/sharing/"
    assert "Ada Kamau" not in found(q="kamau")
    client.post(path, {"listed": "on", "country": "KE", "hidden": ["scope"]})
    credential.refresh_from_db()
    own = client.get(f"/certificates/{credential.number}/").content.decode()
    assert ('<dd dir="auto">Ada Kamau</dd>' in own, "Planning, implementing" in own) == (True, True)
    assert (credential.hidden, Listing.objects.get().country) == (["scope"], "KE")
    for asked in ({"q": "KÁMAU"}, {"country": "KE"}, {"scheme": make.IMPLEMENTER, "q": "ada"}):
        assert "Ada Kamau" in found(**asked), asked
    for asked in ({}, {"country": "NO"}, {"q": "dag"}, {"q": "a"}, {"scheme": make.AUDITOR}):
        assert "Ada Kamau" not in found(**asked), asked
    client.post(path, {})
    assert "Ada Kamau" not in found(q="kamau")


def test_what_is_not_offered_is_not_taken_and_strangers_change_nothing(credential, ada, dag, signed_in):
    path = f"/certificates/{credential.number}/sharing/"
    for wrong in ({"country": "XX"}, {"hidden": ["number"]}):
        assert "nothing was changed" in signed_in(ada).post(path, wrong, follow=True).content.decode()
    assert signed_in(dag).post(path, {"listed": "on"}).status_code == 404
    assert not Listing.objects.exists()


def test_the_figures_count_everyone_and_name_nobody(credential):
    make.crowd(credential, people=3)
    page = found()
    assert '<td class="figure">4</td><td class="figure">4</td><td class="figure">0</td>' in page
    assert "Holder Number" not in page


def test_a_worker_counts_so_that_no_visitor_waits_for_it(credential):
    cache.clear()
    SWEEPS["certificates.count_register"].run()
    with CaptureQueriesContext(connection) as said:
        page = Client().get("/certified/").content.decode()
    assert "certificates_credential" not in str(said.captured_queries)
    register.withdraw(
        number=credential.number,
        officer_id=cast.person("kai").pk,
        reason="holder-request",
        public_note="",
        use_key="w",
    )
    SWEEPS["certificates.count_register"].run()
    assert Client().get("/certified/").content.decode() != page


def test_the_list_takes_the_same_statements_at_one_and_at_twenty(credential, django_assert_num_queries):
    make.crowd(credential, people=20)
    Listing.objects.create(credential=credential, listed_at=credential.granted_at)
    found()
    with django_assert_num_queries(5):
        found(q="ada")
    others = type(credential).objects.exclude(pk=credential.pk)
    Listing.objects.bulk_create(Listing(credential=one, listed_at=one.granted_at) for one in others)
    with django_assert_num_queries(5):
        assert found(scheme=make.IMPLEMENTER).count("<tr>") > 20


def test_the_picture_changes_when_the_standing_does(credential, kai):
    path = f"/v/{credential.number}/image.png"
    before = Client().get(path)
    assert (before["Content-Type"], Image.open(io.BytesIO(before.content)).size) == ("image/png", (1200, 630))
    assert Client().get(path).content == before.content
    register.suspend(
        number=credential.number, officer_id=kai.pk, reason="complaint-open", public_note="", use_key="1"
    )
    assert Client().get(path).content != before.content
    assert Client().get("/v/nonsense/image.png").status_code == 404


def test_linkedin_is_offered_only_while_it_is_valid(credential, ada, kai, signed_in):
    client, page = signed_in(ada), f"/certificates/{credential.number}/"
    assert "linkedin.com/profile/add" in client.get(page).content.decode()
    register.withdraw(
        number=credential.number, officer_id=kai.pk, reason="error", public_note="", use_key="1"
    )
    assert "linkedin.com" not in client.get(page).content.decode()
