"""Reads about the versions of a form's key."""

from collections.abc import Mapping
from typing import Any

from exams.models import KeyVersion, Sitting
from exams.states import SittingState
from lms.db.kept import Kept

# A version never changes, and for all who are marked by it is read once.
_KEYS: Kept[Mapping[str, Any]] = Kept(16)


def latest(form_id: int) -> KeyVersion | None:
    """The version of a form's key that counts; None for the key that it was assembled with. One statement, and one more for
    the first that a process is asked for."""
    found = KeyVersion.objects.filter(form_id=form_id).order_by("-number").defer("keys").first()
    if found is not None:
        rows = KeyVersion.objects.filter(pk=found.pk).values_list("keys", flat=True)
        found.keys = _KEYS.get((found.pk, found.digest), rows.get)
    return found


def unmarked_by(key: KeyVersion) -> list[int]:
    """The marked sittings of its form that have no score run by this version. One statement."""
    form = KeyVersion.objects.select_related("form").only("form__exam").get(pk=key.pk).form
    rows = Sitting.objects.filter(exam_id=form.exam_id, form_id=form.pk, state=SittingState.MARKED)
    return list(rows.exclude(score_runs__key=key).order_by("pk").values_list("pk", flat=True))
