"""QTI 2.1, 2.2 and 3.0 as their specifications write them, and packages that mean harm."""

import zipfile
from io import BytesIO

import pytest

from exams.rules import exchange
from exams.rules.exchange import CannotRead
from lms.kit.archives import pack

V2 = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p{}"'
V3 = 'xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"'
MATCH = (
    '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
)
MAP = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>'


def declared(right: str, base: str = "identifier", cardinality: str = "single", mapping: str = "") -> str:
    values = "".join(f"<value>{one}</value>" for one in right.split(";") if one)
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">'
        f"<correctResponse>{values}</correctResponse>{mapping}</responseDeclaration>"
    )


def two(declaration: str, body: str, processing: str = MATCH, minor: int = 1) -> bytes:
    return (
        f'<?xml version="1.0"?><assessmentItem {V2.format(minor)} identifier="Q-1" title="T" adaptive="false" '
        f'timeDependent="false">{declaration}<itemBody>{body}</itemBody>{processing}</assessmentItem>'
    ).encode()


CHOICE = (
    '<p>Look at the <em>scope</em>.</p><choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="1">'
    '<prompt>Which one?</prompt><simpleChoice identifier="A">This<feedbackInline outcomeIdentifier="F" identifier="A">'
    'Because.</feedbackInline></simpleChoice><simpleChoice identifier="B">That</simpleChoice>'
    '<simpleChoice identifier="C">None</simpleChoice></choiceInteraction>'
)


def one(data: bytes) -> exchange.Incoming:
    batch = exchange.read(data, "qti")
    assert batch.refused == ()
    (item,) = batch.items
    return item


@pytest.mark.parametrize("minor", [1, 2])
def test_a_choice_of_version_2_is_a_single_answer_with_its_feedback_as_rationale(minor: int) -> None:
    item = one(two(declared("B"), CHOICE, minor=minor))
    assert (item.identifier, item.written.content["stem"]) == ("Q-1", "Look at the scope.\nWhich one?")
    assert [option["text"] for option in item.written.content["options"]] == ["This", "That", "None"]
    assert item.written.key == {"rule": "all-or-nothing", "right": ["b"]}
    assert item.written.rationales == {"a": "Because.", "b": "", "c": ""}
    assert item.losses == ("the mark-up <em> is left out",)


def test_a_choice_of_version_3_is_read_as_well() -> None:
    item = one(
        f'<qti-assessment-item {V3} identifier="Q-3" title="T" adaptive="false" time-dependent="false">'
        '<qti-response-declaration identifier="RESPONSE" cardinality="multiple" base-type="identifier">'
        "<qti-correct-response><qti-value>A</qti-value><qti-value>C</qti-value></qti-correct-response>"
        '<qti-mapping lower-bound="0" upper-bound="2" default-value="-1"><qti-map-entry map-key="A" mapped-value="1"/>'
        '<qti-map-entry map-key="C" mapped-value="1"/></qti-mapping></qti-response-declaration><qti-item-body>'
        '<qti-choice-interaction response-identifier="RESPONSE" max-choices="0"><qti-prompt>Which?</qti-prompt>'
        '<qti-simple-choice identifier="A">a</qti-simple-choice><qti-simple-choice identifier="B">b</qti-simple-choice>'
        '<qti-simple-choice identifier="C">c</qti-simple-choice></qti-choice-interaction></qti-item-body>'
        '<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml"/>'
        "</qti-assessment-item>".encode()
    )
    assert item.written.key == {
        "rule": "map-response", "right": ["a", "c"], "of": 3, "map": {"a": "1", "c": "1"},
        "default": "-1", "lower": "0", "upper": "2",
    }  # fmt: skip


def test_matching_ordering_text_number_and_gaps_have_their_kinds() -> None:
    match = (
        '<matchInteraction responseIdentifier="RESPONSE" maxAssociations="2"><prompt>Match.</prompt>{}</matchInteraction>'
    ).format(
        "".join(
            "<simpleMatchSet>"
            + "".join(
                f'<simpleAssociableChoice identifier="{i}" matchMax="1">{i} text</simpleAssociableChoice>'
                for i in ids
            )
            + "</simpleMatchSet>"
            for ids in ("AB", "XYZ")
        )
    )
    order = (
        '<orderInteraction responseIdentifier="RESPONSE"><prompt>Order.</prompt>{}</orderInteraction>'.format(
            "".join(f'<simpleChoice identifier="{i}">{i} text</simpleChoice>' for i in "ABC")
        )
    )
    entry = '<p>The standard is <textEntryInteraction responseIdentifier="RESPONSE"/>.</p>'
    mapped = (
        '<mapping defaultValue="0"><mapEntry mapKey="York" mappedValue="1" caseSensitive="false"/></mapping>'
    )
    equal = (
        '<responseProcessing><responseCondition><responseIf><equal toleranceMode="absolute" tolerance="0.5 0.5">'
        '<variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal></responseIf></responseCondition>'
        "</responseProcessing>"
    )
    pairs = one(two(declared("A Y;B X", "directedPair", "multiple"), match))
    assert (pairs.written.content["kind"], pairs.written.key["right"]) == ("matching", "ba")
    steps = one(two(declared("C;A;B", "identifier", "ordered"), order))
    assert steps.written.key == {"rule": "all-or-nothing", "right": "cab"}
    text = one(two(declared("York", "string", mapping=mapped), entry, MAP))
    assert text.written.key == {"rule": "all-or-nothing", "case": False, "accepted": ["York"]}
    assert text.written.content["stem"] == "The standard is _____ ."
    number = one(two(declared("42001", "integer"), entry, equal))
    assert (number.written.key["value"], number.written.key["tolerance"]) == ("42001", "0.5")
    inline = (
        '<p>It is <inlineChoiceInteraction responseIdentifier="RESPONSE"><inlineChoice identifier="A">red</inlineChoice>'
        '<inlineChoice identifier="B">blue</inlineChoice></inlineChoiceInteraction>.</p>'
    )
    gap = one(two(declared("B"), inline))
    assert (gap.written.content["text"], gap.written.key["gaps"]) == ("It is [[1]].", [{"right": "b"}])


