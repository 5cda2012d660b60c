"""The certificate, judged by veraPDF, poppler, qpdf, OpenSSL and a reader of QR codes."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader

from certificates.actions import documents, keys, reseal
from certificates.models import Document
from certificates.queries import credentials
from certificates.states import KeyPurpose
from lms.db import clock
from tests import authorities
from tests.conformance.judges import said, verapdf
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


def issued(person, folder: Path, name: str = "") -> tuple:
    """A credential with its certificate, and where the file lies."""
    if name:
        type(person).objects.filter(pk=person.pk).update(certificate_name=name)
    credential = make.certified(person)
    documents.make_document(edition_id=credential.editions.get().pk)
    return credential, stored(folder)


def stored(folder: Path) -> Path:
    path = folder / "certificate.pdf"
    with Document.objects.get().file.open("rb") as file:
        path.write_bytes(file.read())
    return path


@pytest.fixture
def files(settings, tmp_path):
    make.schemes()
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path


@pytest.mark.parametrize("name", ["Ada Kamau", "محمد بن عبد الرحمن الفارسي"])
def test_it_is_pdf_a_and_pdf_ua_and_whole(files, ada, name):
    _, path = issued(ada, files, name)
    assert verapdf(path) == []
    assert "No syntax or stream encoding errors found" in said("qpdf", "--check", path)


def test_poppler_finds_the_signature_valid_over_all_of_it(files, ada):
    _, path = issued(ada, files)
    told = said("pdfsig", "-nocert", path)
    assert told.count("Signature #") == 1
    assert "Signature Type: ETSI.CAdES.detached" in told
    assert "Total document signed" in told
    assert "Signature Validation: Signature is Valid." in told
    assert "1 embedded files" in said("pdfdetach", "-list", path)


def test_openssl_verifies_it_as_cades_under_our_authority(files, ada):
    _, path = issued(ada, files)
    content = path.read_bytes()
    (seal,) = PdfFileReader(io.BytesIO(content)).embedded_signatures
    first, length, second, rest = seal.byte_range
    (files / "signed").write_bytes(content[first : first + length] + content[second : second + rest])
    (files / "seal.der").write_bytes(seal.pkcs7_content)
    *_, authority = keys.signer(purpose=KeyPurpose.PDF, at=clock.now()).certificate_chain
    (files / "authority.pem").write_bytes(authority.public_bytes(Encoding.PEM))
    command = ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", files / "seal.der"]
    said(*command, "-content", files / "signed", "-CAfile", files / "authority.pem", "-out", files / "out")
    assert (files / "out").read_bytes() == (files / "signed").read_bytes()


def test_with_time_stamps_and_renewed_it_stays_what_it_is(files, ada, settings):
    with authorities.time_stamping() as serving:
        settings.TIMESTAMP_URL, settings.TIMESTAMP_ROOTS = serving.url, serving.roots_in(files)
        _, path = issued(ada, files)
        assert verapdf(path) == []
        with clock.shifted(days=(Document.objects.get().stamp_ends_at - clock.now() - timedelta(80)).days):
            reseal.renew_stamps()
    path = stored(files)
    assert verapdf(path) == []
    assert "No syntax or stream encoding errors found" in said("qpdf", "--check", path)
    assert said("pdfsig", "-nocert", path).count("Signature #") == 3


def test_the_code_on_the_page_is_read_as_the_address_of_its_verification(files, ada):
    credential, path = issued(ada, files)
    said("pdftoppm", "-png", "-r", "150", "-singlefile", path, files / "page")
    assert said("zbarimg", "--quiet", "--raw", files / "page.png").strip() == credentials.address(credential)
