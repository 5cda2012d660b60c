"""Tables of the register. No row of them is ever deleted."""

from certificates.models.applications import Application, Decision, DecisionGround
from certificates.models.credentials import Credential, CredentialEvent, Edition
from certificates.models.designs import Design, DesignVersion
from certificates.models.documents import Document, DocumentBatch, DocumentBatchLine, ReminderSent
from certificates.models.evidence import Evidence
from certificates.models.schemes import Level, Requirement, Scheme, SchemeVersion
from certificates.models.showing import Listing, Watch, WatchStatement

__all__ = [
    "Application",
    "Credential",
    "CredentialEvent",
    "Decision",
    "DecisionGround",
    "Design",
    "DesignVersion",
    "Document",
    "DocumentBatch",
    "DocumentBatchLine",
    "Edition",
    "Evidence",
    "Level",
    "Listing",
    "ReminderSent",
    "Requirement",
    "Scheme",
    "SchemeVersion",
    "Watch",
    "WatchStatement",
]
