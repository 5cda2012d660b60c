from lms.organisations.models.organisation import Membership, Organisation

__all__ = ["Membership", "Organisation"]
