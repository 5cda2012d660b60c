"""Tables of the register. What names a person may be erased; no other row is ever deleted."""

from certificates.models.applications import Application, Decision, DecisionGround
from certificates.models.credentials import Credential, CredentialEvent, Edition, EditionName
from certificates.models.designs import Design, DesignVersion
from certificates.models.documents import Document, DocumentBatch, DocumentBatchLine, ReminderSent
from certificates.models.evidence import Evidence
from certificates.models.schemes import Level, Requirement, Scheme, SchemeVersion
from certificates.models.showing import Listing, Watch, WatchStatement
from certificates.models.upkeep import (
    CpdEntry,
    FeeDemand,
    NameRequest,
    Proposal,
    SampleCase,
    SampleDraw,
    StoredFile,
    WithdrawalWarning,
)

__all__ = [
    "Application",
    "CpdEntry",
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
    "EditionName",
    "Evidence",
    "FeeDemand",
    "Level",
    "Listing",
    "NameRequest",
    "Proposal",
    "ReminderSent",
    "Requirement",
    "SampleCase",
    "SampleDraw",
    "Scheme",
    "SchemeVersion",
    "StoredFile",
    "Watch",
    "WatchStatement",
    "WithdrawalWarning",
]
