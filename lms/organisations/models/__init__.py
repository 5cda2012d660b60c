from lms.organisations.models.invitation import Acceptance, Invitation
from lms.organisations.models.organisation import Membership, Organisation
from lms.organisations.models.signing_in import Domain, SignIn

__all__ = ["Acceptance", "Domain", "Invitation", "Membership", "Organisation", "SignIn"]
