"""Files of other programs: what becomes of what, and what is refused, each with its sentence."""

import io
import tarfile
import zipfile
from typing import Any

import pytest

from courses.rules import exchange
from courses.rules.exchange import CannotRead, Incoming
from lms.kit.archives import pack
from tests.courses.rules.exchange.test_round_trip import STANDING, picture
from tests.factories import packages

CC = "<schema>IMS Common Cartridge</schema><schemaversion>{version}</schemaversion>"


def cartridge(files: dict[str, bytes], items: str, resources: str, version: str = "1.1.0") -> bytes:
    manifest = (
        f'<manifest xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"><metadata>{CC.format(version=version)}'
        "<lom><general><title><string>Safety at work</string></title></general></lom></metadata><organizations><organization>"
        f"<item>{items}</item></organization></organizations><resources>{resources}</resources></manifest>"
    )
    return pack({"imsmanifest.xml": manifest.encode(), **files})


def page(body: str, **more: bytes) -> bytes:
    return cartridge(
        {"wiki/p.html": f"<html><head><title>P</title></head><body>{body}</body></html>".encode(), **more},
        '<item identifier="m"><title>Week 1</title><item identifierref="r"><title>First page</title></item></item>',
        '<resource identifier="r" type="webcontent" href="wiki/p.html"><file href="wiki/p.html"/></resource>',
    )


def read(data: bytes, format: str = "common-cartridge") -> Incoming:
    return exchange.read(data, format, STANDING)


def kinds(found: Incoming, module: int = 0) -> list[str]:
    return [block["type"] for block in found.course.modules[module].lessons[0].body]


@pytest.mark.parametrize("version", ["1.1.0", "1.2.0", "1.3.0"])
def test_a_cartridge_of_another_program(version: str) -> None:
    qti = """<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="a"><section>
    <item ident="q1"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>cc_profile</fieldlabel><fieldentry>
    cc.true_false.v0p1</fieldentry></qtimetadatafield></qtimetadata></itemmetadata><presentation><material><mattext
    texttype="text/html">&lt;p&gt;Is it &lt;b&gt;so&lt;/b&gt;?&lt;/p&gt;</mattext></material><response_lid ident="x"><render_choice>
    <response_label ident="t"><material><mattext>True</mattext></material></response_label>
    <response_label ident="f"><material><mattext>False</mattext></material></response_label></render_choice></response_lid>
    </presentation><resprocessing><respcondition><conditionvar><varequal>f</varequal></conditionvar><setvar>100</setvar>
    </respcondition></resprocessing></item>
    <item ident="q2"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>cc_profile</fieldlabel><fieldentry>
    cc.essay.v0p1</fieldentry></qtimetadatafield></qtimetadata></itemmetadata></item></section></assessment></questestinterop>"""
    data = cartridge(
        {"p.html": b"<h1>Signs</h1><p>Look &amp; see.</p>", "q.xml": qti.encode(), "l.xml": b'<webLink><url href="https://example.org/"/></webLink>'},
        '<item><title>Week 1</title><item identifierref="p"><title>Signs</title></item><item><title>Deeper</title>'
        '<item identifierref="q"><title>Quiz</title></item></item></item><item identifierref="l"><title>Read on</title></item>'
        '<item><title>Talk</title><item identifierref="d"><title>Talk about it</title></item></item>',
        '<resource identifier="p" type="webcontent" href="p.html"/><resource identifier="l" type="imswl_xmlv1p1"><file href="l.xml"/></resource>'
        '<resource identifier="q" type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment"><file href="q.xml"/></resource>'
        '<resource identifier="d" type="imsdt_xmlv1p1"><file href="d.xml"/></resource>',
        version,
    )  # fmt: skip
    found = read(data)
    assert found.course.title == "Safety at work"
    assert [(m.title, [one.title for one in m.lessons]) for m in found.course.modules] == [
        ("Week 1", ["Signs", "Quiz"]),
        ("Safety at work", ["Read on"]),
    ]
    assert found.course.modules[0].lessons[0].body[0]["value"] == "<p>Look &amp; see.</p>"
    check = found.course.modules[0].lessons[1].body[1]["value"]
    assert (check["question"], [one["value"]["right"] for one in check["options"]]) == (
        "Is it so?",
        [False, True],
    )
    assert [note.where for note in found.refused] == ["Quiz, question 2"]
    assert {note.where for note in found.degraded} == {"Deeper", "Quiz", "Talk about it", "Safety at work"}


def test_a_page_becomes_blocks() -> None:
    found = read(
        page(
            "<div><p>One</p><img src='../i/a.png' alt='A line'><p>Two <img src='$IMS-CC-FILEBASE$/i/a.png'></p>"
            "<table><tr><th>A</th></tr><tr><td>1</td></tr></table><h5>Small</h5><video src='x.mp4'></video><p>Three</div>",
            **{"i/a.png": picture()},
        )
    )
    assert kinds(found) == ["text", "figure", "text", "figure", "table", "text"]
    said = [note.reason for note in found.degraded]
    assert any("film" in one for one in said)


