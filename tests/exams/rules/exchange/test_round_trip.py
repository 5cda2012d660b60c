"""What leaves in a format and comes back is the same to the digit, whatever the format has no place for."""

from collections.abc import Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams import itemtypes
from exams.itemtypes import single
from exams.itemtypes.parts import Written
from exams.rules import exchange, languages, library
from exams.rules.exchange import Outgoing, Scenario, frame
from lms.kit.archives import pack
from lms.kit.content import Problems
from tests.factories import kinds

ABOUT = {"pool": "exam", "domain": 2, "level": "apply", "clauses": ["6.1.2"], "controls": ["A.5.2"]}
FORMATS = sorted(exchange.WRITERS)


def back(
    items: list[Outgoing], format: str, scenarios: Sequence[Scenario] = ()
) -> tuple[exchange.Batch, tuple[exchange.Refusal, ...]]:
    written = exchange.write(items, format, scenarios)
    return exchange.read(written.data, format), written.left_out


def canonical(items: Sequence[Outgoing] | Sequence[exchange.Incoming], scenarios: Sequence[Scenario]) -> str:
    named = [(getattr(one, "code", "") or getattr(one, "identifier", ""), one) for one in items]
    return exchange.canonical([(name, one.digest, one.about, one.variants) for name, one in named], scenarios)


def shipped() -> tuple[list[Outgoing], list[Scenario]]:
    problems = Problems()
    read = library.read([Path("exams/library")], problems)
    assert not problems
    items = [
        Outgoing(
            item.code,
            Written(item.content, item.key, item.rationales),
            {"pool": item.pool, "domain": item.domain, "level": item.level,
             "clauses": list(item.clauses), "controls": list(item.controls)}
            | ({"scenario": item.scenario, "place": item.place} if item.scenario else {})
            | ({"enemies": list(item.enemies)} if item.enemies else {}),
        )
        for bank in read.banks
        for item in bank.items
    ]  # fmt: skip
    return items, [Scenario(one.code, one.title, one.text) for bank in read.banks for one in bank.scenarios]


@pytest.mark.parametrize("format", FORMATS)
def test_the_shipped_banks_come_back_with_the_same_digests(format: str) -> None:
    items, scenarios = shipped()
    batch, left_out = back(items, format, scenarios)
    gone = {one.identifier for one in left_out}
    sent = {one.code: one for one in items if one.code not in gone}
    assert batch.refused == batch.left_out == ()
    assert {one.identifier: one.digest for one in batch.items} == {
        code: frame.digest(one.written) for code, one in sent.items()
    }
    assert {one.identifier: one.about for one in batch.items} == {
        code: one.about for code, one in sent.items()
    }
    assert [one.losses for one in batch.items if one.losses] == []
    assert canonical(batch.items, batch.scenarios) == canonical(list(sent.values()), scenarios)
    assert len(sent) > 600
    assert len(batch.scenarios) > 20


ENEMY = {"enemies": ["X-1"]}


@pytest.mark.parametrize("format", FORMATS)
def test_the_digest_of_a_whole_knows_texts_places_and_enemies_and_no_codes(format: str) -> None:
    one, two = (Written(*single.read(stem, [(t, "Why", t == "a") for t in "abc"])) for stem in "xy")
    text = Scenario("S-1", "Corvane: a start", "  Two ends.\n\nAnd {braces} <b>, = ~ # : \\n.")
    items = [
        Outgoing("X-1", one, ABOUT | {"scenario": "S-1", "place": 2}),
        Outgoing("X-2", two, ABOUT | {"scenario": "S-1", "place": 1} | ENEMY),
    ]
    batch, _ = back(items, format, [text])
    assert [one.identifier for one in batch.items] == ["X-2", "X-1"]
    assert batch.scenarios == (text,)
    whole = canonical(items, [text])
    assert canonical(batch.items, batch.scenarios) == whole
    assert whole == canonical(
        [replace(items[0], code="A"), replace(items[1], about=items[1].about | {"enemies": ["A"]})], [text]
    )
    assert whole != canonical(items, [replace(text, text="Two ends.")])
    assert whole != canonical([items[0], replace(items[1], about=items[1].about | {"place": 3})], [text])
    assert whole != canonical([items[0], replace(items[1], about=items[1].about | {"enemies": []})], [text])
    degraded = {(lost.identifier, lost.reason) for lost in exchange.write(items, format, [text]).degraded}
    apart = set() if format == "qti" else {("X-1", exchange.APART), ("X-2", exchange.APART)}
    assert degraded >= apart | {("X-2", exchange.ENEMIES)}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("kind", itemtypes.kinds())
def test_every_kind_comes_back_under_every_rule_or_is_left_out_by_name(kind: str, format: str) -> None:
    for rule in itemtypes.of(kind).RULES:
        more = {"scoring": rule} if rule != "map-response" else {}
        one = Outgoing("X-1", kinds.written(kind, **more), ABOUT)
        file = exchange.write([one], format)
        if file.left_out:
            assert file.left_out[0].reason.startswith(("GIFT has no place", "Moodle has no place", "QTI"))
            continue
        (item,) = exchange.read(file.data, format).items
        assert (item.identifier, item.digest) == ("X-1", frame.digest(one.written))


