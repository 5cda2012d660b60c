from datetime import date
from urllib.parse import parse_qs, urlsplit

from certificates.rules import profiles


def test_linkedin_counts_months_from_one():
    address = profiles.linkedin(
        title="Lead Auditor & more",
        issuer="Auditorium Certification",
        number="AIMS-LA-7F3K9-2QXM4-T",
        begins_on=date(2026, 1, 31),
        expires_on=date(2029, 12, 1),
        page="https://example.org/v/AIMS-LA-7F3K9-2QXM4-T/?k=x_1",
    )
    said = {key: value[0] for key, value in parse_qs(urlsplit(address).query).items()}
    assert said == {
        "startTask": "CERTIFICATION_NAME",
        "name": "Lead Auditor & more",
        "organizationName": "Auditorium Certification",
        "issueYear": "2026",
        "issueMonth": "1",
        "expirationYear": "2029",
        "expirationMonth": "12",
        "certId": "AIMS-LA-7F3K9-2QXM4-T",
        "certUrl": "https://example.org/v/AIMS-LA-7F3K9-2QXM4-T/?k=x_1",
    }
