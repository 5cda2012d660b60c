from lms.organisations.models.api_key import ApiKey
from lms.organisations.models.impersonation import Impersonation
from lms.organisations.models.invitation import Acceptance, Invitation
from lms.organisations.models.organisation import Membership, Organisation
from lms.organisations.models.signing_in import Domain, SignIn

__all__ = [
    "Acceptance",
    "ApiKey",
    "Domain",
    "Impersonation",
    "Invitation",
    "Membership",
    "Organisation",
    "SignIn",
]
