"""What the lists, the board and the queue of one unit need at ten million cases."""

import django.db.models.deletion
from django.db import migrations, models

# One statement for all rows: 4.3 million took about two minutes beside ten million cases.
FILL = """
    UPDATE violations_casedeadline d SET unit_id = c.unit_id
    FROM violations_violation c WHERE c.id = d.case_id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cameras", "0006_indexes_at_scale"),
        ("violations", "0010_nobody_twice"),
    ]

    operations = [
        # The constraint comes after the fill: checked row by row it would take longer than that.
        migrations.AddField(
            model_name="casedeadline",
            name="unit",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cameras.unit",
                verbose_name="handling unit",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="casedeadline",
            name="unit",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="cameras.unit",
                verbose_name="handling unit",
            ),
        ),
        migrations.AddIndex(
            model_name="casedeadline",
            index=models.Index(
                condition=models.Q(("met_on__isnull", True)),
                fields=["unit", "due_on", "name", "case"],
                name="clock_of_unit_running",
            ),
        ),
        migrations.AddIndex(
            model_name="violation",
            index=models.Index(
                condition=models.Q(("status", "detected")),
                fields=["unit", "detected_on", "id"],
                name="case_to_review_in_unit",
            ),
        ),
        migrations.AddIndex(
            model_name="violation",
            index=models.Index(
                condition=models.Q(("status", "detected")),
                fields=["unit", "time_bar_on", "id"],
                name="case_near_bar_in_unit",
            ),
        ),
    ]