PLACELESS = {"gift": {"ordering", "gap"}, "moodle-xml": set(), "qti": set()}


@pytest.mark.parametrize("format", FORMATS)
def test_only_what_a_format_can_not_say_is_left_out(format: str) -> None:
    items = [Outgoing(kind, kinds.written(kind), ABOUT) for kind in itemtypes.kinds()]
    assert {one.identifier for one in exchange.write(items, format).left_out} == PLACELESS[format]


@pytest.mark.parametrize(
    "gap",
    [
        {"options": ["hot", "cold"], "right": "hot", "why": "It burns."},
        {"accepted": ["hot", "very hot"], "case": False, "why": ""},
        {"answer": "15", "tolerance": "0.5", "unit": "°C", "why": "By day."},
    ],
)
def test_in_gift_a_single_gap_stands_within_its_text(gap: dict) -> None:
    said = {
        "kind": "gap",
        "scoring": "per-gap",
        "stem": "Fill it.",
        "text": "It is [[1]] {here}.",
        "gaps": [gap],
    }
    written = frame.incoming(frame.Raw("X-1", 0, said)).written
    file = exchange.write([Outgoing("X-1", written, ABOUT)], "gift")
    (item,) = exchange.read(file.data, "gift").items
    assert (file.left_out, item.digest) == ((), frame.digest(written))
    assert "It is {" in file.data.decode()


TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"]) | st.sampled_from("\n~=#{}:\\%<>&;->[]"),
    min_size=1,
    max_size=40,
).map(lambda said: "\n".join(said.split("\n")).strip())


@pytest.mark.parametrize("format", FORMATS)
@given(data=st.data())
def test_any_text_comes_back_as_it_was(format: str, data: st.DataObject) -> None:
    texts = data.draw(
        st.lists(TEXTS.filter(bool), min_size=4, max_size=4, unique_by=lambda said: said.casefold().strip())
    )
    stem, *rest = texts
    written = Written(*single.read(stem, [(one, f"Why {one}", place == 1) for place, one in enumerate(rest)]))
    batch, left_out = back([Outgoing("X-1", written, ABOUT)], format)
    assert (left_out, batch.refused) == ((), ())
    assert [one.digest for one in batch.items] == [frame.digest(written)]


@pytest.mark.parametrize("format", sorted(exchange.READERS))
@given(
    data=st.binary(max_size=300) | st.text("::{}=~#%->\n \\TFA.ANSWER<&;'\"x1", max_size=120).map(str.encode)
)
def test_any_bytes_are_read_or_refused(format: str, data: bytes) -> None:
    try:
        batch = exchange.read(data, format)
    except exchange.CannotRead as refused:
        assert refused.reason
    else:
        assert all(one.reason for one in batch.refused)


@pytest.mark.parametrize("format", FORMATS)
@given(data=st.data())
def test_a_file_that_was_damaged_is_read_or_refused(format: str, data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(itemtypes.kinds()))
    whole = exchange.write([Outgoing("X-1", kinds.written(kind), ABOUT)], format).data
    at = data.draw(st.integers(0, len(whole)))
    cut = data.draw(st.integers(0, 30))
    new = data.draw(
        st.binary(max_size=12) | st.sampled_from([b"<p>", b"</p>", b"&x;", b'"', b"{", b"null", b"[]"])
    )
    try:
        batch = exchange.read(whole[:at] + new + whole[at + cut :], format)
    except exchange.CannotRead as refused:
        assert refused.reason
    else:
        assert all(one.reason for one in batch.refused)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), lambda inner: (
    st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["kind", "scoring", "stem", "options", "text", "right", "why", "gaps", "prompts", "partners", "match", "rows",
         "columns", "steps", "shown", "accepted", "case", "answer", "tolerance", "criteria", "points", "lower"]
    ), inner, max_size=6)
), max_leaves=20), st.sampled_from(itemtypes.kinds()))  # fmt: skip
def test_whatever_a_note_says_is_read_or_refused(said: object, kind: str) -> None:
    body = said if isinstance(said, dict) else {"options": said}
    raw = frame.Raw("X-1", 0, {"kind": kind, "stem": "Which?"} | body, {"domain": said, "clauses": said})
    try:
        item = frame.incoming(raw)
    except frame.Refused as refused:
        assert str(refused)
    else:
        assert len(item.digest) == 64


@pytest.mark.parametrize(
    ("format", "data"),
    [
        ("gift", b"It is. {T}\n\n" * 5_001),
        ("csv", b"stem\n" + b"x\n" * 5_001),
        ("aiken", b"x\nANSWER: A\n" * 5_001),
    ],
)
def test_a_file_with_too_many_items_is_refused(format: str, data: bytes) -> None:
    with pytest.raises(exchange.CannotRead, match="more than 5000 items: split it"):
        exchange.read(data, format)


