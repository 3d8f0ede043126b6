"""Looks by a person of the case, identified; and all cases of one person, found by the number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("violations", "0014_service_by_one_door"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accessentry",
            name="level",
            field=models.CharField(
                choices=[
                    ("staff", "staff"),
                    ("code", "look-up code"),
                    ("person", "person of the case, identified"),
                    ("emergency", "emergency access"),
                ],
                max_length=10,
                verbose_name="entitlement",
            ),
        ),
        migrations.AddIndex(
            model_name="party",
            index=models.Index(
                condition=models.Q(("identity_number", ""), _negated=True),
                fields=["identity_number"],
                name="party_by_identity",
            ),
        ),
    ]
