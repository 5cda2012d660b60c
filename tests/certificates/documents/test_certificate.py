"""The certificate, read back as text and looked at as a picture's size."""

import re
import subprocess
import unicodedata
from datetime import UTC, datetime
from itertools import pairwise
from shutil import which

import pytest
import yaml
from django.conf import settings

from certificates.actions import documents
from certificates.documents import certificate, fitting, guilloche
from certificates.models import Document
from tests.factories import certificates as make

poppler = pytest.mark.skipif(which("pdftotext") is None, reason="poppler is not installed")
NAMES = [
    "Ada Kamau",
    "Ægir Þórbjörn Łukasiewicz-Nguyễn van den Grootenboer-Hasselbaink",
    "Ελένη Παπαδοπούλου",
    "Владимир Александрович Щедрин-Жуковский",
    "M" * 60 + " " + "W" * 58,
    "<b>Robert</b> & 'Tables'",
]

CLAIMS = {
    "number": "AIMS-LI-7F3K9-2QXM4-T",
    "scheme": {"title": "ISO/IEC 42001 Lead Implementer", "version": 1},
    "level": {"title": "Provisional Implementer"},
    "scope": "Planning and improving a management system.",
    "begins_on": "2026-11-24",
    "expires_on": "2029-11-24",
    "issuer": {
        "name": "Auditorium Certification",
        "role": "Certification body",
        "signatory": {"name": "The Certification Board", "title": "Auditorium Certification"},
    },
}


def printed(person, name, tmp_path):
    type(person).objects.filter(pk=person.pk).update(certificate_name=name)
    credential = make.certified(person)
    documents.make_document(edition_id=credential.editions.get().pk)
    path = tmp_path / "certificate.pdf"
    with Document.objects.get().file.open("rb") as stored:
        path.write_bytes(stored.read())
    return credential, path


def rendered(claims, tmp_path):
    design = yaml.safe_load((settings.BASE_DIR / "certificates/library/designs/engraved.yaml").read_text())
    printing = certificate.Printing(
        claims=claims,
        claims_digest="7f" * 32,
        design=design,
        address="https://example.org/v/AIMS-LI-7F3K9-2QXM4-T/?k=x",
        shown_address="example.org/v/",
        made_at=datetime(2026, 11, 24, tzinfo=UTC),
    )
    path = tmp_path / "certificate.pdf"
    path.write_bytes(certificate.render(printing))
    return path


@poppler
@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_everything_is_on_one_page_and_can_be_read_out(schemes, ada, tmp_path, name):
    credential, path = printed(ada, name, tmp_path)
    text = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout
    plain = re.sub(r"\s+", "", text)
    edition = credential.editions.get()
    for fact in (
        name,
        credential.number,
        "Provisional Implementer",
        "ISO/IEC 42001 Lead Implementer",
        edition.begins_on.isoformat(),
        edition.expires_on.isoformat(),
        "The Certification Board",
        "Auditorium Certification",
    ):
        assert re.sub(r"\s+", "", fact).casefold() in plain.casefold(), fact
    info = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Pages: +1\n", info)
    assert re.search(r"Page size: +841\.89 x 595\.276 pts \(A4\)", info)


@poppler
@pytest.mark.parametrize(
    ("name", "face"),
    [
        ("محمد بن عبد الرحمن الفارسي", "Amiri"),
        ("יוסף בן־דוד הכהן", "Frank-Ruhl-Libre"),
        ("陳嘉欣", "Noto-Serif-SC"),
        ("佐藤 さくら", "Noto-Serif-JP"),
        ("김민준", "Noto-Serif-KR"),
    ],
)
def test_a_name_in_another_script_is_set_in_a_face_that_has_it(tmp_path, name, face):
    path = rendered(CLAIMS | {"holder": name}, tmp_path)
    fonts = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout.splitlines()
    assert sorted(line.split()[0].partition("+")[2] for line in fonts[2:]) == sorted(
        ["Auditorium-Serif", face]
    )
    text = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout
    plain = re.sub(r"[\s\u202a-\u202e\u2066-\u2069]+", "", unicodedata.normalize("NFKC", text))
    assert re.sub(r"\s+", "", name) in plain


@poppler
@pytest.mark.django_db
def test_it_claims_no_accreditation(schemes, ada, tmp_path):
    _, path = printed(ada, "Ada Kamau", tmp_path)
    text = subprocess.run(["pdftotext", path, "-"], check=True, capture_output=True, text=True).stdout
    assert "accredit" not in text.casefold()


@pytest.mark.parametrize("name", NAMES)
def test_a_longer_name_is_never_printed_larger(name):
    sizes = [fitting.size(name[:end], width=214, largest=43, least=24) for end in range(1, len(name) + 1)]
    assert all(0 < size <= 43 for size in sizes)
    assert all(later <= sooner for sooner, later in pairwise(sizes))


def test_the_border_is_always_the_same():
    assert guilloche.border("#8fb3ad", "#1c5a58") == guilloche.border("#8fb3ad", "#1c5a58")
    assert "nan" not in guilloche.border("#8fb3ad", "#1c5a58")


@poppler
def test_two_sign_side_by_side(tmp_path):
    both = [
        {"name": "Ingrid Nørgaard-Castellanos", "title": "Chair of the Certification Board"},
        {"name": "Prof. Dr. Oluwaseun Adebayo-Williams", "title": "Head of Certification"},
    ]
    path = rendered(
        CLAIMS | {"holder": "Ada Kamau", "issuer": CLAIMS["issuer"] | {"signatories": both}}, tmp_path
    )
    said = subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    line = next(line for line in said.splitlines() if both[0]["name"] in line)
    assert line.split(both[0]["name"])[1].strip() == both[1]["name"]
    assert "The Certification Board" not in said.replace("Chair of the Certification Board", "")
