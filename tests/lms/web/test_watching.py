"""Figures and lines in the log, by which an operator sees what goes on."""

import gzip
import json
import logging
import subprocess
import sys
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import brotli
import pytest
from prometheus_client.parser import text_string_to_metric_families

from lms.db import clock
from lms.jobs import queue, worker
from lms.jobs.models import Job, SweepRun
from lms.jobs.states import JobState
from lms.kit import tracing

pytestmark = pytest.mark.django_db
TOKEN = "a token that only the collector knows"


@pytest.fixture
def figures(client, settings):
    settings.METRICS_TOKEN = TOKEN

    def read():
        answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        families = text_string_to_metric_families(answer.content.decode())
        return {
            (one.name, *sorted(one.labels.values())): one.value
            for family in families
            for one in family.samples
        }

    return read


@pytest.mark.parametrize("told", ["", "Bearer ", "Bearer something else", "Bearer é"])
def test_figures_are_for_whoever_knows_the_token(client, settings, told):
    settings.METRICS_TOKEN = TOKEN
    assert client.get("/metrics", headers={"authorization": told}).status_code == 404


def test_without_a_token_nobody_reads_figures(client, settings):
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404


def test_a_job_that_waits_and_one_that_failed_are_counted(figures):
    at = clock.now()
    kind = next(known.kind for known in queue.TASKS.values() if known.urgency == queue.Urgency.SLOW)
    common = {"kind": kind, "created_at": at, "payload": {}}
    Job.objects.create(key="waits", run_after=at - timedelta(seconds=90), **common)
    Job.objects.create(key="failed", run_after=at, state=JobState.FAILED, **common)
    Job.objects.create(key="done", run_after=at, state=JobState.DONE, **common)
    read = figures()
    assert read["auditorium_jobs_unfinished", "slow"] == 1
    assert read["auditorium_jobs_unfinished", "urgent"] == 0
    assert read["auditorium_jobs_oldest_seconds", "slow"] == pytest.approx(90, abs=30)
    assert read["auditorium_jobs_failed",] == 1


def test_a_sweep_that_stays_away_shows(figures):
    SweepRun.objects.create(name="exams.close_overdue", begun_at=clock.now() - timedelta(seconds=605))
    assert figures()["auditorium_sweep_lag_seconds", "exams.close_overdue"] == pytest.approx(600, abs=30)


def test_answers_are_counted_by_door(client, figures):
    before = figures().get(("auditorium_answers_total", "4xx", "nowhere"), 0)
    client.get("/there-is-nothing-here/")
    assert figures()["auditorium_answers_total", "4xx", "nowhere"] == before + 1


def test_a_line_says_which_request_and_person_it_belongs_to(ada, signed_in, caplog, settings):
    client = signed_in(ada)
    settings.TRUSTED_PROXIES = 1
    with caplog.at_level(logging.INFO, logger="lms.web.requests"):
        caplog.handler.addFilter(tracing.Facts())
        answer = client.get("/desk/", headers={"x-request-id": "from-our-proxy-1"})
    (line,) = caplog.records
    assert answer["X-Request-ID"] == line.request == "from-our-proxy-1"
    assert line.person == ada.pk
    assert line.getMessage().startswith("GET /desk/ 200 ")


@pytest.mark.parametrize("given", ["short", "with spaces in it", "a" * 65, "line\tbreak-and-more"])
def test_a_name_that_is_none_is_not_repeated(client, settings, given):
    settings.TRUSTED_PROXIES = 1
    assert client.get("/about/", headers={"x-request-id": given})["X-Request-ID"] != given


def test_without_a_proxy_nobody_names_requests_but_us(client):
    assert (
        client.get("/about/", headers={"x-request-id": "somebody-elses"})["X-Request-ID"] != "somebody-elses"
    )


def test_a_secret_in_an_address_is_not_written_down(client, caplog):
    with caplog.at_level(logging.INFO, logger="lms.web.requests"):
        client.get("/accounts/password/reset/key/1-verysecret/")
    assert "verysecret" not in caplog.text


def test_a_job_that_fails_is_named_in_its_lines(caplog, monkeypatch):
    def fails(**_):
        logging.getLogger("lms.example").warning("about to fail")
        raise OSError("disk full")

    known = queue.Task("example.fails", fails, timedelta(seconds=5), 1, queue.Urgency.USUAL)
    monkeypatch.setitem(queue.TASKS, known.kind, known)
    queue.put("example.fails", key="17", payload={})
    caplog.handler.addFilter(tracing.Facts())
    worker.run(kind="example.fails", key="17")
    assert [record.job for record in caplog.records] == ["example.fails 17"] * 2


def test_lines_are_json_where_asked_for(tmp_path):
    script = (
        "import django; django.setup(); import logging; from lms.kit import tracing\n"
        "with tracing.under(lambda: {'request': 'abc', 'person': 17}): logging.getLogger('x').warning('said')"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={
            "DJANGO_SETTINGS_MODULE": "lms.settings",
            "MODE": "test",
            "LOG_FORMAT": "json",
            "LOCAL_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    line = json.loads(done.stderr)
    del line["at"]
    assert line == {"level": "WARNING", "logger": "x", "message": "said", "request": "abc", "person": 17}


def test_an_error_is_reported_without_what_belongs_to_people(tmp_path):
    """Against a collector of our own, that takes what the reporting library sends."""
    heard = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.headers["Content-Encoding"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    script = (
        "import django; django.setup(); import logging, sentry_sdk\n"
        "def save(answer):\n raise OSError('nia@' + 'example.org: disk full')\n"
        "logging.getLogger('exams').warning('asked for /accounts/password/reset/key/5-' + 'secret')\n"
        "try: save('what the ' + 'candidate wrote')\n"
        "except OSError: logging.getLogger('exams').exception('%s not saved', 'nia@' + 'example.org')\n"
        "sentry_sdk.flush(5)"
    )
    dsn = f"http://key@127.0.0.1:{server.server_port}/1"
    subprocess.run(
        [sys.executable, "-c", script],
        env={
            "DJANGO_SETTINGS_MODULE": "lms.settings",
            "MODE": "test",
            "SENTRY_DSN": dsn,
            "LOCAL_DIR": str(tmp_path),
        },
        check=True,
        capture_output=True,
    )
    server.shutdown()
    server.server_close()
    unpacked = {"gzip": gzip.decompress, "br": brotli.decompress, None: bytes}
    told = "".join(unpacked[coding](body).decode() for coding, body in heard)
    assert "OSError" in told and '"function":"save"' in told and "%s not saved" in told
    assert "what the candidate wrote" not in told
    assert "nia@example.org" not in told
    assert "5-secret" not in told
