"""Letters and pages in other languages: every text has its words, with the same facts in them, and the compiled file is theirs."""

import ast
import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

from certificates.queries.wording import REASONS
from exams import itemtypes
from exams.queries import scripts
from lms.organisations.rules.api_keys import SCOPES

ROOT = Path(__file__).parents[2]
CATALOGUES = sorted(ROOT.glob("lms/locale/*/LC_MESSAGES/django.po"))
_TEXT = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
SAID = re.compile(rf"\b(?:n?gettext\(|_\(|pgettext\({_TEXT}, )({_TEXT})")
# What says a text in code, and which of its arguments it is.
CALLS = {"_": 0, "gettext_lazy": 0, "ngettext": 0, "pgettext": 1, "pgettext_lazy": 1}


def asked() -> set[str]:
    """The texts of all templates and forms that may be in another language, and the words of reasons, which letters name."""
    templates = [path.read_text(encoding="utf-8") for path in (ROOT / "templates").rglob("*.*")]
    sources = [templatize(text) for text in templates if "{% load i18n" in text]
    found = {ast.literal_eval(text) for source in sources for text in SAID.findall(source)}
    kinds = {itemtypes.of(kind).NAME.lower() for kind in itemtypes.kinds()}
    reasons = {str(label) for choices in REASONS.values() for label in choices.labels}
    return found | said_in_code() | reasons | kinds | set(scripts.said()) | set(SCOPES.values())


def said_in_code() -> set[str]:
    """What Python files say: forms, messages and words of states."""
    calls = (
        node
        for app in ("lms", "courses", "exams", "certificates")
        for path in (ROOT / app).rglob("*.py")
        if "gettext" in (text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS
    )
    return {ast.literal_eval(call.args[CALLS[call.func.id]]) for call in calls}  # type: ignore[attr-defined]


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
    facts = re.compile(r"%\(\w+\)s|\{\w+\}")
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
            plain = (one[0] if isinstance(one, tuple) else one).rpartition("\x04")[2]  # after its context
            held.setdefault(plain, []).append(words)
    said = written(catalogue)
    assert {one: sorted(words) for one, words in held.items()} == {
        one: sorted(words) for one, words in said.items()
    }
