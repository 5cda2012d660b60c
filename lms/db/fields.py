"""Columns that Django has no kind for."""

import json
from functools import lru_cache
from typing import Any

from django.db import models

SHORT = 32


@lru_cache(4096)
def _text(said: str) -> Any:
    return json.loads(said)


class JSONText(models.TextField):  # type: ignore[type-arg]  # of whatever JSON has
    """A value as the text of its JSON: nothing asks the database to look into it, and PostgreSQL's own form
    of a short answer is twice as long."""

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value)

    def from_db_value(self, said: str | None, *_: Any) -> Any:
        if said is None:
            return None
        try:
            # Of one form the same few short answers come again and again; a text is nobody's to change.
            return _text(said) if said[:1] == '"' and len(said) <= SHORT else json.loads(said)
        except ValueError:
            # Nobody wrote this through the house: it is no answer, and breaks the chain in which it stands.
            return {"damaged": said}
