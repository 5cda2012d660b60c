import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0004_cards"),
        ("organisations", "0005_finance_and_reviewers_of_texts"),
    ]

    operations = [
        migrations.CreateModel(
            name="BundlePart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "bundle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="billing.product",
                    ),
                ),
                (
                    "part",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bundles",
                        to="billing.product",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("bundle", "part"), name="bundle_holds_once"),
                    models.CheckConstraint(
                        condition=models.Q(("bundle", models.F("part")), _negated=True),
                        name="bundle_holds_another",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(
            model_name="orderline",
            name="order_line_once_per_product",
        ),
        migrations.AddField(
            model_name="coupon",
            name="organisation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.organisation",
                verbose_name="whose products it is for; of nobody: the institution's",
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="bundle",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.product"
            ),
        ),
        migrations.AddField(
            model_name="product",
            name="organisation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisations.organisation",
                verbose_name="whose it is; of nobody: the institution's",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("bundle__isnull", True)),
                fields=("order", "product"),
                name="order_line_once_per_product",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(
                fields=("order", "bundle", "product"), name="order_line_once_per_part_of_a_bundle"
            ),
        ),
    ]
