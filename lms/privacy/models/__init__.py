from lms.privacy.models.consents import Consent
from lms.privacy.models.legal import Acceptance, LegalText
from lms.privacy.models.requests import Archive, Erasure

__all__ = ["Acceptance", "Archive", "Consent", "Erasure", "LegalText"]
