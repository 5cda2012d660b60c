"""The system's own packages: Pango and a font for documents, Chromium for the journeys. Runs on Python 3.8."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from shell import Wanting, say, succeeds

LIBRARIES = ["libpango-1.0-0", "libpangoft2-1.0-0", "fonts-dejavu-core"]
SUBSETTER = ["libharfbuzz-subset0"]  # a package of its own only in newer releases
BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]


def ensure_libraries(python: str) -> None:
    if not typesets(python):
        install(LIBRARIES)
    if not subsets(python):
        install(SUBSETTER)  # without it documents grow, and nothing else
    if not typesets(python):
        raise Wanting(
            "Documents need the Pango libraries and a font: type "
            f"'sudo apt-get install {' '.join(LIBRARIES + SUBSETTER)}' (or what your system calls them), "
            "then run the same command again."
        )


def typesets(python: str) -> bool:
    """WeasyPrint opens Pango by itself, so the truest question is to let it."""
    fonts = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"]
    has_font = sys.platform != "linux" or any(
        path.suffix in {".ttf", ".otf", ".ttc"} for folder in fonts for path in folder.rglob("*")
    )
    return has_font and succeeds([python, "-c", "import weasyprint"])


def subsets(python: str) -> bool:
    opens = "import ctypes; ctypes.CDLL('libharfbuzz-subset.so.0')"
    return sys.platform != "linux" or succeeds([python, "-c", opens])


def install(packages: list[str]) -> bool:
    """By apt, only as root or where sudo asks nothing."""
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (sudo and not succeeds([*sudo, "true"])):
        return False
    say(f"system packages: {' '.join(packages)}")
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120"]
    succeeds([*apt, "update"], timeout=300)
    return succeeds([*apt, "install", "-y", "--no-install-recommends", *packages], timeout=900, stderr=None)


def ensure_browser() -> None:
    if any(succeeds([name, "--version"]) for name in [os.environ.get("CHROMIUM", ""), *BROWSERS] if name):
        return
    if install(["chromium", "fonts-dejavu-core"]) and succeeds(["chromium", "--version"]):
        return
    raise Wanting(
        "The journeys need Chromium: type 'sudo apt-get install chromium' "
        "(or set CHROMIUM to its path), then run the same command again."
    )
