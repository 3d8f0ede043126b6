"""A delivery of a paper is named apart from a delivery of a camera."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0008_lists_at_scale"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="paperdelivery",
            options={
                "ordering": ["-begun_at"],
                "verbose_name": "delivery of a paper",
                "verbose_name_plural": "deliveries of papers",
            },
        ),
        migrations.AlterField(
            model_name="printrunitem",
            name="delivery",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="notices.paperdelivery",
                verbose_name="delivery of a paper",
            ),
        ),
    ]
