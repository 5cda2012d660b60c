import pytest
from django.test import Client

from certificates.models import Credential
from lms.jobs import worker
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential(schemes, ada):
    return make.certified(ada)


def test_a_holder_sees_their_own(credential, ada, signed_in):
    client = signed_in(ada)
    assert credential.number in client.get("/certificates/").content.decode()
    text = client.get(f"/certificates/{credential.number}/").content.decode()
    assert credential.share_key in text
    assert "1096 days left" in text or "1095 days left" in text


def test_somebody_elses_is_not_there(credential, dag, kai, signed_in):
    for stranger in (dag, kai):
        client = signed_in(stranger)
        for tail in ("", "certificate.pdf"):
            assert client.get(f"/certificates/{credential.number}/{tail}").status_code == 404
        assert client.post(f"/certificates/{credential.number}/link/").status_code == 404
        assert credential.number not in client.get("/certificates/").content.decode()


@pytest.mark.parametrize("number", ["AIMS-LI-00000-00000-0", "nonsense", "a", "%00", "x" * 60])
def test_an_unknown_one_is_not_there(schemes, ada, signed_in, number):
    assert signed_in(ada).get(f"/certificates/{number}/").status_code == 404


def test_a_stranger_is_asked_to_sign_in(credential):
    for path in ("/certificates/", f"/certificates/{credential.number}/certificate.pdf"):
        assert Client().get(path).status_code == 302


def test_the_document_is_downloaded_as_it_was_stored(credential, ada, signed_in):
    client = signed_in(ada)
    path = f"/certificates/{credential.number}/certificate.pdf"
    answer = client.get(path, follow=True)
    assert "The document is being made." in answer.content.decode()
    worker.run_due()
    answer = client.get(path)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{credential.number}.pdf"'
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")


def test_a_new_link_is_made_by_its_holder_by_post_alone(credential, ada, signed_in):
    client = signed_in(ada)
    path = f"/certificates/{credential.number}/link/"
    assert client.get(path).status_code == 405
    assert client.post(path).status_code == 302
    assert Credential.objects.get().share_key != credential.share_key


def test_a_document_with_the_old_code_is_not_handed_out_after_the_link_is_new(credential, ada, signed_in):
    client, page = signed_in(ada), f"/certificates/{credential.number}/"
    worker.run_due()
    assert "Download the certificate" in client.get(page).content.decode()
    client.post(f"{page}link/")
    assert "The document is being made" in client.get(page).content.decode()
    worker.run_due()
    assert "Download the certificate" in client.get(page).content.decode()


def test_an_empty_shelf_teaches_the_next_step(schemes, dag, signed_in):
    assert "No certificate yet" in signed_in(dag).get("/certificates/").content.decode()


def test_what_is_on_the_way_leads_to_the_application(schemes, ada, signed_in):
    make.exam_result(ada)
    assert f"/schemes/{make.IMPLEMENTER}/apply/" in signed_in(ada).get("/certificates/").content.decode()
