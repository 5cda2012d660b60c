"""How the web server ends: at once while its application is being loaded, and else with its answers given."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lms.web.management.commands import serve

APPLICATION = """
import os, sys, time
from pathlib import Path
Path("loading").touch()
time.sleep(float(os.environ["LOADS_FOR"]))
def application(environ, start_response):
    Path("asked").touch()
    time.sleep(1.5)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"saved"]
"""
WAITS = 20.0


def until(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + WAITS
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def started(tmp_path: Path, port: int) -> Iterator[Callable[[float], subprocess.Popen[str]]]:
    (tmp_path / "app.py").write_text(APPLICATION)
    processes = []

    def start(loads_for: float) -> subprocess.Popen[str]:
        options = f"app:application --interface wsgi --port {port} --workers-kill-timeout {WAITS:.0f}"
        process = subprocess.Popen(
            [sys.executable, "-c", serve.GRANIAN, *options.split(), "--log-level", "warning"],
            cwd=tmp_path,
            env={**os.environ, "LOADS_FOR": str(loads_for), "PYTHONPATH": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def test_it_ends_while_its_application_is_still_being_loaded(started, tmp_path) -> None:
    process = started(600)
    assert until((tmp_path / "loading").exists)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=WAITS / 2)
    assert "Killing" not in said


def test_it_answers_what_it_was_asked_before_it_ends(started, tmp_path, port) -> None:
    process = started(0)
    asked = http.client.HTTPConnection("127.0.0.1", port, timeout=WAITS)

    def connected() -> bool:
        try:
            asked.connect()
        except ConnectionRefusedError:
            return False
        return True

    assert until(connected)
    asked.request("POST", "/", body=b"an answer")
    assert until((tmp_path / "asked").exists)
    process.send_signal(signal.SIGTERM)
    assert asked.getresponse().read() == b"saved"
    said, _ = process.communicate(timeout=WAITS / 2)
    assert "Killing" not in said
    asked.close()
