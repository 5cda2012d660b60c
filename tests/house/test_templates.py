"""What linters can't see in templates and style sheets."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
FOLDERS = [
    ROOT / "templates",
    *(ROOT.glob("lms/*/templates")),
    *(ROOT / app / "templates" for app in ("courses", "exams", "certificates")),
]
TEMPLATES = sorted(
    (path.relative_to(folder).as_posix(), path)
    for folder in FOLDERS
    for path in folder.rglob("*")
    if path.suffix in {".html", ".txt"}
)
# Mail readers know no style sheets, so messages carry their style with them.
PAGES = [
    (name, path)
    for name, path in TEMPLATES
    if path.suffix == ".html" and not name.startswith(("layouts/email", "notifications/", "account/email/"))
]
STYLES = sorted(
    path for folder in ("lms", "courses", "exams", "certificates") for path in (ROOT / folder).rglob("*.css")
)

TEMPLATE_CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|\{% comment.*?endcomment %\}", re.DOTALL)
TAG = re.compile(r"<[a-zA-Z][^<>]*>", re.DOTALL)


def names(cases):
    return [name for name, _ in cases]


@pytest.mark.parametrize(("name", "path"), TEMPLATES, ids=names(TEMPLATES))
def test_every_template_compiles(name, path):
    assert get_template(name).template.name == name


@pytest.mark.parametrize(("name", "path"), PAGES, ids=names(PAGES))
def test_no_page_carries_inline_script_style_or_handler(name, path):
    text = TEMPLATE_CODE.sub("", path.read_text())
    found = [tag for tag in TAG.findall(text) if re.search(r"\s(style|on[a-z]+)\s*=", tag)]
    found += re.findall(r"<style\b", text)
    found += [
        tag
        for tag in re.findall(r"<script\b[^>]*>", text)
        if "src=" not in tag and "application/json" not in tag
    ]
    assert found == []


@pytest.mark.parametrize(("name", "path"), PAGES, ids=names(PAGES))
def test_no_page_loads_anything_from_elsewhere(name, path):
    loads = re.findall(
        r"<(?:script|link|img|iframe|source|video|audio)\b[^>]*(?:src|href)=\"(https?:)?//", path.read_text()
    )
    assert loads == []


def test_every_custom_property_that_is_used_exists():
    text = "\n".join(path.read_text() for path in STYLES)
    defined = set(re.findall(r"(--[\w-]+)\s*:", text))
    # With a fall-back a property may be set by one page alone.
    used = set(re.findall(r"var\((--[\w-]+)\)", text))
    assert used - defined == set()


def test_the_common_style_sheets_stay_light():
    folder = ROOT / "lms/web/static/web"
    sizes = [
        (folder / name).stat().st_size for name in ("tokens.css", "layout.css", "components.css", "print.css")
    ]
    assert sum(sizes) <= 30 * 1024


def test_the_serif_of_the_screen_stays_light():
    assert (ROOT / "lms/web/static/web/fonts/serif-latin.woff2").stat().st_size <= 60_000


def test_templates_are_read_by_one_engine():
    assert [engine.name for engine in engines.all()] == ["django"]