def test_true_and_false_are_a_kind_of_their_own() -> None:
    body = (
        '<choiceInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>It is.</prompt>'
        '<simpleChoice identifier="Y">True</simpleChoice><simpleChoice identifier="N">False</simpleChoice>'
        "</choiceInteraction>"
    )
    assert one(two(declared("N"), body)).written.key == {"rule": "all-or-nothing", "right": ["f"]}


def test_a_picture_and_a_marking_of_its_own_are_named_as_lost() -> None:
    body = '<p><img src="images/plan.png" alt="Plan"/></p>' + CHOICE
    item = one(two(declared("B"), body, "<responseProcessing><exitResponse/></responseProcessing>"))
    assert "a picture or other medium (images/plan.png) is left out" in item.losses
    assert "its own way of marking is left out: all or nothing stands in" in item.losses


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (two(declared("B"), "<p>Read.</p>"), "nothing to answer"),
        (two(declared("B"), '<uploadInteraction responseIdentifier="RESPONSE"/>'), "<uploadInteraction> has no equal"),
        (two(declared("B"), CHOICE + CHOICE), "several interactions"),
        (two("", CHOICE), "the response is not declared"),
        (two(declared("Z"), CHOICE), "exactly one option is right"),
        (two(declared("B"), "<p><script>alert(1)</script></p>" + CHOICE), "<script>"),
        (two(declared("B"), '<p onclick="x()">!</p>' + CHOICE), "a script in the attribute 'onclick'"),
        (two(declared("", "string"), '<p>Why?</p><extendedTextInteraction responseIdentifier="RESPONSE"/>'), "an essay here needs a rubric"),
    ],
)  # fmt: skip
def test_what_has_no_equal_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    (refused,) = exchange.read(data, "qti").refused
    assert (refused.identifier, reason in refused.reason) == ("Q-1", True), refused.reason


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", method) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return held.getvalue()


def manifest(*hrefs: str) -> bytes:
    found = "".join(
        f'<resource identifier="R{n}" type="imsqti_item_xmlv2p1" href="{href}"/>'
        for n, href in enumerate(hrefs)
    )
    return (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>'
        f'{found}<resource identifier="T" type="imsqti_test_xmlv2p1" href="t.xml"/></resources></manifest>'
    ).encode()


def test_a_package_gives_the_items_that_its_manifest_names() -> None:
    files = {
        "imsmanifest.xml": manifest("items/a%20b.xml"),
        "items/a b.xml": two(declared("B"), CHOICE),
        "t.xml": b"<x/>",
    }
    assert one(packed(files)).identifier == "Q-1"


def test_what_of_a_package_is_neither_item_nor_shared_text_is_named_with_the_reason() -> None:
    """A test with two sections and a weight, a file, one of a type that nobody knows, one that isn't there."""
    space = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1"'
    sections = "".join(
        f'<assessmentSection identifier="S{n}" title="S" visible="true"><assessmentItemRef identifier="Q-1" href="a.xml">'
        f"{'<weight identifier="W" value="2"/>' if n else ''}</assessmentItemRef></assessmentSection>"
        for n in range(2)
    )
    test = f'<assessmentTest {space} identifier="T" title="T"><testPart identifier="P">{sections}</testPart></assessmentTest>'
    others = (
        ("W", "webcontent", "a.png"),
        ("O", "learning_thing", "o.xml"),
        ("G", "imsqti_test_xmlv2p1", "gone.xml"),
    )
    named = "".join(f'<resource identifier="{a}" type="{b}" href="{c}"/>' for a, b, c in others)
    listed = manifest("a.xml").replace(b"</resources>", f"{named}</resources>".encode())
    files = {"imsmanifest.xml": listed, "a.xml": two(declared("B"), CHOICE), "t.xml": test.encode()}
    batch = exchange.read(packed(files), "qti")
    assert [one.identifier for one in batch.items] == ["Q-1"]
    assert [(one.identifier, one.reason) for one in batch.left_out] == [
        (
            "T",
            "it is an assessment test (2 sections, 1 weight), and is left out: a blueprint says here how forms are made",
        ),
        ("W", "it is a picture, style or other file, and is left out"),
        ("O", "it is neither an item nor a shared text (learning_thing), and is left out"),
        ("G", "it is an assessment test, which can't be read, and is left out"),
    ]