def in_german(of: Written) -> Written:
    content = languages.translated(
        of.content, {p.path: f"{p.text} (de)" for p in languages.parts(of.content)}
    )
    return Written(
        content, of.key, {name: f"{why} (de)" if why else "" for name, why in of.rationales.items()}
    )


@pytest.mark.parametrize("format", FORMATS)
def test_what_items_and_scenarios_say_in_other_languages_comes_back(format: str) -> None:
    text = Scenario(
        "S-1", "A start", "Two ends.", (), {"de": {"title": "Ein Anfang", "text": "Zwei\n Enden <b>."}}
    )
    written = {kind: kinds.written(kind) for kind in itemtypes.kinds()}
    hung = {"scenario": "S-1", "place": 1}
    items = [
        Outgoing(
            f"X-{kind}", one, ABOUT | (hung if kind == "single" else {}), {"de": in_german(one), "fr": one}
        )
        for kind, one in written.items()
    ]
    file = exchange.write(items, format, [text])
    gone = {one.identifier for one in file.left_out}
    batch = exchange.read(file.data, format)
    sent = [one for one in items if one.code not in gone]
    assert {one.identifier: one.variants for one in batch.items} == {one.code: one.variants for one in sent}
    assert ([one.losses for one in batch.items if one.losses], batch.refused) == ([], ())
    assert batch.scenarios == (text,)
    whole = canonical(sent, [text])
    assert canonical(batch.items, batch.scenarios) == whole
    assert canonical(sent, [replace(text, variants={})]) != whole
    assert canonical([replace(sent[0], variants={}), *sent[1:]], [text]) != whole
    lost = {said.reason for said in file.degraded}
    assert (exchange.LANGUAGES in lost) == (format != "qti")


def test_a_package_has_a_file_for_each_language_that_can_be_worked_on() -> None:
    own = Written(*single.read("Which?", [(t, "Why", t == "a") for t in "abc"]))
    german = Written(*single.read("Welche?", [(t, "Warum", t == "a") for t in "abc"]))
    text = Scenario("S-1", "A start", "Two ends.", (), {"de": {"title": "Ein Anfang", "text": "Zwei Enden."}})
    one = Outgoing("X-1", own, ABOUT | {"scenario": "S-1", "place": 1}, {"de": german})
    with ZipFile(BytesIO(exchange.write([one], "qti", [text]).data)) as package:
        files = {name: package.read(name) for name in package.namelist()}
    assert list(files) == [
        "imsmanifest.xml",
        "scenarios/0001.xml",
        "scenarios/0001.de.xml",
        "items/0001.xml",
        "items/0001.de.xml",
        "test.xml",
    ]
    assert b'xml:lang="en"' in files["items/0001.xml"]
    said = files["items/0001.de.xml"].decode()
    assert 'xml:lang="de"' in said and "Welche?" in said and "../scenarios/0001.de.xml" in said
    # A translator has changed the words in another program; then the option as well.
    files["items/0001.de.xml"] = said.replace("Welche?", "Welche davon?").encode()
    (item,) = exchange.read(pack(files), "qti").items
    assert item.variants["de"].content["stem"] == "Welche davon?"
    assert item.losses[0].startswith("in de: the item was changed since it was exported")
    files["items/0001.de.xml"] = said.replace("<qti-value>a<", "<qti-value>b<").encode()
    (item,) = exchange.read(pack(files), "qti").items
    assert (item.variants, item.losses[-1]) == (
        {},
        "its text in de is left out: more than its words differs from the item",
    )
    # The item itself was changed: what was translated is no longer it.
    files["items/0001.xml"] = files["items/0001.xml"].replace(b"Which?", b"Which of them?")
    (item,) = exchange.read(pack(files), "qti").items
    assert (item.variants, item.losses[-1]) == ({}, "its texts in de are left out")
    del files["items/0001.xml"]
    found = exchange.read(pack(files), "qti")
    assert "X-1" in {one.identifier for one in found.refused}


def test_a_table_has_columns_for_other_languages() -> None:
    rows = (
        "code,stem,a,b,c,why_a,why_b,why_c,right,stem:de,a:de,b:de,c:de,why_a:de,why_b:de,why_c:de",
        "X-1,Which?,A,B,C,1,2,3,b,Welche?,Ah,Be,Ce,Eins,Zwei,Drei",
        "X-2,Which?,A,B,C,1,2,3,b,Welche?,Ah,Be,,Eins,Zwei,Drei",
        "X-3,Whose?,A,B,C,1,2,3,b,,,,,,,",
    )
    one, two, three = exchange.read("\n".join(rows).encode(), "csv").items
    german = one.variants["de"]
    assert (german.content["stem"], german.key, german.rationales["b"]) == (
        "Welche?",
        one.written.key,
        "Zwei",
    )
    assert (two.variants, two.losses[0][:29]) == ({}, "its text in de is left out: a")
    assert (three.variants, three.losses) == ({}, ())
    with pytest.raises(exchange.CannotRead, match="unknown here: stem:xx"):
        exchange.read(b"stem,stem:xx\nA,B\n", "csv")
