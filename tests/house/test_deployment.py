"""The image and the composition say nothing that the code does not know."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

from lms.settings import Environment
from lms.web.management.commands.serve import PARTS, QUEUES, Command

ROOT = Path(__file__).resolve().parents[2]
COMPOSED = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
OURS = {name: service for name, service in COMPOSED.items() if "build" in service}
IMAGE = (ROOT / "Dockerfile").read_text()
OF_STORAGE = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}


@pytest.mark.parametrize("name", OURS)
def test_every_setting_is_one_that_is_read(name):
    known = {field.upper() for field in Environment.model_fields}
    assert set(OURS[name]["environment"]) - OF_STORAGE - known == set()


def test_every_command_is_understood_and_each_part_and_queue_is_served():
    parser = Command().create_parser("manage.py", "serve")
    served = [shlex.split(service["command"]) for service in OURS.values()]
    asked = [parser.parse_args(words[1:]) for words in served if words[0] == "serve"]
    assert sorted({part for one in asked for part in one.only}) == sorted(PARTS)
    assert sorted(queue for one in asked for queue in one.queue or []) == sorted(QUEUES)


def test_what_is_waited_for_is_there_and_says_when_it_is_healthy():
    for service in COMPOSED.values():
        waited = service.get("depends_on", {})
        for name in waited:
            condition = waited[name]["condition"] if isinstance(waited, dict) else ""
            assert condition != "service_healthy" or "healthcheck" in COMPOSED[name]


def test_every_image_has_a_version():
    images = [service["image"] for service in COMPOSED.values()]
    assert [image for image in images if ":" not in image or image.endswith(":latest")] == []


def test_the_image_is_made_from_the_lock_file_and_runs_as_nobody_in_particular():
    assert "uv sync --frozen --no-dev" in IMAGE
    assert re.search(r"^USER auditorium$", IMAGE, re.MULTILINE)
    copied = re.findall(r"^COPY ([^-].*) \S+$", IMAGE, re.MULTILINE)
    made, _, served = IMAGE.partition("USER auditorium")
    assert (
        "collectstatic" in served and "collectstatic" not in made
    )  # who prepares may write over what was collected
    wanted = {part for line in copied for part in line.split()}
    kept = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert wanted == kept
    assert all((ROOT / name).exists() for name in wanted)


def test_what_the_institution_reads_of_its_own_folder_is_in_the_image():
    """Files of the checkout that code names, and the tools that commands call."""
    last = IMAGE.rpartition("\nFROM ")[2]
    named = set()
    for app in ("lms", "courses", "exams", "certificates"):
        for path in (ROOT / app).glob("**/*.py"):
            named |= set(re.findall(r'BASE_DIR / "([\w./-]+)"', path.read_text()))
    copied = {
        word for line in re.findall(r"^COPY ([^-].*) \S+$", last, re.MULTILINE) for word in line.split()
    }
    assert named - {".local"} <= copied | {f"{name}/locale" for name in copied}
    major = COMPOSED["database"]["image"].partition(":")[2].partition("-")[0]
    assert f"postgresql-client-{major}" in last
