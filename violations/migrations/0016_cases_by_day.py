"""Cases between two days, of the country and of a unit, by the day of the violation."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("violations", "0015_person_of_a_case"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="violation",
            index=models.Index(
                fields=["status", "-occurred_on", "-id"], name="case_of_status_by_day"
            ),
        ),
        migrations.AddIndex(
            model_name="violation",
            index=models.Index(
                fields=["unit", "status", "-occurred_on", "-id"], name="case_of_unit_by_day"
            ),
        ),
    ]
