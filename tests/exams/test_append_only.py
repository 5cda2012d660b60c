"""What was said, scored and decided stays as it was: the database refuses to change or remove it."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client

from exams.actions import appeals, batches, cuts, lost_passes
from exams.models import LostPass
from lms.db import append_only, clock
from tests import cast
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
    *("IdentityCheck", "Message", "Batch_results"),
)
DECIDED = {
    "KeyValidation": "decided_at",
    "LostPass": "decided_at",
    "FormCut": "decided_at",
    "Batch": "decided_at",
    "Appeal": "decided_at",
    "CutStudy": "closed_at",
}


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


def decided(ada) -> None:
    """A cut, a validation, a batch, a lost pass and an appeal that were decided."""
    form = make.exam(scheme_key="small-scheme").forms.get()
    made = make.proposed_cut(form)
    jun, eve = cast.person("jun").pk, cast.person("eve").pk
    cuts.approve(cut_uuid=made.uuid, by_id=jun)
    batch = make.proposed_batch(form.exam, ada)
    batches.release(batch_uuid=batch.uuid, by_id=jun, reason="I agree with it.")
    result = batch.results.get()
    appeal = appeals.lodge(result_uuid=result.uuid, person_id=ada.pk, reasons="The third item.")
    appeals.withdraw(appeal_uuid=appeal.uuid, person_id=ada.pk)
    lost = LostPass.objects.create(result=result, run=result.run, at=clock.now())
    lost_passes.keep(lost_uuid=lost.uuid, by_id=eve, reason="Both keys were defensible.")


def test_what_was_decided_stays_as_it_was(ada) -> None:
    decided(ada)
    for model, when in DECIDED.items():
        assert apps.get_model("exams", model).objects.filter(**{f"{when}__isnull": False}).exists(), model
        refused(f"UPDATE {table(model)} SET state = state")
        refused(f"UPDATE {table(model)} SET {when} = NULL")
        refused(f"DELETE FROM {table(model)}")
    refused(f"DELETE FROM {table('Batch_results')}")


def test_of_what_waits_for_a_decision_nothing_but_the_decision_changes(ada) -> None:
    make.proposed_cut(make.exam().forms.get())
    cut = table("FormCut")
    refused(f"UPDATE {cut} SET cut_numerator = 0")
    refused(f"UPDATE {cut} SET state = 'declined', reason = 'Another.'")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {cut} SET decision_reason = 'Not yet.'")


def test_readiness_names_each_trigger_that_is_gone() -> None:
    models = (*MADE, *KEPT, *DECIDED)
    acts = append_only._ACTS[connection.vendor]
    for model in models:
        append_only.lift(table(model))
    gone = [f"{table(model)}_no_{act}" for model in models for act in acts]
    gone += [f"{table(model)}_no_update_afterwards" for model in DECIDED]
    assert append_only.missing() == sorted(gone)
    said = Client().get("/health/ready").json()["checks"]["register"]
    assert "exams_scorerun_no_update" in said
    append_only.install()
    assert append_only.missing() == []
