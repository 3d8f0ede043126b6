"""Two tables that every look-up writes to, without the indexes that nothing reads.

The log of looks has indexes that begin with its case and its person; Django's own of the same
columns were written as often and never used. Sessions are found by their whole key, never by how
it begins.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BY_BEGINNING = """
    CREATE INDEX IF NOT EXISTS django_session_session_key_c0390e0f_like
    ON django_session (session_key varchar_pattern_ops)
"""


class Migration(migrations.Migration):
    dependencies = [
        ("sessions", "0001_initial"),
        ("violations", "0016_cases_by_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(
            "DROP INDEX IF EXISTS django_session_session_key_c0390e0f_like", BY_BEGINNING
        ),
        migrations.AlterField(
            model_name="accessentry",
            name="actor",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AlterField(
            model_name="accessentry",
            name="case",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accesses",
                to="violations.violation",
                verbose_name="case",
            ),
        ),
    ]
