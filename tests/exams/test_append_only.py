"""What was said, scored and decided stays as it was: the database refuses to change or remove it."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client

from lms.db import append_only
from tests.factories import exams as make

pytestmark = pytest.mark.django_db
STAYS = ("ScoreRun", "SittingChange", "ResponseEvent", "ItemVersion", "ItemKey", "FormItem")
MADE = (*STAYS, "ItemChange", "Review", "ResultChange")
KEPT = (
    *(
        "ScenarioVersion",
        "KeyVersion",
        "Calibration",
        "Variant",
        "ScriptMark",
        "ScriptFinal",
        "AppealVote",
    ),
    *("ResponseStamp", "LateResponse", "FormChange", "WorkChange", "AccommodationChange", "Incident"),
    *("IdentityCheck", "Message"),
)


def table(model: str) -> str:
    return apps.get_model("exams", model)._meta.db_table


def refused(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_no_row_of_what_was_done_is_changed_or_removed(ada) -> None:
    make.marked(make.exam(), ada, right=3)
    for model in STAYS:
        assert apps.get_model("exams", model).objects.exists()
        column = "number" if model != "FormItem" else "position"
        refused(
            f"UPDATE {table(model)} SET {'at = at' if model == 'SittingChange' else f'{column} = {column}'}"
        )
        refused(f"DELETE FROM {table(model)}")


def test_what_may_change_of_a_frozen_row_is_named_and_nothing_else(ada) -> None:
    make.exam()
    versions = table("ItemVersion")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {versions} SET author_id = %s", [ada.pk])
    refused(f"UPDATE {versions} SET author_id = NULL, content = content")


def test_readiness_names_each_trigger_that_is_gone() -> None:
    models = (*MADE, *KEPT)
    acts = append_only._ACTS[connection.vendor]
    for model in models:
        append_only.lift(table(model))
    assert append_only.missing() == sorted(f"{table(model)}_no_{act}" for model in models for act in acts)
    said = Client().get("/health/ready").json()["checks"]["register"]
    assert "exams_scorerun_no_update" in said
    append_only.install()
    assert append_only.missing() == []
