"""Tables of exams: the bank, what is offered, sittings, results."""

from exams.models.bank import Bank, Item, ItemChange, ItemKey, ItemVersion, Review, Scenario, ScenarioVersion
from exams.models.offered import Agreement, Blueprint, Exam, Form, FormChange, FormItem
from exams.models.results import Result, ResultChange, ScoreRun
from exams.models.sittings import Entry, LateResponse, ResponseEvent, Sitting, SittingChange

__all__ = [
    "Agreement",
    "Bank",
    "Blueprint",
    "Entry",
    "Exam",
    "Form",
    "FormChange",
    "FormItem",
    "Item",
    "ItemChange",
    "ItemKey",
    "ItemVersion",
    "LateResponse",
    "ResponseEvent",
    "Result",
    "ResultChange",
    "Review",
    "Scenario",
    "ScenarioVersion",
    "ScoreRun",
    "Sitting",
    "SittingChange",
]
