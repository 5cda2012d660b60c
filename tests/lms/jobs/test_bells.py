"""Bells that are files."""

import threading
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from lms.celery import app

MESSAGES = 400


@pytest.fixture
def house(tmp_path: Path) -> Connection:
    for name in ("queue", "control"):
        (tmp_path / name).mkdir()
    folders = {
        "data_folder_in": str(tmp_path / "queue"),
        "data_folder_out": str(tmp_path / "queue"),
        "control_folder": str(tmp_path / "control"),
    }
    assert app.main == "auditorium"  # which names the transport
    return Connection("filesystem://localhost", transport_options=folders)


def test_who_listens_while_bells_are_rung_hears_each_of_them_whole(house) -> None:
    heard: list[int] = []
    rings = threading.Thread(target=_ring, args=(house.clone(),))
    with house.clone() as ear:
        channel = ear.default_channel
        rings.start()
        while rings.is_alive() or len(heard) < MESSAGES:
            try:
                heard.append(channel._get("jobs")["number"])
            except Empty:
                if not rings.is_alive() and len(heard) < MESSAGES:
                    # what was put down before the thread ended is there by now
                    heard.append(channel._get("jobs")["number"])
    rings.join()
    assert sorted(heard) == list(range(MESSAGES))


def test_what_is_being_written_is_no_message_yet(house, tmp_path: Path) -> None:
    (tmp_path / "queue" / "1_x.jobs.msg.part").write_bytes(b"")
    with house.clone() as ear, pytest.raises(Empty):
        ear.default_channel._get("jobs")


def _ring(house: Connection) -> None:
    with house:
        for number in range(MESSAGES):
            house.default_channel._put("jobs", {"number": number})
