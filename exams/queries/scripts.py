"""The words that the scripts of an exam's pages say, in the language of the page."""

import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import translation

STATIC = Path(__file__).parents[1] / "static" / "exams"
# A text stands in the scripts as t("…"), and one or many as many(count, "…", "…").
_SAID = re.compile(r'\bt\("((?:[^"\\]|\\.)*)"|\bmany\([^"\n]*?"((?:[^"\\]|\\.)*)", "((?:[^"\\]|\\.)*)"\)')


@cache
def said() -> tuple[str, ...]:
    """Every text of the scripts, in English."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(STATIC.glob("*.js")))
    return tuple(
        dict.fromkeys(one for text in texts for found in _SAID.findall(text) for one in found if one)
    )


def words() -> dict[str, str]:
    """Those texts by the English ones; empty on a page in English, where the scripts have them."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    return {} if language.startswith("en") else _in(language)


@cache
def _in(language: str) -> dict[str, str]:
    with translation.override(language):
        return {one: translation.gettext(one) for one in said()}
