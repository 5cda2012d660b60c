"""Tables of the register. No row of them is ever deleted."""

from certificates.models.applications import Application, Decision, DecisionGround
from certificates.models.credentials import Credential, CredentialEvent, Edition
from certificates.models.designs import Design, DesignVersion
from certificates.models.documents import Document, ReminderSent
from certificates.models.evidence import Evidence
from certificates.models.schemes import Level, Requirement, Scheme, SchemeVersion

__all__ = [
    "Application",
    "Credential",
    "CredentialEvent",
    "Decision",
    "DecisionGround",
    "Design",
    "DesignVersion",
    "Document",
    "Edition",
    "Evidence",
    "Level",
    "ReminderSent",
    "Requirement",
    "Scheme",
    "SchemeVersion",
]
