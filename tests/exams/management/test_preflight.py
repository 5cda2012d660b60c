"""The days before an exam: what would go wrong is found while it can be mended."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from exams.access import INVIGILATE
from exams.models import Form, Item
from exams.queries import preflight
from exams.states import ItemState
from lms.db import clock
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


def said(**options):
    out = io.StringIO()
    call_command("preflight", stdout=out, **options)
    return out.getvalue()


def found(**options):
    out = io.StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("preflight", stdout=out, **options)
    return out.getvalue(), str(ended.value)


@pytest.fixture
def exam(eve, ada):
    exam = make.exam(windowed=True)
    make.entered(exam, ada, within=make.window(exam))
    return exam


def test_what_is_prepared_has_nothing_in_its_way(exam):
    text = said()
    assert text.splitlines() == [
        f"{exam.key}: windows 1, entries 1, open forms 1",
        "Nothing stands in the way.",
    ]


def test_days_without_a_window_say_so_and_an_exam_can_be_named_all_the_same(exam):
    later = {"on": clock.now() + timedelta(days=40)}
    assert "No exam has a window in these days." in said(**later)
    assert f"{exam.key}: windows 0, entries 0, open forms 1" in said(exam=exam.key, **later)


def test_an_exam_that_there_is_not_is_named():
    with pytest.raises(CommandError, match="There is no exam nothing"):
        call_command("preflight", exam="nothing")


def test_a_form_whose_key_was_changed_behind_our_back_and_a_retired_item_are_found(exam):
    form = Form.objects.get(exam=exam)
    Form.objects.filter(pk=form.pk).update(keys={**form.keys, "1": form.keys["2"] | {"changed": True}})
    item = Item.objects.get(versions__placements__form=form, versions__placements__position=1)
    Item.objects.filter(pk=item.pk).update(state=ItemState.RETIRED)
    text, ended = found()
    assert "form 1 is not what it was when it was assembled" in text
    assert f"form 1 holds {item.code}" in text
    assert ended == "2 findings. Nothing was changed."


def test_statements_do_not_grow_with_entries(exam, django_assert_num_queries, django_assert_max_num_queries):
    window = exam.windows.get()
    span = {"since": clock.now(), "until": clock.now() + timedelta(days=7), "watch": INVIGILATE}
    with django_assert_max_num_queries(20) as one:
        list(preflight.days(**span))
    for person in make.people(6):
        make.entered(exam, person, within=window)
    with django_assert_num_queries(len(one)):
        (day,) = preflight.days(**span)
    assert len(day.spans[0].entered) == 7
