from lms.accounts.models.person import Person

__all__ = ["Person"]
