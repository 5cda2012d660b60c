"""Tables of exams: the bank, what is offered, sittings, results."""

from exams.models.accommodations import Accommodation, AccommodationChange
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
from exams.models.offered import Agreement, Blueprint, Exam, Form, FormChange, FormItem, Window
from exams.models.results import Result, ResultChange, ScoreRun
from exams.models.sittings import (
    Entry,
    LateResponse,
    ResponseEvent,
    ResponseStamp,
    Sitting,
    SittingChange,
    SittingDesk,
)
from exams.models.standard import CutRating, CutStudy, FormCut

__all__ = [
    "Accommodation",
    "AccommodationChange",
    "Agreement",
    "AnswerFile",
    "Bank",
    "Blueprint",
    "Calibration",
    "Credit",
    "CutRating",
    "CutStudy",
    "Entry",
    "Exam",
    "Form",
    "FormChange",
    "FormCut",
    "FormItem",
    "IdentityCheck",
    "Incident",
    "Item",
    "ItemChange",
    "ItemKey",
    "ItemVersion",
    "LateResponse",
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
    "Window",
]