def test_no_script_of_a_page_comes_in() -> None:
    found = read(
        page(
            '<p onclick="x()">Hi <a href="javascript:x()">there</a></p><script>x()</script><iframe src="https://example.org"></iframe>'
        )
    )
    assert found.course.modules[0].lessons[0].body[0]["value"] == "<p>Hi <a>there</a></p>"
    assert {note.reason for note in found.degraded} >= {"a script is left out", "a frame is left out"}


def olx(
    files: dict[str, str | bytes], *, zipped: bool = False, member: tarfile.TarInfo | None = None
) -> bytes:
    given = {name: data if isinstance(data, bytes) else data.encode() for name, data in files.items()}
    if zipped:
        return pack(given)
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for name, data in given.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        if member:
            archive.addfile(member)
    return held.getvalue()


COURSE: dict[str, str | bytes] = {
    "course/course.xml": '<course url_name="run" course="DEMO"/>',
    "course/course/run.xml": '<course display_name="Open course"><chapter url_name="c1"/></course>',
    "course/chapter/c1.xml": '<chapter display_name="Chapter"><sequential url_name="s1"/></chapter>',
    "course/sequential/s1.xml": '<sequential display_name="Section"><vertical url_name="v1"/><vertical url_name="v2"/></sequential>',
    "course/vertical/v1.xml": '<vertical display_name="Read"><html url_name="h1"/><video url_name="x"/></vertical>',
    "course/vertical/v2.xml": '<vertical display_name="Try"><problem url_name="p1"/><problem url_name="p2"/></vertical>',
    "course/html/h1.xml": '<html filename="h1" display_name="Text"/>',
    "course/html/h1.html": "<p>Hello</p><img src='/static/a.png' alt='A line'>",
    "course/static/a.png": picture(),
    "course/problem/p1.xml": "<problem><choiceresponse><label>Which?</label><checkboxgroup><choice correct='true'>One<choicehint "
    "selected='true'>Yes.</choicehint></choice><choice correct='false'>Two</choice><choice correct='true'>Three</choice>"
    "</checkboxgroup></choiceresponse></problem>",
    "course/problem/p2.xml": "<problem><numericalresponse answer='3'/></problem>",
}  # fmt: skip


@pytest.mark.parametrize("zipped", [False, True])
def test_a_course_of_open_edx(zipped: bool) -> None:
    found = read(olx(COURSE, zipped=zipped), "olx")
    assert (found.course.title, found.course.modules[0].title) == ("Open course", "Chapter")
    assert kinds(found) == ["text", "figure", "text", "check"]
    check = found.course.modules[0].lessons[0].body[3]["value"]
    assert (check["key"], check["kind"], [one["value"]["right"] for one in check["options"]]) == (
        "c1",
        "multiple",
        [True, False, True],
    )
    assert check["options"][0]["value"] == {"text": "One", "right": True, "why": "Yes."}
    assert [note.where for note in found.refused] == ["Section, p2"]
    assert any("film" in note.reason for note in found.degraded)


# --- archives that lie -------------------------------------------------------------------------------


def entities() -> bytes:
    bomb = '<!DOCTYPE m [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><manifest>&b;</manifest>'
    return pack({name: bomb.encode() for name in ("imsmanifest.xml", "course.xml", "cmi5.xml")})


def traversal() -> bytes:
    return pack({"imsmanifest.xml": b"<manifest/>", "../../etc/x.md": b"x"})


def bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("imsmanifest.xml", b"<manifest/>")
        archive.writestr("a.md", b"\0" * 60_000_000)
    return held.getvalue()


FORMATS = ("cmi5", "common-cartridge", "markdown", "olx", "scorm")


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b"%PDF-1.7 not a zip", "not a zip"),
        (b"PK\x03\x04 cut off", "not a zip"),
        (traversal(), "a path that leads out"),
        (bomb(), "times as large when unpacked"),
        (pack({"readme.txt": b"x"}), "it has no "),
    ],
)
def test_an_archive_that_lies_is_refused_with_a_sentence(format: str, data: bytes, says: str) -> None:
    with pytest.raises(CannotRead) as refused:
        read(data, format)
    assert says in refused.value.reason


@pytest.mark.parametrize("format", ["cmi5", "common-cartridge", "olx", "scorm"])
def test_entities_of_its_own_are_not_expanded(format: str) -> None:
    with pytest.raises(CannotRead, match="document type or entities"):
        read(entities(), format)


