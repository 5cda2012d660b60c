"""The certificate, read back as text and looked at as a picture's size."""

import re
import subprocess
from itertools import pairwise
from shutil import which

import pytest

from certificates.actions import documents
from certificates.documents import fitting, guilloche
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


def printed(person, name, tmp_path):
    type(person).objects.filter(pk=person.pk).update(certificate_name=name)
    credential = make.certified(person)
    documents.make_document(edition_id=credential.editions.get().pk)
    path = tmp_path / "certificate.pdf"
    with Document.objects.get().file.open("rb") as stored:
        path.write_bytes(stored.read())
    return credential, path


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
