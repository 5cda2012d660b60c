"""Tables of the register. What names a person may be erased; no other row is ever deleted."""

from certificates.models.appeals import Appeal, AppealVote
from certificates.models.applications import Application, ApplicationChange, Decision, DecisionGround, Waiver
from certificates.models.badges import Badge, StatusList, StatusPlace
from certificates.models.checkpoints import Checkpoint, CheckpointStamp, Leaf, LeafSalt, Tile
from certificates.models.credentials import Credential, CredentialEvent, Edition, EditionName
from certificates.models.designs import Design, DesignVersion
from certificates.models.documents import (
    Document,
    DocumentBatch,
    DocumentBatchLine,
    IssuedDigest,
    ReminderSent,
)
from certificates.models.doubts import Doubt
from certificates.models.evidence import Evidence
from certificates.models.keys import Key, KeyChange
from certificates.models.logs import LogEntry
from certificates.models.references import Reference
from certificates.models.schemes import Level, Requirement, Scheme, SchemeVersion
from certificates.models.showing import Listing, Watch, WatchStatement
from certificates.models.ties import Tie
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
    "Appeal",
    "AppealVote",
    "Application",
    "ApplicationChange",
    "Badge",
    "Checkpoint",
    "CheckpointStamp",
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
    "Doubt",
    "Edition",
    "EditionName",
    "Evidence",
    "FeeDemand",
    "IssuedDigest",
    "Key",
    "KeyChange",
    "Leaf",
    "LeafSalt",
    "Level",
    "Listing",
    "LogEntry",
    "NameRequest",
    "Proposal",
    "Reference",
    "ReminderSent",
    "Requirement",
    "SampleCase",
    "SampleDraw",
    "Scheme",
    "SchemeVersion",
    "StatusList",
    "StatusPlace",
    "StoredFile",
    "Tie",
    "Tile",
    "Waiver",
    "Watch",
    "WatchStatement",
    "WithdrawalWarning",
]
