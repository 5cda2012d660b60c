"""Language variants: the same item in another language. Same key, same parts, other words. Explained in docs/languages.md."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from exams import itemtypes

OWN = "en"  # what a bank is written in
NAMES = {
    "cs": "čeština", "da": "dansk", "de": "Deutsch", "en": "English", "es": "español", "fi": "suomi", "fr": "français",
    "it": "italiano", "ja": "日本語", "ko": "한국어", "nb": "norsk", "nl": "Nederlands", "pl": "polski", "pt": "português",
    "sv": "svenska", "zh": "中文",
}  # fmt: skip
OTHERS = tuple(sorted(set(NAMES) - {OWN}))
# What of an item is words. All else (kind, identifiers, numbers) is the same in every language.
WORDS = ("stem", "text", "unit", "name", "looks_for", "title")
MOST = 4_000


@dataclass(frozen=True)
class Part:
    """A piece of text to be translated: where it stands, and what it says."""

    path: str
    text: str


@dataclass(frozen=True)
class Variant:
    """An item in another language. `number` tells its versions apart."""

    content: Mapping[str, Any]
    rationales: Mapping[str, str] = field(default_factory=dict)
    number: int = 0


class Untranslated(Exception):
    """Not everything is there in the language. Carries `language`, and `codes` of items and scenarios that have no
    approved variant."""

    def __init__(self, language: str, codes: Sequence[str]) -> None:
        super().__init__(f"{language}: {', '.join(codes)}")
        self.language, self.codes = language, tuple(codes)


def parts(content: Mapping[str, Any]) -> tuple[Part, ...]:
    """Every text of a content that has words, in its order, under a path such as options.a.text."""
    return tuple(_parts(content, ""))


def translated(content: Mapping[str, Any], said: Mapping[str, str]) -> dict[str, Any]:
    """The content with other words; where none are said, there are none."""
    made = _translated(content, "", said)
    assert isinstance(made, dict), "a content is a mapping, and so is what becomes of it"
    return made


def faults(content: Mapping[str, Any], key: Mapping[str, Any], made: Mapping[str, Any]) -> list[str]:
    """What is wrong with a variant, in words for its author: texts that are missing, and what its kind finds."""
    missing = [part.path for part in parts(content) if not _at(made, part.path).strip()]
    if missing:
        return [f"a text is missing: {', '.join(missing)}"]
    kind = itemtypes.of(content["kind"])
    found = kind.faults(made, key)
    if not found and kind.shape(made) != kind.shape(content):
        found.append("its parts are others than those of the item")
    return found


def variant_faults(
    content: Mapping[str, Any],
    key: Mapping[str, Any],
    rationales: Mapping[str, str],
    made: Mapping[str, Any],
    whys: Mapping[str, str],
) -> list[str]:
    """What is wrong with a variant and its rationales, in words for its author."""
    found = faults(content, key, made)
    if any(not whys.get(name, "").strip() for name, why in rationales.items() if why):
        found.append("a rationale is missing")
    return found


def fits(content: Mapping[str, Any], made: Mapping[str, Any]) -> bool:
    """Whether only words differ."""
    return translated(content, {part.path: part.text for part in parts(made)}) == made


def typed(content: Mapping[str, Any]) -> bool:
    """Whether candidates type words, which are compared with those that the key accepts, in whatever language."""
    return content["kind"] == "text" or any(
        "options" not in gap and "number" not in gap for gap in content.get("gaps", ())
    )


def package(
    said: Mapping[str, Any],
    language: str,
    items: Mapping[int, Variant],
    scenarios: Mapping[int, Variant],
) -> dict[str, Any]:
    """A form's package in another language; `items` by position, `scenarios` by the first position of their part.

    Positions, kinds and shapes are those of the form, so that it is scored alike. Raises Untranslated.
    """
    lacking = [one["item"] for one in said["items"] if one["position"] not in items]
    lacking += [
        part["title"] for part in said["parts"] if part["text"] and part["positions"][0] not in scenarios
    ]
    if lacking:
        raise Untranslated(language, lacking)
    made = [
        {**one, "content": dict(items[one["position"]].content), "variant": items[one["position"]].number}
        for one in said["items"]
    ]
    told = [
        {**part, **scenarios[part["positions"][0]].content} if part["text"] else dict(part)
        for part in said["parts"]
    ]
    return {**said, "language": language, "parts": told, "items": made}


def _parts(value: Any, path: str) -> Iterator[Part]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            if isinstance(one, str):
                if name in WORDS and one.strip():
                    yield Part(f"{path}{name}", one)
            else:
                yield from _parts(one, f"{path}{name}.")
    elif isinstance(value, list):
        for one in value:
            yield from _parts(
                one, f"{path}{one['id']}." if isinstance(one, Mapping) and "id" in one else path
            )


def _translated(value: Any, path: str, said: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {
            name: said.get(f"{path}{name}", "")
            if isinstance(one, str) and name in WORDS and one.strip()
            else _translated(one, f"{path}{name}.", said)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [
            _translated(
                one, f"{path}{one['id']}." if isinstance(one, Mapping) and "id" in one else path, said
            )
            for one in value
        ]
    return value


def _at(made: Mapping[str, Any], path: str) -> str:
    return next((part.text for part in parts(made) if part.path == path), "")
