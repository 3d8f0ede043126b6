"""Deliveries by unit, route and state; who is invited for a day; what holds no more: by index."""

from django.db import migrations, models
from django.db.models.fields.json import KT


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0007_guards_of_papers_and_post"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", False)),
                fields=["voided_at"],
                name="paper_void",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                KT("context__appointment__at"),
                condition=models.Q(("kind", "TB0173")),
                name="paper_by_appointment",
            ),
        ),
        migrations.AddIndex(
            model_name="paperdelivery",
            index=models.Index(fields=["-begun_at"], name="delivery_newest"),
        ),
        migrations.AddIndex(
            model_name="paperdelivery",
            index=models.Index(fields=["route", "-begun_at"], name="delivery_by_route"),
        ),
        migrations.AddIndex(
            model_name="paperdelivery",
            index=models.Index(fields=["state", "-begun_at"], name="delivery_by_state"),
        ),
        migrations.AddIndex(
            model_name="paperdelivery",
            index=models.Index(fields=["unit_code", "-begun_at"], name="delivery_of_unit"),
        ),
        migrations.AddIndex(
            model_name="paperdelivery",
            index=models.Index(
                fields=["unit_code", "route", "-begun_at"], name="delivery_of_unit_by_route"
            ),
        ),
        migrations.AddIndex(
            model_name="paperdelivery",
            index=models.Index(
                fields=["unit_code", "state", "-begun_at"], name="delivery_of_unit_by_state"
            ),
        ),
    ]