def test_what_a_manifest_names_and_the_package_lacks_is_refused_alone() -> None:
    files = {
        "imsmanifest.xml": manifest(
            "a.xml", "../../etc/passwd", "http://elsewhere.example/b.xml", "gone.xml", "bad.xml"
        ),
        "a.xml": two(declared("B"), CHOICE),
        "bad.xml": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    }
    batch = exchange.read(packed(files), "qti")
    assert [item.identifier for item in batch.items] == ["Q-1"]
    assert [refused.reason.split(":")[0] for refused in batch.refused] == [
        "its address leads out of the package", "its address leads out of the package", "gone.xml", "bad.xml"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (packed({"../../evil.xml": b"<x/>", "imsmanifest.xml": manifest()}), "a path that leads out of it"),
        (packed({"/etc/evil.xml": b"<x/>", "imsmanifest.xml": manifest()}), "a path that leads out of it"),
        (packed({"..\\evil.xml": b"<x/>", "imsmanifest.xml": manifest()}), "a path that leads out of it"),
        (packed({"a.xml": b"<x/>"}), "no file imsmanifest.xml"),
        (packed({"imsmanifest.xml": manifest(), "a.xml": bytes(9_000_000)}), "200 times as large"),
        (packed({"imsmanifest.xml": manifest()} | {f"{n}.xml": b"" for n in range(10_001)}), "10002 files"),
        (packed({"imsmanifest.xml": manifest("a.xml")})[:-30], "not a zip that can be read"),
        (b"PK\x03\x04" + bytes(60), "not a zip that can be read"),
        (b"<!DOCTYPE html><html/>", "an HTML page"),
        (b"<quiz/>", "begins with <quiz>"),
    ],
    ids=range(10),
)
def test_hostile_and_broken_packages_are_refused_with_a_sentence(data: bytes, reason: str) -> None:
    with pytest.raises(CannotRead) as refused:
        exchange.read(data, "qti")
    assert reason in refused.value.reason


def test_a_package_of_ours_is_plain_qti_with_a_manifest() -> None:
    item = one(two(declared("B"), CHOICE))
    file_of = exchange.write([exchange.Outgoing("Q-1", item.written, {})], "qti")
    assert (file_of.left_out, file_of.degraded) == ((), ())
    with zipfile.ZipFile(BytesIO(file_of.data)) as file:
        assert file.namelist() == ["imsmanifest.xml", "items/0001.xml"]
        assert b'type="imsqti_item_xmlv3p0" href="items/0001.xml"' in file.read("imsmanifest.xml")
    assert file_of == exchange.write([exchange.Outgoing("Q-1", item.written, {})], "qti")


def test_a_shared_text_of_another_program_becomes_a_scenario() -> None:
    """In the spelling of 2.2, with an item whose text leads out of the package and one whose text acts."""
    space = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2"'
    text = "<p>Two <b>sites</b>.</p><p>One scope.</p>"
    wholes = {
        "t/a.xml": f'<assessmentStimulus {space} identifier="S-1" title="A start"><stimulusBody>{text}</stimulusBody></assessmentStimulus>',
        "t/b.xml": f'<assessmentStimulus {space} identifier="S-2" title="B"><stimulusBody><script>x</script></stimulusBody></assessmentStimulus>',
    }
    hrefs = ["../t/a.xml", "../t/a.xml#x", "../../a.xml", "../t/b.xml", "../t/c.xml"]
    ref = '<assessmentStimulusRef identifier="S" href="{}"/>'
    whole = two(declared("B"), CHOICE).decode()
    head, body = whole[: whole.index("<itemBody")], whole[whole.index("<itemBody") :]
    for number, href in enumerate(hrefs, 1):
        wholes[f"i/{number}.xml"] = (
            head.replace('identifier="Q-1"', f'identifier="Q-{number}"') + ref.format(href) + body
        )
    names = [name for name in wholes if name.startswith("i/")]
    resources = "".join(f'<resource identifier="{n}" type="imsqti_item_xmlv2p2" href="{n}"/>' for n in names)
    wholes["imsmanifest.xml"] = f"<manifest><resources>{resources}</resources></manifest>"
    batch = exchange.read(pack({name: said.encode() for name, said in wholes.items()}), "qti")
    (scenario,) = batch.scenarios
    assert (scenario.code, scenario.title, scenario.text) == ("S-1", "A start", "Two sites.\nOne scope.")
    assert [(one.about["scenario"], one.about["place"]) for one in batch.items] == [("S-1", 1), ("S-1", 2)]
    assert {one.losses for one in batch.items} == {
        ("the mark-up <em> is left out", "the mark-up <b> is left out")
    }
    assert [one.reason.partition(": ")[2] for one in batch.refused] == [
        "the address of its shared text leads out of the package",
        "its shared text: the text has <script>, which has no place in an item",
        "its shared text: the package has no file t/c.xml",
    ]
