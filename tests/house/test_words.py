"""Letters and pages in other languages: every text has its words, with the same facts in them, and the compiled file is theirs."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

from certificates.queries.wording import REASONS

ROOT = Path(__file__).parents[2]
CATALOGUES = sorted(ROOT.glob("lms/locale/*/LC_MESSAGES/django.po"))
SAID = re.compile(r"""\bn?gettext\((u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))""")


def asked() -> set[str]:
    """The texts of all templates and forms that may be in another language, and the words of reasons, which letters name."""
    templates = [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.*")]
    sources = [templatize(text) for text in templates if "{% load i18n" in text]
    found = {ast.literal_eval(text) for source in sources for text in SAID.findall(source)}
    return found | said_in_code() | {str(label) for choices in REASONS.values() for label in choices.labels}


def said_in_code() -> set[str]:
    """What Python files say by `_`: forms, messages and words of states."""
    calls = (
        node
        for app in ("lms", "courses", "exams", "certificates")
        for path in (ROOT / app).rglob("*.py")
        if " as _" in (text := path.read_text(encoding="utf-8")) and "gettext" in text
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
    )
    return {ast.literal_eval(call.args[0]) for call in calls}


def written(catalogue: Path) -> dict[str, list[str]]:
    """What a .po file says, by its text in English; a plural has two."""
    found: dict[str, list[str]] = {}
    one = ""
    for line in catalogue.read_text(encoding="utf-8").splitlines():
        name, _, text = line.partition(" ")
        if name == "msgid":
            one = ast.literal_eval(text)
        elif name.startswith("msgstr") and one:
            found.setdefault(one, []).append(ast.literal_eval(text))
    return found


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_text_of_the_letters_has_its_words_in_the_language_and_no_other_has(catalogue: Path) -> None:
    said = written(catalogue)
    assert set(said) == asked()
    facts = re.compile(r"%\(\w+\)s")
    assert [
        (one, words)
        for one, texts in said.items()
        for words in texts
        if not words or sorted(facts.findall(words)) != sorted(facts.findall(one))
    ] == []


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda path: path.parts[-3])
def test_what_is_compiled_is_what_is_written(catalogue: Path) -> None:
    with catalogue.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    held: dict[str, list[str]] = {}
    for one, words in compiled.items():
        if one:
            held.setdefault(one[0] if isinstance(one, tuple) else one, []).append(words)
    assert held == written(catalogue)