def link(kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo("course/html/x.html")
    info.type, info.linkname = kind, "/etc/passwd"
    return info


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (olx({**COURSE, "../x": "x"}), "leads out"),
        (olx(COURSE, member=link(tarfile.SYMTYPE)), "a link or a device"),
        (olx(COURSE, member=link(tarfile.LNKTYPE)), "a link or a device"),
        (olx(COURSE, member=link(tarfile.CHRTYPE)), "a link or a device"),
        (olx({"a": b"\0" * 120_000_000}), "larger than 100 MB"),
        (b"\x1f\x8b broken", "not a tar.gz"),
        (olx({"course.xml": "<course/>"}), "no lesson"),
    ],
)
def test_a_tar_that_lies_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(CannotRead, match=says):
        read(data, "olx")


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        (
            "d.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>x()</script></svg>",
            "has a script in it",
        ),
        ("d.png", b"<svg onload='x()'></svg>", "has a script in it"),
        ("d.png", b"not a picture", "no PNG, JPEG, GIF or WebP"),
    ],
)
def test_a_picture_that_acts_or_is_none_is_refused_with_its_lesson(name: str, data: bytes, says: str) -> None:
    one = '<item identifierref="r"><title>One</title></item><item identifierref="s"><title>Two</title></item>'
    pages = {"r.html": f"<p>A</p><img src='{name}' alt='x'>".encode(), "s.html": b"<p>B</p>", name: data}
    resources = "".join(f'<resource identifier="{n}" type="webcontent" href="{n}.html"/>' for n in "rs")
    found = read(cartridge(pages, f"<item><title>M</title>{one}</item>", resources))
    assert [one.title for one in found.course.modules[0].lessons] == ["Two"]
    assert [note.where for note in found.refused] == ["One"]
    assert says in found.refused[0].reason


def test_a_drawing_without_a_script_is_left_out_and_named() -> None:
    found = read(
        page(
            "<p>A</p><img src='../i/d.svg' alt='x'>",
            **{"i/d.svg": b"<svg xmlns='http://www.w3.org/2000/svg'></svg>"},
        )
    )
    assert (kinds(found), found.refused) == (["text"], ())
    assert any("save it as PNG" in note.reason for note in found.degraded)


def test_a_page_in_another_encoding_is_refused() -> None:
    with pytest.raises(CannotRead, match="no lesson"):
        read(cartridge({"r.html": "<p>Grün</p>".encode("latin-1")}, '<item><item identifierref="r"><title>R</title></item></item>',
                       '<resource identifier="r" type="webcontent" href="r.html"/>'))  # fmt: skip


def markdown(**more: Any) -> bytes:
    course = (
        "key: k\ntitle: T\nstrapline: s\nprofile: lead\ndays: 1\ncpd_hours: 1\nprice: {amount: 0}\nsummary: s\noutcomes: [a]\n"
        f"modules:\n  - {{key: m, number: 1, domain: 1, title: M, summary: s, folder: {more.get('folder', 'one')}}}\n"
    )
    lesson = '---\nkey: l1\ntitle: L\nminutes: 5\nclauses: ["4.1"]\noutcomes: [Do]\n---\n\n'
    return pack(
        {
            "course.yaml": course.encode(),
            "one/01.md": lesson.encode() + more.get("body", b"Text.\n"),
            **more.get("files", {}),
        }
    )


def test_a_folder_of_markdown() -> None:
    assert [one.key for one in read(markdown(), "markdown").course.modules[0].lessons] == ["l1"]


@pytest.mark.parametrize("folder", ["/etc", "../..", "one/../../.."])
def test_a_folder_that_leads_out_of_the_file_is_refused(folder: str) -> None:
    with pytest.raises(CannotRead, match="leads out of the file"):
        read(markdown(folder=folder), "markdown")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"<script>x()</script>\n", "HTML is not taken"),
        (b"::: figure A line\nimage: ../../x.png\n:::\n", "is not in the file"),
        (b"::: unheard Of\n:::\n", "unknown block"),
    ],
)
def test_a_lesson_with_a_fault_is_named_with_its_file(body: bytes, says: str) -> None:
    second = b"---\nkey: l2\ntitle: L\nminutes: 5\nclauses: []\noutcomes: [Do]\n---\n\nText.\n"
    found = read(markdown(body=body, files={"one/02.md": second}), "markdown")
    assert [one.key for one in found.course.modules[0].lessons] == ["l2"]
    assert found.refused[0].where.startswith("one/01.md")
    assert any(says in note.reason for note in found.refused)


