"""The tables of an app made in one step of a migration, as a squashed one makes them."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class CreateModels(Operation):
    """Several models, which may refer to one another in any order and in circles.

    `CreateModel` by itself renders anew, for each model, all that are related to it, which takes time by the square of
    their number, and needs the fields of a circle added afterwards, upon which SQLite copies whole tables.
    """

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = list(models)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # Rendered once, when somebody asks for them after the last of the models.
        state.__dict__.pop("apps", None)
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        # No model is looked at before all are there. Foreign keys are made at the end of the migration (PostgreSQL), or may
        # name a table that is still to come (SQLite).
        for model in self.models:
            schema_editor.create_model(to_state.apps.get_model(app_label, model.name))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: Any, to_state: Any
    ) -> None:
        for model in reversed(self.models):
            schema_editor.delete_model(from_state.apps.get_model(app_label, model.name))

    def describe(self) -> str:
        return f"Create {len(self.models)} models"
