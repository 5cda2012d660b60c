"""Standing is one thing, being able to serve another."""

import pytest
from django.db import connection

from lms.db import clock
from lms.jobs.models import Job
from lms.jobs.states import JobState
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


@pytest.mark.django_db
def test_what_only_makes_work_wait_stops_no_machine(client, settings):
    """A job that was given up must not take every web machine out in the middle of an exam."""
    settings.METRICS_TOKEN = "a token"
    at = clock.now()
    Job.objects.create(kind="x", key="y", state=JobState.FAILED, created_at=at, run_after=at)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "impaired")
    assert "manage.py jobs" in answer.json()["checks"]["jobs"]
    figures = client.get("/metrics", headers={"authorization": "Bearer a token"}).content.decode()
    assert 'auditorium_check_failed{check="jobs"} 1.0' in figures
    assert 'auditorium_check_failed{check="database"} 0.0' in figures


def test_who_asks_by_the_machine_s_address_and_without_https_is_answered(client, settings):
    settings.ALLOWED_HOSTS = ["institution.example"]
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/health/live", headers={"host": "10.0.0.7"}).status_code == 200
    assert client.get("/", headers={"host": "10.0.0.7"}).status_code != 200


@pytest.mark.django_db
def test_files_that_can_t_be_written_are_told_in_words_that_say_what_goes_on(client, settings, tmp_path):
    (tmp_path / "full").write_text("a file, where a folder should be")
    settings.MEDIA_ROOT = tmp_path / "full" / "media"
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "impaired")
    said = answer.json()["checks"]["storage"]
    assert (
        said.startswith("Files can't be written (NotADirectoryError: ") and "Exams and sign-in go on" in said
    )


@pytest.mark.django_db
def test_a_database_without_our_tables_is_told_what_makes_them(client):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO elsewhere")
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert "manage.py open_institution" in answer.json()["checks"]["database"]
