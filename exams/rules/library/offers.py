"""Reading agreements and exams."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from exams import itemtypes
from exams.rules import languages
from exams.rules.library.banks import LEVELS
from exams.rules.library.by_people import read_marking
from lms.kit import digests
from lms.kit.content import Node, Problems, read_markdown, read_yaml

KINDS = ("exam", "practice")
TAKEOVERS = ("free", "ask")
RELEASES = ("in-batches", "singly")
DECIMAL = re.compile(r"-?[0-9]{1,4}(\.[0-9]{1,4})?")
TIMES = re.compile(r"[1-9][0-9]{0,2}(/[1-9][0-9]{0,2})?")
SAT = ("any-time", "in-windows")
OPTIONS = (
    "sat", "reschedule_hours", "cancel_hours", "free_retake_months", "invigilated", "takeover",
    "credit_minutes_alone", "release", "appeal_days", "appeal_panel", "open_book", "safe_browser", "safe_browser_keys",
    "languages",
)  # fmt: skip
KEYS = (
    "key", "kind", "order", "title", "strapline", "summary", "organisation", "bank", "pool", "blueprint", "agreement",
    "minutes", "cut_percent", "scale", "minima", "retake", "allowed", "says", "says_not", "product", "course", "scheme", "practice",
    "offered", "marking", *OPTIONS,
)  # fmt: skip


@dataclass(frozen=True)
class ParsedAgreement:
    key: str
    title: str
    text: str

    @property
    def digest(self) -> str:
        return digests.digest({"title": self.title, "text": self.text})


@dataclass(frozen=True)
class ParsedProduct:
    key: str
    title: str
    amount: int
    currency: str


@dataclass(frozen=True)
class ParsedExam:
    key: str
    bank: str
    pool: str
    length: int
    scenario_sets: int
    kinds: tuple[str, ...]
    levels: list[dict[str, Any]]
    cells: list[dict[str, Any]]
    information: list[dict[str, str]]
    exposure_limit: int | None
    pilots: int
    worth: list[dict[str, Any]]
    organisation: str
    agreement: str
    practice: str
    values: dict[str, Any]
    product: ParsedProduct | None
    marking: dict[str, Any]
    path: Path
    line_of: dict[str, int] = field(default_factory=dict)


def read_agreements(folders: Sequence[Path], problems: Problems) -> list[ParsedAgreement]:
    found: dict[str, ParsedAgreement] = {}
    for path in (file for folder in folders for file in sorted((folder / "agreements").glob("*.md"))):
        said = read_markdown(path, problems)
        if said is not None:
            front, body, _ = said
            front.only("key", "title")
            if not body.strip():
                front.complain("the agreement has no text")
            found[front.text("key")] = ParsedAgreement(front.text("key"), front.text("title"), body.strip())
    return list(found.values())


def read_exams(folders: Sequence[Path], problems: Problems) -> list[ParsedExam]:
    found: dict[str, ParsedExam] = {}
    for path in (file for folder in folders for file in sorted((folder / "exams").glob("*.yaml"))):
        top = read_yaml(path, problems)
        if top is not None:
            exam = _exam(top)
            before = found.get(exam.key)
            # An institution's own file may replace a shipped one; two files of one folder are a slip.
            if before is not None and before.path.parent == path.parent:
                top.complain(f"'{exam.key}' stands already in {before.path}", "key")
            found[exam.key] = exam
    return list(found.values())


def _exam(top: Node) -> ParsedExam:
    top.only(*KEYS)
    for name in ("kind", "pool"):
        if top.text(name) not in KINDS:
            top.complain(f"'{name}' must be one of: {', '.join(KINDS)}", name)
    blueprint = top.node("blueprint")
    blueprint.only(
        "length", "scenario_sets", "kinds", "levels", "cells", "exposure", "information", "pilots", "worth"
    )
    return ParsedExam(
        key=top.text("key", most=80),
        bank=top.text("bank"),
        pool=top.text("pool"),
        length=blueprint.whole("length", least=1, most=500),
        scenario_sets=blueprint.whole("scenario_sets", default=0, most=50),
        kinds=_kinds(blueprint, practice=top.text("kind") == "practice"),
        levels=_levels(blueprint),
        cells=[_cell(node) for node in blueprint.nodes("cells", default=())],
        information=[_target(node) for node in blueprint.nodes("information", default=())],
        exposure_limit=blueprint.whole("exposure", least=1, most=1000) if blueprint.has("exposure") else None,
        pilots=_pilots(top, blueprint),
        worth=[_worth(node) for node in blueprint.nodes("worth", default=())],
        organisation=top.text("organisation"),
        agreement=top.text("agreement"),
        practice=top.text("practice", default=""),
        values={
            "kind": top.text("kind"),
            "order": top.whole("order", default=0, most=1000),
            "title": top.text("title", most=200),
            "strapline": top.text("strapline", most=300),
            "summary": top.text("summary"),
            "agreement_key": top.text("agreement"),
            "minutes": top.whole("minutes", least=1, most=1440),
            "cut_numerator": top.whole("cut_percent", least=1, most=100),
            "cut_denominator": 100,
            **_scale(top),
            "minima": [_minimum(node) for node in top.nodes("minima", default=())],
            "retake_waits": [_wait(node) for node in top.nodes("retake", default=())],
            "allowed": list(top.texts("allowed")),
            "says": list(top.texts("says")),
            "says_not": list(top.texts("says_not")),
            "course_key": top.text("course", default=""),
            "scheme_key": top.text("scheme", default=""),
            "practice_key": top.text("practice", default=""),
            "product_key": top.node("product").text("key") if top.has("product") else "",
            "offered": top.flag("offered", True),
            **_options(top),
        },
        product=_product(top.node("product"), top.text("title")) if top.has("product") else None,
        marking=read_marking(top),
        path=top.path,
        line_of={
            name: top.line_of(name)
            for name in ("bank", "agreement", "practice", "organisation", "minima", "blueprint")
        },
    )


def _kinds(blueprint: Node, *, practice: bool) -> tuple[str, ...]:
    """The kinds of items that a form may hold; none named is any that needs no marker."""
    named = blueprint.texts("kinds", default=())
    for name in named:
        if name not in itemtypes.kinds():
            blueprint.complain(f"'kinds' may name: {', '.join(itemtypes.kinds())}; and not '{name}'", "kinds")
        elif practice and itemtypes.of(name).NEEDS_MARKER:
            blueprint.complain(
                f"an item of the kind '{name}' is marked by people, and a practice exam has its result at once: it can't ask for one",
                "kinds",
            )
    return named


def _pilots(top: Node, blueprint: Node) -> int:
    """How many items a form tries out beside its length."""
    found = blueprint.whole("pilots", default=0, most=50)
    if found and "practice" in (top.text("kind"), top.text("pool")):
        blueprint.complain("a practice exam shows at once what counted: it can't try items out", "pilots")
    return found


def _worth(node: Node) -> dict[str, Any]:
    """How many times items of a kind, or of a level, or of a domain count: "2" or "3/2"."""
    node.only("kind", "level", "domain", "points")
    said = node.text("points", most=9)
    if not TIMES.fullmatch(said):
        node.complain("'points' must be a whole number or a fraction in quotes, as \"3/2\"", "points")
        said = "1"
    named = [name for name in ("kind", "level", "domain") if node.has(name)]
    if len(named) != 1:
        node.complain("say one of: kind, level, domain")
        return {"points": "1"}
    (name,) = named
    if name == "domain":
        return {"domain": node.whole("domain", least=1, most=99), "points": str(Fraction(said))}
    among = itemtypes.kinds() if name == "kind" else LEVELS
    if node.text(name) not in among:
        node.complain(f"'{name}' must be one of: {', '.join(among)}", name)
    return {name: node.text(name), "points": str(Fraction(said))}


def _levels(blueprint: Node) -> list[dict[str, Any]]:
    """The weight of each level, in the order of LEVELS; none where the file names none."""
    if not blueprint.has("levels"):
        return []
    node = blueprint.node("levels")
    node.only(*LEVELS)
    found = [{"level": level, "weight": node.whole(level, default=0, most=100)} for level in LEVELS]
    if not any(level["weight"] for level in found):
        blueprint.complain("the weights of the levels must be more than nothing", "levels")
    return found


def _cell(node: Node) -> dict[str, Any]:
    """A count (`items`), or from `least` to `most`, in a domain and, if it is said, at a level of it."""
    node.only("domain", "level", "items", "least", "most")
    level = node.text("level", default="")
    if level and level not in LEVELS:
        node.complain(f"'level' must be one of: {', '.join(LEVELS)}", "level")
    if node.has("items"):
        least = most = node.whole("items", most=500)
    else:
        least, most = node.whole("least", default=0, most=500), node.whole("most", most=500)
    if least > most:
        node.complain("'least' is more than 'most'", "least")
    return {"domain": node.whole("domain", least=1, most=99), "level": level, "least": least, "most": most}


def _target(node: Node) -> dict[str, str]:
    """Test information from `least` to `most` at an ability, decimals in quotes: "0.5"."""
    node.only("at", "least", "most")
    said = {name: node.text(name, most=12) for name in ("at", "least", "most")}
    for name, number in said.items():
        if not DECIMAL.fullmatch(number):
            node.complain(f"'{name}' must be a decimal number in quotes, as \"0.5\"", name)
            return {"at": "0", "least": "0", "most": "0"}
    if not 0 <= Fraction(said["least"]) <= Fraction(said["most"]):
        node.complain("'least' must be from 0 to 'most'", "least")
    return said


def _options(top: Node) -> dict[str, Any]:
    """How the exam is entered and sat. Every key may be left out."""
    keys = [key.lower() for key in top.texts("safe_browser_keys", default=())]
    if any(len(key) != 64 or set(key) - set("0123456789abcdef") for key in keys):
        top.complain("a browser exam key is 64 hexadecimal digits, quoted", "safe_browser_keys")
    if keys and not top.flag("safe_browser"):
        top.complain("browser exam keys say nothing unless 'safe_browser' is true", "safe_browser_keys")
    release = _choice(top, "release", RELEASES)
    if release == "singly" and top.text("scheme", default=""):
        top.complain(
            "an exam that a 'scheme' rests on is released in batches by two examiners: leave 'release' out",
            "release",
        )
    return {
        "windowed": _choice(top, "sat", SAT) == "in-windows",
        "reschedule_hours": top.whole("reschedule_hours", default=24, most=8784),
        "cancel_hours": top.whole("cancel_hours", default=72, most=8784),
        "free_retake_months": top.whole("free_retake_months", default=0, most=120),
        "invigilated": top.flag("invigilated"),
        "takeover": _choice(top, "takeover", TAKEOVERS),
        "credit_seconds_alone": 60 * top.whole("credit_minutes_alone", default=10, most=1440),
        "appeal_days": top.whole("appeal_days", default=30, most=3660),
        "appeal_panel": top.whole("appeal_panel", default=2, least=2, most=9),
        "release": release,
        "open_book": top.flag("open_book"),
        "safe_browser": top.flag("safe_browser"),
        "safe_browser_keys": keys,
        "languages": _languages(top),
    }


def _languages(top: Node) -> list[str]:
    """Languages beside the bank's own, each once."""
    named = list(dict.fromkeys(top.texts("languages", default=())))
    for name in named:
        if name not in languages.OTHERS:
            top.complain(
                f"'languages' may name: {', '.join(languages.OTHERS)}; and not '{name}'", "languages"
            )
    return named


