"""Tables of exams: the bank, what is offered, sittings, results."""

from exams.models.accommodations import Accommodation, AccommodationChange
from exams.models.appeals import Appeal, AppealVote
from exams.models.archives import ArchivedSitting, EventArchive
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
from exams.models.coursework import (
    Assessment,
    Coursework,
    Deadline,
    Submission,
    SubmissionFile,
    Work,
    WorkChange,
)
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
from exams.models.marking import Marking, Script, ScriptFinal, ScriptLease, ScriptMark
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
    "ArchivedSitting",
    "Assessment",
    "Bank",
    "Batch",
    "Blueprint",
    "Calibration",
    "Coursework",
    "Credit",
    "CutRating",
    "CutStudy",
    "CutWish",
    "Deadline",
    "Entry",
    "EventArchive",
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
    "Marking",
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
    "Script",
    "ScriptFinal",
    "ScriptLease",
    "ScriptMark",
    "Sitting",
    "SittingChange",
    "SittingDesk",
    "Submission",
    "SubmissionFile",
    "TakeoverRequest",
    "Variant",
    "Window",
    "Work",
    "WorkChange",
]
