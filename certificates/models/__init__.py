"""Tables of the register. No row of them is ever deleted."""

from certificates.models.appeals import Appeal, AppealVote
from certificates.models.applications import Application, ApplicationChange, Decision, DecisionGround, Waiver
from certificates.models.credentials import Credential, CredentialEvent, Edition
from certificates.models.designs import Design, DesignVersion
from certificates.models.documents import Document, ReminderSent
from certificates.models.doubts import Doubt
from certificates.models.evidence import Evidence
from certificates.models.logs import LogEntry
from certificates.models.references import Reference
from certificates.models.schemes import Level, Requirement, Scheme, SchemeVersion
from certificates.models.ties import Tie

__all__ = [
    "Appeal",
    "AppealVote",
    "Application",
    "ApplicationChange",
    "Credential",
    "CredentialEvent",
    "Decision",
    "DecisionGround",
    "Design",
    "DesignVersion",
    "Document",
    "Doubt",
    "Edition",
    "Evidence",
    "Level",
    "LogEntry",
    "Reference",
    "ReminderSent",
    "Requirement",
    "Scheme",
    "SchemeVersion",
    "Tie",
    "Waiver",
]
