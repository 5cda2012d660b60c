"""Sealed documents, judged by software that did not make them."""

import asyncio
import hashlib
import io
from datetime import UTC, datetime

import page
import pytest
from asn1crypto import cms
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import ades, policy_decl, validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager

from lms.web import pdf, sealing, timestamping
from tests import authorities

AT = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DATA = b'{"said": "by the document"}'


@pytest.fixture(scope="module")
def plain():
    html = "<html><body><h1>A certificate</h1><p><a href='https://example.org/v/X'>X</a></p></body></html>"
    attached = pdf.Attachment("credential.json", DATA, "The same for programs")
    return pdf.make(html, base_url=None, language="en", title="A", attachments=[attached], created_at=AT)


@pytest.fixture(scope="module")
def top():
    return authorities.root()


@pytest.fixture(scope="module")
def key(top):
    return authorities.sealing_key(top)


@pytest.fixture(scope="module")
def sealed(plain, key):
    return sealing.seal(plain, key=key, at=AT)


# This checker wants every signature to cover what was appended after it. veraPDF doesn't (tests/conformance).
GROWN = "PDFA3A-SIGNATURE-BYTERANGE-001"


# It also takes a carriage return that is the last byte of a stream's data for a part of the end of line after it. One
# signature in a few hundred ends so.
ENDS_IN_RETURN = "PDFA3A-STREAM-LENGTH-001", b"\r\nendstream"


def complaints(document, *, but=""):
    """What a checker of PDF/A-3a and PDF/UA-1 finds wrong."""
    rule, bytes_that_mislead = ENDS_IN_RETURN
    passed_over = {but, rule} if bytes_that_mislead in document else {but}
    return [
        (fault.rule_id, fault.message)
        for profile in ("3a", "ua1")
        for fault in page.validate_pdf_bytes(document, profile=profile).failures
        if fault.rule_id not in passed_over
    ]


def read(document):
    return PdfFileReader(io.BytesIO(document))


def trusting(*certificates):
    return SimpleTrustManager.build([authorities.plain(one) for one in certificates])


def test_a_sealed_document_is_still_fit_to_be_kept_and_read_by_everyone(plain, sealed):
    assert complaints(plain) == complaints(sealed) == []


def test_the_seal_is_one_revision_over_all_of_the_document_and_allows_no_change(plain, sealed, top):
    assert sealed.startswith(plain)
    (signature,) = read(sealed).embedded_signatures
    context = ValidationContext(trust_roots=[authorities.plain(top.certificate_chain[0])])
    status = validate_pdf_signature(signature, context)
    assert status.bottom_line
    assert (signature.field_name, signature.sig_object["/SubFilter"]) == ("Seal", "/ETSI.CAdES.detached")
    assert status.coverage.name == "ENTIRE_FILE"
    assert signature.docmdp_level.name == "NO_CHANGES"
    assert status.signer_reported_dt == AT


def test_the_data_is_attached_once_as_data(sealed):
    root = read(sealed).root
    (reference,) = root["/AF"]
    file = reference.get_object()
    assert file["/AFRelationship"] == "/Data"
    assert (file["/UF"], file["/EF"]["/F"]["/Subtype"]) == ("credential.json", "/application/json")
    assert file["/EF"]["/F"].data == DATA
    assert root["/Names"]["/EmbeddedFiles"]["/Names"].raw_get(1) == reference


def test_the_signature_names_its_certificate_and_carries_the_chain(sealed, key):
    (signature,) = read(sealed).embedded_signatures
    signed: cms.SignedData = signature.signed_data
    embedded = {one.chosen.sha256 for one in signed["certificates"]}
    assert embedded == {authorities.plain(one).sha256 for one in key.certificate_chain}
    named = signature.signer_info["signed_attrs"]
    wanted = next(a for a in named if a["type"].native == "signing_certificate_v2")["values"][0]["certs"][0]
    own = authorities.plain(key.certificate_chain[0]).dump()
    assert wanted["cert_hash"].native == hashlib.sha256(own).digest()
    assert "signing_time" not in {a["type"].native for a in named}  # PAdES puts it elsewhere


def test_a_long_chain_of_large_certificates_has_room(plain):
    """A seal that was bought comes with RSA keys and issuers between it and the root."""
    key = authorities.bought_seal()
    embedded = read(sealing.seal(plain, key=key, at=AT)).embedded_signatures[0]
    carried = {one.chosen.dump() for one in embedded.signed_data["certificates"]}
    assert {authorities.plain(one).dump() for one in key.certificate_chain} == carried
    assert embedded.compute_integrity_info() is None
    assert embedded.coverage.name == "ENTIRE_FILE"


def test_with_an_authority_it_can_be_checked_for_ever_and_its_archive_stamp_renewed(plain, key, top):
    with authorities.time_stamping() as serving:
        authority = timestamping.Authority(serving.url, [serving.root])
        kept = sealing.seal(
            plain, key=key, at=AT, authority=authority, revoked=[authorities.nothing_revoked(top)]
        )
        renewed = sealing.stamp(kept, authority=authority)
    # From here on the authority is gone: everything that is needed stands in the document.
    assert renewed.startswith(kept)
    assert [one.field_name for one in read(renewed).embedded_signatures] == ["Seal", "Archive-1", "Archive-2"]
    assert complaints(kept, but=GROWN) == complaints(renewed, but=GROWN) == []
    trust = trusting(serving.root, top.certificate_chain[0])
    offline = policy_decl.RevinfoOnlineFetchingRule.LOCAL_ONLY
    revocation = CertRevTrustPolicy(RevocationCheckingPolicy.from_legacy("soft-fail"))
    spec = policy_decl.SignatureValidationSpec(
        CertValidationPolicySpec(trust, revocation),
        policy_decl.RevocationInfoGatheringSpec(online_fetching_rule=offline),
    )
    for document in (kept, renewed):
        (signature,) = read(document).embedded_regular_signatures
        found = asyncio.run(ades.ades_lta_validation(signature, policy_decl.PdfSignatureValidationSpec(spec)))
        assert found.ades_subindic == ades.AdESPassed.OK
        assert found.api_status.docmdp_ok


@pytest.mark.parametrize("kind", ["mute", "unknown"])
def test_without_a_time_stamp_that_can_be_trusted_nothing_is_sealed(plain, key, top, kind):
    with authorities.time_stamping(mute=kind == "mute") as serving:
        roots = [serving.root] if kind == "mute" else top.certificate_chain
        authority = timestamping.Authority(serving.url, roots)
        with pytest.raises(timestamping.NoTimeStamp):
            sealing.seal(plain, key=key, at=AT, authority=authority)