def scorm(**changed: Any) -> bytes:
    said = packages.manifest(**changed.pop("said", {}))
    for old, new in changed.items():
        said = said.replace(old, new)
    return pack({"imsmanifest.xml": said.encode(), "index.html": b"<p>x"})


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (scorm(said={"href": "../x.html"}), "not in the package"),
        (scorm(said={"href": "https://example.org/x"}), "not in the package"),
        (scorm(said={"href": "missing.html"}), "not in the package"),
        (scorm(organization="other"), "no organization"),
        (scorm(item="thing"), "nothing that runs"),
        (pack({"imsmanifest.xml": b"<manifest/>"}), "neither SCORM 1.2 nor"),
        (pack({"folder/imsmanifest.xml": b"<manifest/>"}), "zip what is in its folder"),
        (pack({"imsmanifest.xml": b"<manifest"}), "not a manifest"),
        (pack({"imsmanifest.xml": b"<html><body>"}), "an HTML page"),
        (scorm(said={"parts": 300}), "may have 200"),
        (pack({"x" * 501: b"x"}), "more than 500 characters"),
    ],
)  # fmt: skip
def test_a_package_that_can_t_run_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(CannotRead, match=says):
        read(data, "scorm")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (packages.cmi5(url="../x.html"), "not in the package"),
        (packages.cmi5(url="https://example.org/x"), "what runs elsewhere is not run from here"),
        (packages.cmi5(url="missing.html?a=b"), "not in the package"),
        (packages.cmi5(url=""), "no address"),
        (packages.cmi5(parts=0), "nothing that runs"),
        (packages.cmi5(parts=300), "may have 200"),
        (pack({"cmi5.xml": b"<courseStructure/>"}), "not a course structure"),
        (pack({"cmi5.xml": b"<courseStructure"}), "not a course structure"),
        (pack({"cmi5.xml": b"<html><body>"}), "an HTML page"),
        (pack({"folder/cmi5.xml": b""}), "zip what is in its folder"),
        (packages.scorm(), "no cmi5 package"),
        (pack({"x" * 501: b"x"}), "more than 500 characters"),
    ],
)  # fmt: skip
def test_a_package_of_cmi5_that_can_t_run_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(CannotRead, match=says):
        read(data, "cmi5")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('masteryScore="0.8"', 'masteryScore="80"', "not between 0 and 1"),
        ('masteryScore="0.8"', 'masteryScore="NaN"', "not between 0 and 1"),
        ("CompletedAndPassed", "Soon", "which cmi5 doesn't know"),
        ("masteryScore", 'launchMethod="Popup" masteryScore', "which cmi5 doesn't know"),
        ('id="https://maker.example/golf/1"', "", "has no id"),
        ("level=2", "x" * 4_001, "launch parameters"),
    ],
)
def test_a_structure_that_says_nonsense_is_refused(old: str, new: str, says: str) -> None:
    said = packages.structure().replace(old, new).encode()
    with pytest.raises(CannotRead, match=says):
        read(pack({"cmi5.xml": said, "index.html": b"<p>x"}), "cmi5")


def test_each_part_of_a_package_of_cmi5_is_a_lesson_with_what_its_maker_asks() -> None:
    found = read(packages.cmi5(parts=2, unit='launchMethod="OwnWindow"'), "cmi5")
    assert [one.title for one in found.course.modules[0].lessons] == ["Golf 1", "Golf 2"]
    assert found.package is not None
    first = found.package.scos[0]
    assert (first.identifier, first.entry) == ("https://maker.example/golf/1", "index.html?from=course")
    assert (first.mastery, first.launch_data, first.move_on) == ("0.8", "level=2", "CompletedAndPassed")
    assert first.own_window
    assert [one.kind for one in found.package.wholes] == ["course"]


def test_blocks_of_cmi5_are_kept_with_the_parts_in_them() -> None:
    found = read(packages.cmi5(parts=3, block=2), "cmi5")
    assert found.package is not None
    course, block = found.package.wholes
    assert (course.publisher, len(course.units)) == ("https://maker.example/golf", 3)
    assert (block.kind, block.title, block.units) == (
        "block",
        "The swing",
        ("https://maker.example/golf/1", "https://maker.example/golf/2"),
    )
    assert any("blocks make no modules" in one.reason for one in found.degraded)


def test_characters_that_no_database_keeps_are_refused() -> None:
    lesson = '---\nkey: l2\ntitle: "a\\0b"\nminutes: 5\nclauses: []\noutcomes: [Do]\n---\n\nText.\n'
    with pytest.raises(CannotRead, match="characters that can't be kept"):
        read(markdown(files={"one/02.md": lesson.encode()}), "markdown")
    assert read(markdown(body=b"A text about `\\u0000` is none.\n"), "markdown").refused == ()


def test_each_part_of_a_package_is_a_lesson() -> None:
    found = read(packages.scorm(parts=3), "scorm")
    assert [one.title for one in found.course.modules[0].lessons] == ["Golf 1", "Golf 2", "Golf 3"]
    assert set(found.scos.values()) == {"I1", "I2", "I3"}
