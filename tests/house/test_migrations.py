"""Migrations can be applied while the former release still runs."""

import pytest
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.state import ModelState, ProjectState

from tests.house import migrations as rule

pytestmark = pytest.mark.once
LEFT = models.CharField(max_length=20, null=True)


def said(*operations, contracts="", version="0.2.0"):
    before = ProjectState()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("left", LEFT),
        ("number", models.IntegerField()),
    ]
    before.add_model(ModelState("exams", "Thing", fields))
    return list(rule.faults(operations, before, "exams", contracts=contracts, version=version))


@pytest.mark.parametrize(
    "operation",
    [
        migrations.DeleteModel("Thing"),
        migrations.RemoveField("thing", "left"),
        migrations.RenameField("thing", "left", "right"),
        migrations.RenameModel("Thing", "Other"),
        migrations.AddField("thing", "fresh", models.IntegerField(default=0)),
        migrations.AlterField("thing", "left", models.CharField(max_length=20, default="")),
        migrations.AlterField("thing", "left", models.CharField(max_length=10, null=True)),
        migrations.AlterField("thing", "number", models.TextField()),
        migrations.AddConstraint("thing", models.UniqueConstraint(fields=["number"], name="once")),
    ],
    ids=lambda one: one.describe(),
)
def test_what_the_former_release_would_not_survive_is_told_with_what_to_do(operation):
    [sentence] = said(operation)
    assert sentence.startswith(operation.describe()) and sentence.endswith((".", "one."))


@pytest.mark.parametrize(
    "operation",
    [
        migrations.CreateModel(
            "Fresh", [("id", models.BigAutoField(primary_key=True)), ("n", models.IntegerField())]
        ),
        migrations.AddField("thing", "fresh", models.IntegerField(null=True)),
        migrations.AddField("thing", "fresh", models.IntegerField(db_default=0)),
        migrations.AlterField("thing", "left", models.CharField(max_length=200, null=True)),
        migrations.AddConstraint(
            "thing", models.CheckConstraint(condition=models.Q(number__gte=0), name="some")
        ),
    ],
    ids=lambda one: one.describe(),
)
def test_what_it_survives_is_let_be(operation):
    assert said(operation) == []


def test_what_goes_may_go_one_release_after_the_code_has_done_without_it():
    gone = migrations.RemoveField("thing", "left")
    assert said(gone, contracts="0.1.0") == []
    assert len(said(gone, contracts="0.2.0")) == 1


def test_a_table_that_is_made_in_the_same_migration_may_be_anything():
    made = migrations.CreateModel("Fresh", [("id", models.BigAutoField(primary_key=True))])
    assert said(made, migrations.AddField("fresh", "n", models.IntegerField())) == []


# wagtail-localize asks the database which of its tables there are while its migrations are read.
@pytest.mark.django_db
def test_every_migration_that_no_release_had_is_one_of_these():
    assert list(rule.unsafe(settings.VERSION)) == []
    known = rule.RELEASED.read_text().split()
    assert known == sorted(known)
