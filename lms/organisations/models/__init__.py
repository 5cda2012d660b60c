from lms.organisations.models.api_key import ApiKey
from lms.organisations.models.impersonation import Impersonation
from lms.organisations.models.organisation import Membership, Organisation

__all__ = ["ApiKey", "Impersonation", "Membership", "Organisation"]
