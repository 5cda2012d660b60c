import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from lms.db.at_once import CreateModels

AT_ONCE = CreateModels(
    [
        migrations.CreateModel(
            "Chicken",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("egg", models.ForeignKey("audit.Egg", models.PROTECT, null=True, related_name="+")),
            ],
        ),
        migrations.CreateModel(
            "Egg",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("of", models.ForeignKey("audit.Chicken", models.PROTECT, related_name="+")),
            ],
            {"constraints": [models.UniqueConstraint(fields=["of"], name="one_egg_each")]},
        ),
    ]
)


@pytest.mark.django_db(transaction=True)
def test_models_that_refer_to_one_another_in_a_circle_come_and_go() -> None:
    before, after = ProjectState(), ProjectState()
    AT_ONCE.state_forwards("audit", after)
    with connection.schema_editor() as editor:
        AT_ONCE.database_forwards("audit", editor, before, after)
    with connection.cursor() as cursor:
        told = {
            name: connection.introspection.get_constraints(cursor, f"audit_{name}")
            for name in ("egg", "chicken")
        }
    with connection.schema_editor() as editor:
        AT_ONCE.database_backwards("audit", editor, after, before)
    keys = [one["foreign_key"] for found in told.values() for one in found.values() if one["foreign_key"]]
    assert sorted(keys) == [("audit_chicken", "id"), ("audit_egg", "id")]
    assert told["egg"]["one_egg_each"]["unique"]
    assert not {"audit_egg", "audit_chicken"} & set(connection.introspection.table_names())
