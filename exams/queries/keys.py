"""Reads about the versions of a form's key."""

from exams.models import KeyVersion, Sitting
from exams.states import SittingState


def latest(form_id: int) -> KeyVersion | None:
    """The version of a form's key that counts; None for the key that it was assembled with. One statement."""
    return KeyVersion.objects.filter(form_id=form_id).order_by("-number").first()


def unmarked_by(key: KeyVersion) -> list[int]:
    """The marked sittings of its form that have no score run by this version. One statement."""
    form = KeyVersion.objects.select_related("form").only("form__exam").get(pk=key.pk).form
    rows = Sitting.objects.filter(exam_id=form.exam_id, form_id=form.pk, state=SittingState.MARKED)
    return list(rows.exclude(score_runs__key=key).order_by("pk").values_list("pk", flat=True))
