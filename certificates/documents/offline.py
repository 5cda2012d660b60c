"""The pages of an export, made of the register's own components, with their style beside them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

from certificates.queries.credentials import CredentialView

SHEETS: Final = (
    "web/tokens.css",
    "web/layout.css",
    "web/components.css",
    "web/print.css",
    "certificates/certificates.css",
)
FONTS: Final = ("latin", "latin-ext", "greek", "cyrillic")
VERIFIER: Final = Path(__file__).parent.parent / "library" / "export" / "verify.py"


def front(*, at: datetime, **told: Any) -> bytes:
    """The first page: what is here, and how to check a certificate with it."""
    return _page("index", "", at, told)


def standing(view: CredentialView, *, at: datetime) -> bytes:
    """The page of one credential, which names nobody. It lies two folders deep."""
    return _page("page", "../../", at, {"view": view})


def style() -> Iterator[tuple[str, bytes]]:
    """The style sheets and faces that the pages use, by their paths below `style/`."""
    faces = [*(f"web/fonts/serif-{face}.woff2" for face in FONTS), "web/fonts/SourceSerif4-OFL.txt"]
    for name in (*SHEETS, *faces):
        yield name, Path(str(finders.find(name))).read_bytes()


def _page(template: str, root: str, at: datetime, told: dict[str, Any]) -> bytes:
    shared = {
        "at": at,
        "root": root,
        "sheets": SHEETS,
        "institution": settings.INSTITUTION,
        "url": settings.PUBLIC_URL,
    }
    return render_to_string(f"certificates/export/{template}.html", shared | told).encode()
