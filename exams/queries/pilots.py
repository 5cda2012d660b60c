"""Reads about items that are tried out: what an examiner looks at before one is promoted."""

from dataclasses import dataclass

from exams.models import Form, Item
from exams.queries import key_validation, keys
from exams.rules import pilots as rules
from exams.rules import runs
from exams.rules.pilots import Piloted


@dataclass(frozen=True)
class Tried:
    """What a form that tries an item out says of it, from so many marked sittings."""

    form: Form
    sittings: int
    found: Piloted


def tried(item: Item) -> list[Tried]:
    """By form, of the item's current version; the latest form first. Some six statements for each form."""
    if item.current is None:
        return []
    places = item.current.placements.select_related("form__exam").order_by("-form__exam", "-form__number")
    return [_tried(place.form, place.position) for place in places if place.position in place.form.pilots]


def _tried(form: Form, position: int) -> Tried:
    version = keys.latest(form.pk)
    answered = [said for _, said in key_validation.answered(form)]
    placed = [
        one
        for one in runs.paper(form.digest, form.package).placed
        if not one.pilot or one.position == position
    ]
    (found,) = rules.look(placed, version.keys if version else form.keys, answered)
    return Tried(form, len(answered), found)
