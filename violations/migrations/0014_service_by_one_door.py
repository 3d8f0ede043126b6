"""One delivery counts once; a corrected paper names the wrong one; a hearing is called by two."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0009_names_of_deliveries"),
        ("violations", "0012_confirmations"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="replace_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="why it is replaced"),
        ),
        migrations.AddField(
            model_name="draft",
            name="replaces",
            field=models.ForeignKey(
                help_text="A corrected paper; the wrong one stays as it is.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="notices.notice",
                verbose_name="replaces",
            ),
        ),
        migrations.AddField(
            model_name="explanation",
            name="hearing_proposed_for_on",
            field=models.DateField(blank=True, null=True, verbose_name="hearing proposed for"),
        ),
        migrations.AddField(
            model_name="serviceattempt",
            name="delivery",
            field=models.OneToOneField(
                help_text="What was settled in the ledger; one delivery counts once.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="service_attempt",
                to="notices.paperdelivery",
                verbose_name="delivery of a paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaces__isnull", True),
                    models.Q(("replace_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_replaced_paper_has_a_reason",
            ),
        ),
    ]
