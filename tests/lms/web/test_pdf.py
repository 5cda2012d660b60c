"""Documents: the same bytes for the same input, tagged, named, with text, and nothing from the network."""

import base64
import re
import subprocess
from datetime import UTC, datetime
from shutil import which

import pytest

from lms.web import pdf, qr

PAGE = "<html><head><title>no</title></head><body><h1>Ægir Łukasz Ελένη Владимир</h1><p><img alt='A code' src='{}'></p></body></html>"
STYLE = 'body { font-family: "Auditorium Serif" }'


def made(**changes) -> bytes:
    arguments = {
        "html": PAGE.format(qr.data_uri("https://example.org/v/X")),
        "base_url": None,
        "language": "en",
        "title": "A certificate",
        "stylesheets": [STYLE],
        "created_at": datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
    }
    arguments.update(changes)
    return pdf.make(arguments.pop("html"), **arguments)


def test_the_same_input_gives_the_same_bytes():
    assert made() == made()


def drawing(inside: str) -> str:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90" fill="none" stroke="#123456">{inside}</svg>'
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def behind(address: str) -> str:
    return f"@page {{ background: url({address}) 0 0 no-repeat }}"


def test_a_drawing_that_is_kept_looks_as_if_it_was_drawn_anew():
    address = drawing(
        '<path d="M0 0c10 10 20 -10 30 0z"/><g stroke-opacity=".5"><circle cx="9" cy="9" r="7"/></g>'
    )
    sheets = [STYLE, behind(address)]
    anew = made(stylesheets=sheets)
    assert made(stylesheets=sheets, drawings=[address]) == anew
    assert made(stylesheets=sheets, drawings=[address]) == anew
    other = drawing('<circle cx="9" cy="9" r="8"/>')
    assert made(stylesheets=[STYLE, behind(other)], drawings=[address, other]) != anew


def test_a_drawing_with_more_than_strokes_is_not_kept():
    address = drawing('<g opacity=".5"><circle cx="9" cy="9" r="7"/></g>')
    with pytest.raises(ValueError, match="strokes and fills alone"):
        made(stylesheets=[STYLE, behind(address)], drawings=[address])


def test_another_title_gives_other_bytes():
    assert made() != made(title="Another")


def test_it_declares_that_it_can_be_kept_and_read_by_everyone():
    document = made()
    assert re.search(rb'pdfaid:part="3"', document)
    assert re.search(rb'pdfaid:conformance="A"', document)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in document
    assert b"pdfaExtension:schemas" in document


@pytest.mark.skipif(which("pdfinfo") is None, reason="poppler is not installed")
def test_it_is_tagged_dated_and_has_its_title(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(made())
    said = subprocess.run(["pdfinfo", "-isodates", path], check=True, capture_output=True, text=True).stdout
    facts = dict(re.findall(r"^([\w ]+): +(.*)$", said, re.MULTILINE))
    assert facts["Title"] == "A certificate"
    assert facts["Tagged"] == "yes"
    assert facts["CreationDate"] == "2026-11-24T08:00:00Z"
    assert facts["PDF version"] == "1.7"


@pytest.mark.skipif(which("pdftotext") is None, reason="poppler is not installed")
def test_its_text_can_be_read_out_in_four_scripts(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(made())
    said = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout
    assert said.split() == ["Ægir", "Łukasz", "Ελένη", "Владимир"]


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/x.png", "https://example.org/x.png", "ftp://example.org/x"]
)
def test_it_fetches_nothing_from_the_network(address):
    with pytest.raises(pdf.Unmakeable):
        made(html=PAGE.format(address))


@pytest.mark.parametrize("begin", ["file://", "FILE://", "file://localhost"])
def test_no_file_of_this_machine_gets_into_a_document(begin, tmp_path, caplog):
    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
    )
    address = f"{begin}{secret}"
    with pytest.raises(pdf.Unmakeable):
        made(html=PAGE.format(address))
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{address}" width="9" height="9"/></svg>'
    carried = "data:image/svg+xml;base64," + base64.b64encode(drawing.encode()).decode()
    made(html=PAGE.format(carried))
    assert "Failed to render SVG image" in caplog.text  # the drawing that asked for it is left out


def test_a_picture_that_is_not_there_is_not_left_out_in_silence():
    with pytest.raises(pdf.Unmakeable):
        made(html=PAGE.format("file:///no/such/picture.png"))
