"""Charges and warnings that wait for an officer; what was proposed stays as it was."""

import django.db.models.deletion
from django.db import migrations, models

from violations.migrations import guard_table, unguard_table

SETTLED = ("state", "opened_by_id", "opened_at", "settled_by_id", "settled_at", "reason")


class Migration(migrations.Migration):
    dependencies = [
        ("violations", "0011_speed_at_scale"),
    ]

    operations = [
        migrations.CreateModel(
            name="PendingMeasure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("warn_no_show", "Warn the agencies: the owner has not come"),
                            ("warn_unpaid", "Warn the agencies: the decision is not complied with"),
                            ("begin_late_charge", "The late charge begins, service unproven"),
                        ],
                        max_length=17,
                        verbose_name="measure",
                    ),
                ),
                ("article", models.CharField(max_length=80, verbose_name="article")),
                (
                    "due_on",
                    models.DateField(
                        help_text="The measure follows from the day after it.",
                        verbose_name="last day of the clock",
                    ),
                ),
                ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting for confirmation"),
                            ("confirmed", "confirmed"),
                            ("declined", "declined"),
                            ("overtaken", "no longer called for"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("opened_at", models.DateTimeField(null=True, verbose_name="opened")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="settled")),
                ("reason", models.CharField(blank=True, max_length=400, verbose_name="reason")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="measures",
                        to="violations.violation",
                        verbose_name="case",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="violations.officer",
                        verbose_name="opened by",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="violations.officer",
                        verbose_name="settled by",
                    ),
                ),
            ],
            options={
                "verbose_name": "measure waiting for confirmation",
                "verbose_name_plural": "measures waiting for confirmation",
                "ordering": ["due_on", "id"],
                "permissions": [("confirm_measure", "Can confirm charges and warnings")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["due_on", "id"],
                        name="measure_waiting",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("case", "kind"),
                        name="one_waiting_measure_of_a_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["confirmed", "declined"]), _negated=True),
                            models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="a_measure_is_settled_by_a_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "declined"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="a_declined_measure_says_why",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            guard_table("violations_pendingmeasure", SETTLED),
            unguard_table("violations_pendingmeasure"),
        ),
    ]