def _choice(top: Node, key: str, among: tuple[str, ...]) -> str:
    """One of `among`; the first where nothing is said."""
    said = top.text(key, default=among[0])
    if said not in among:
        top.complain(f"'{key}' must be one of: {', '.join(among)}", key)
    return said


def _scale(top: Node) -> dict[str, int | None]:
    """The scaled scores of no points, of the cut and of all points; none where the file names none."""
    names = ("lowest", "cut", "highest")
    if not top.has("scale"):
        return {"scale_lowest": None, "scale_anchor": None, "scale_highest": None}
    node = top.node("scale")
    node.only(*names)
    lowest, anchor, highest = (node.whole(name, most=10_000) for name in names)
    if not lowest < anchor <= highest:
        node.complain("a scale rises: 'lowest' is below 'cut', and 'cut' is not above 'highest'", "cut")
    return {"scale_lowest": lowest, "scale_anchor": anchor, "scale_highest": highest}


def _wait(node: Node) -> dict[str, int]:
    node.only("days", "months")
    if not node.has("days") and not node.has("months"):
        node.complain("a wait needs days or months")
    return {
        "days": node.whole("days", default=0, most=3660),
        "months": node.whole("months", default=0, most=120),
    }


def _minimum(node: Node) -> dict[str, int]:
    """The least share of a domain's points, beside the overall cut."""
    node.only("domain", "percent")
    return {
        "domain": node.whole("domain", least=1, most=99),
        "percent": node.whole("percent", least=1, most=100),
    }


def _product(node: Node, title: str) -> ParsedProduct:
    node.only("key", "amount", "currency")
    return ParsedProduct(
        node.text("key"), title, node.whole("amount", least=0, most=10_000_000), node.text("currency", most=3)
    )
