"""The address with which LinkedIn takes a certificate into a profile.

Source of the parameters: LinkedIn's "Add to Profile" (`profile/add?startTask=CERTIFICATION_NAME`); its months
count from 1.
"""

from datetime import date
from typing import Final
from urllib.parse import urlencode

_ADDRESS: Final = "https://www.linkedin.com/profile/add"


def linkedin(*, title: str, issuer: str, number: str, begins_on: date, expires_on: date, page: str) -> str:
    """The address that opens the form, filled in."""
    facts = {
        "startTask": "CERTIFICATION_NAME",
        "name": title,
        "organizationName": issuer,
        "issueYear": begins_on.year,
        "issueMonth": begins_on.month,
        "expirationYear": expires_on.year,
        "expirationMonth": expires_on.month,
        "certId": number,
        "certUrl": page,
    }
    return f"{_ADDRESS}?{urlencode(facts)}"
