"""Standing is one thing, being able to serve another."""

import pytest

from lms.kit import gather


def test_a_process_that_answers_is_live_whatever_its_database_does(client):
    assert client.get("/health/live").json() == {"status": "live"}


@pytest.mark.django_db
def test_readiness_names_everything_it_depends_on(client):
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert {"database", "storage", "jobs"} <= set(answer.json()["checks"])


@pytest.mark.django_db
def test_what_is_not_ready_is_named_with_503(client):
    def broken() -> str:
        raise OSError("the disk is full")

    gather.READINESS.add(gather.ReadinessPart("example", 99, broken))
    try:
        answer = client.get("/health/ready")
    finally:
        del gather.READINESS._parts["example"]
    assert answer.status_code == 503
    assert answer.json()["checks"]["example"] == "OSError: the disk is full"


def test_who_asks_by_the_machine_s_address_and_without_https_is_answered(client, settings):
    settings.ALLOWED_HOSTS = ["institution.example"]
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/health/live", headers={"host": "10.0.0.7"}).status_code == 200
    assert client.get("/", headers={"host": "10.0.0.7"}).status_code != 200
