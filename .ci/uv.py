"""Finds uv or fetches it, and lets it fill .venv. Runs on Python 3.8."""

from __future__ import annotations

import hashlib
import io
import os
import platform
import re
import shutil
import subprocess
import urllib.request
import zipfile
from pathlib import Path
from typing import Iterator
from urllib.parse import urljoin

import interpreters
from interpreters import Interpreter
from shell import say, succeeds

VERSION = "0.13.9"
DIGESTS = {  # of the wheels for Linux; elsewhere the index's own digest must do
    "x86_64": "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    "aarch64": "ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375",
}


def sync(uv: str, python: Interpreter, root: Path) -> bool:
    """The packages of the lock file, into .venv."""
    command = [uv, "sync", "--frozen", "--no-progress", "--quiet", "--python", python.path]
    return succeeds(command, cwd=str(root), env=environment(), timeout=1800, stderr=None)


def bring_interpreter(uv: str) -> Interpreter | None:
    """With open internet, uv can fetch an interpreter of its own."""
    say(f"no Python {interpreters.OLDEST} or newer on this machine; asking uv to bring one")
    wanted = f"3.{interpreters.PREFERRED[0]}"
    given = environment()
    if not succeeds([uv, "python", "install", "--quiet", wanted], env=given, timeout=600):
        return None
    found = subprocess.run(
        [uv, "python", "find", "--managed-python", "--no-project", wanted],
        stdout=subprocess.PIPE,
        env=given,
        check=False,
    )
    return interpreters.probe(found.stdout.decode().strip())


def environment() -> dict[str, str]:
    """The caller's, less what would lead uv to another environment than .venv."""
    given = {
        name: value
        for name, value in os.environ.items()
        if name not in {"VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT", "UV_PYTHON", "UV_SYSTEM_PYTHON"}
    }
    given.setdefault("UV_SYSTEM_CERTS", "true")  # a proxy's certificate is known to the system
    return given


def available(folder: Path, answers: list[Interpreter]) -> Iterator[str]:
    """Each uv that runs, the nearest first; fetched only when those before it were not enough."""
    own = folder / "bin" / "uv"
    home = Path.home()
    nearby = [own, shutil.which("uv"), home / ".local/bin/uv", home / ".cargo/bin/uv", "/usr/local/bin/uv"]
    for uv in dict.fromkeys(str(path) for path in nearby if path):
        if succeeds([uv, "--version"]):
            yield uv
    say(f"uv {VERSION} into .local/uv")
    for fetch in (by_pip, by_hand):
        shutil.rmtree(own.parent.parent, ignore_errors=True)
        if fetch(own, answers) and succeeds([str(own), "--version"]):
            yield str(own)
            return


def by_pip(own: Path, answers: list[Interpreter]) -> bool:
    """Any interpreter's pip will do. A folder as target is allowed even where PEP 668 guards the system."""
    for answer in answers:
        pip = [answer.path, "-m", "pip", "--disable-pip-version-check"]
        target = str(own.parent.parent)
        install = [
            "install",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--target",
            target,
            f"uv=={VERSION}",
        ]
        given = {**os.environ, "PIP_USER": "0"}
        if succeeds([*pip, "--version"]) and succeeds(pip + install, env=given, timeout=600):
            return True
    return False


def by_hand(own: Path, answers: list[Interpreter]) -> bool:
    """What pip would do, in few lines, for a Python that has no pip: one wheel, its digest checked."""
    index = os.environ.get("PIP_INDEX_URL") or os.environ.get("UV_DEFAULT_INDEX") or "https://pypi.org/simple"
    page_url = index.rstrip("/") + "/uv/"
    try:
        page = urllib.request.urlopen(page_url, timeout=60).read().decode()
        for href in re.findall(r'href="([^"]+)"', page):
            link, _, fragment = href.partition("#")
            if is_our_wheel(link.rsplit("/", 1)[-1]):
                wheel = urllib.request.urlopen(urljoin(page_url, link), timeout=300).read()
                digest = DIGESTS.get(platform.machine()) or fragment.partition("sha256=")[2]
                return hashlib.sha256(wheel).hexdigest() == digest and unpack(wheel, own)
    except (OSError, ValueError) as problem:
        say(f"{page_url}: {problem}")
    return False


def is_our_wheel(name: str) -> bool:
    system = {"Linux": "manylinux", "Darwin": "macosx"}.get(platform.system(), "?")
    return name.startswith(f"uv-{VERSION}-py3-none-{system}") and name.endswith(f"{platform.machine()}.whl")


def unpack(wheel: bytes, own: Path) -> bool:
    own.parent.mkdir(parents=True)
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        own.write_bytes(archive.read(f"uv-{VERSION}.data/scripts/uv"))
    own.chmod(0o755)
    return True
