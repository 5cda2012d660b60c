"""Tables of exams: the bank, what is offered, sittings, results."""

from exams.models.accommodations import Accommodation, AccommodationChange
from exams.models.appeals import Appeal, AppealVote
from exams.models.bank import (
    Bank,
    Calibration,
    Item,
    ItemChange,
    ItemKey,
    ItemVersion,
    Review,
    Scenario,
    ScenarioVersion,
    Variant,
)
from exams.models.batches import Batch
from exams.models.invigilation import (
    AnswerFile,
    Credit,
    IdentityCheck,
    Incident,
    Message,
    Presence,
    TakeoverRequest,
)
from exams.models.keys import KeyValidation, KeyVersion
from exams.models.offered import Agreement, Blueprint, Exam, Form, FormChange, FormItem, FormLanguage, Window
from exams.models.packs import EvidencePack
from exams.models.results import LostPass, Result, ResultChange, ScoreRun
from exams.models.sittings import (
    Entry,
    LateResponse,
    ResponseEvent,
    ResponseStamp,
    Sitting,
    SittingChange,
    SittingDesk,
)
from exams.models.standard import CutRating, CutStudy, CutWish, FormCut

__all__ = [
    "Accommodation",
    "AccommodationChange",
    "Agreement",
    "AnswerFile",
    "Appeal",
    "AppealVote",
    "Bank",
    "Batch",
    "Blueprint",
    "Calibration",
    "Credit",
    "CutRating",
    "CutStudy",
    "CutWish",
    "Entry",
    "EvidencePack",
    "Exam",
    "Form",
    "FormChange",
    "FormCut",
    "FormItem",
    "FormLanguage",
    "IdentityCheck",
    "Incident",
    "Item",
    "ItemChange",
    "ItemKey",
    "ItemVersion",
    "KeyValidation",
    "KeyVersion",
    "LateResponse",
    "LostPass",
    "Message",
    "Presence",
    "ResponseEvent",
    "ResponseStamp",
    "Result",
    "ResultChange",
    "Review",
    "Scenario",
    "ScenarioVersion",
    "ScoreRun",
    "Sitting",
    "SittingChange",
    "SittingDesk",
    "TakeoverRequest",
    "Variant",
    "Window",
]
