"""Statements of the accounts, their lines, and what each line belongs to."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from violations.migrations import guard_table, unguard_table

SETTLED = ("state", "payment_id", "checked_by_id", "checked_at")


class Migration(migrations.Migration):
    dependencies = [
        ("cameras", "0006_indexes_at_scale"),
        ("citizens", "0005_electronic_consent"),
        ("violations", "0013_money_back"),
    ]

    operations = [
        migrations.AlterField(
            model_name="gatewayevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ipn", "IPN"),
                    ("return", "return"),
                    ("query", "query"),
                    ("refund", "refund"),
                ],
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.CreateModel(
            name="StatementImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.CharField(max_length=34, verbose_name="account")),
                (
                    "format",
                    models.CharField(
                        choices=[("camt.053", "camt.053"), ("mt940", "MT940"), ("csv", "CSV")],
                        max_length=8,
                        verbose_name="format",
                    ),
                ),
                (
                    "statement_id",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="number of the statement"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="file")),
                (
                    "sha256",
                    models.CharField(
                        max_length=64, unique=True, verbose_name="SHA-256 of the file"
                    ),
                ),
                ("from_on", models.DateField(verbose_name="first day")),
                ("until_on", models.DateField(verbose_name="last day")),
                ("opening_vnd", models.BigIntegerField(verbose_name="opening balance, đồng")),
                ("closing_vnd", models.BigIntegerField(verbose_name="closing balance, đồng")),
                (
                    "follows_on",
                    models.BooleanField(
                        help_text="It opens with the balance the statement before it closed with.",
                        verbose_name="follows on",
                    ),
                ),
                ("lines_known", models.PositiveIntegerField(verbose_name="lines known before")),
                ("imported_at", models.DateTimeField(verbose_name="read in")),
                (
                    "imported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="read in by",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cameras.unit",
                        verbose_name="unit of the account",
                    ),
                ),
            ],
            options={
                "verbose_name": "account statement",
                "verbose_name_plural": "account statements",
                "ordering": ["-id"],
                "permissions": [("import_statement", "Can read account statements in")],
            },
        ),
        migrations.CreateModel(
            name="StatementLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField(verbose_name="place in the file")),
                (
                    "line_key",
                    models.CharField(max_length=64, unique=True, verbose_name="key of the line"),
                ),
                ("booked_on", models.DateField(verbose_name="booked")),
                ("value_on", models.DateField(verbose_name="value date")),
                ("amount_vnd", models.BigIntegerField(verbose_name="amount, đồng")),
                (
                    "bank_reference",
                    models.CharField(blank=True, max_length=60, verbose_name="bank's number"),
                ),
                ("text", models.CharField(blank=True, max_length=500, verbose_name="text")),
                (
                    "counterparty",
                    models.CharField(blank=True, max_length=160, verbose_name="other party"),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="citizens.statementimport",
                        verbose_name="statement",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a statement",
                "verbose_name_plural": "lines of statements",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="LineMatch",
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
                            ("payment", "a payment of a fine"),
                            ("remitted", "a payment received before, now in the account"),
                            ("returned", "a payment sent back"),
                            ("refunded", "a refund"),
                            ("aside", "not for a fine"),
                            ("undoing", "undone"),
                        ],
                        max_length=8,
                        verbose_name="what it is",
                    ),
                ),
                ("rule", models.CharField(max_length=20, verbose_name="found by")),
                ("reason", models.CharField(blank=True, max_length=400, verbose_name="reason")),
                ("made_at", models.DateTimeField(verbose_name="matched")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "awaits a second person"),
                            ("standing", "stands"),
                            ("refused", "refused"),
                            ("undone", "undone"),
                        ],
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("checked_at", models.DateTimeField(null=True, verbose_name="checked")),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="checked by",
                    ),
                ),
                (
                    "decision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="violations.decision",
                        verbose_name="decision",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="matched by",
                    ),
                ),
                (
                    "payment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="violations.payment",
                        verbose_name="payment",
                    ),
                ),
                (
                    "refund",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="violations.refund",
                        verbose_name="refund",
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="citizens.linematch",
                        verbose_name="undoes",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="matches",
                        to="citizens.statementline",
                        verbose_name="line",
                    ),
                ),
            ],
            options={
                "verbose_name": "match of a line",
                "verbose_name_plural": "matches of lines",
                "ordering": ["-id"],
            },
        ),
        migrations.AddIndex(
            model_name="statementimport",
            index=models.Index(fields=["account", "until_on"], name="statement_by_account"),
        ),
        migrations.AddIndex(
            model_name="statementimport",
            index=models.Index(fields=["-imported_at"], name="statement_by_time"),
        ),
        migrations.AddConstraint(
            model_name="statementimport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("statement_id", ""), _negated=True),
                fields=("account", "statement_id"),
                name="one_statement_of_a_number",
            ),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(fields=["booked_on", "id"], name="line_by_day"),
        ),
        migrations.AddIndex(
            model_name="statementline",
            index=models.Index(fields=["bank_reference"], name="line_by_bank_number"),
        ),
        migrations.AddConstraint(
            model_name="statementline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_vnd", 0), _negated=True), name="a_line_moves_money"
            ),
        ),
        migrations.AddIndex(
            model_name="linematch",
            index=models.Index(
                condition=models.Q(("state", "proposed")), fields=["line"], name="match_to_check"
            ),
        ),
        migrations.AddConstraint(
            model_name="linematch",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ["proposed", "standing"]),
                    models.Q(("kind", "undoing"), _negated=True),
                ),
                fields=("line",),
                name="a_line_belongs_to_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="linematch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_by__isnull", True),
                    models.Q(("checked_by", models.F("made_by")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_checks_his_own_match",
            ),
        ),
        *(
            migrations.RunSQL(guard_table(table, mutable), unguard_table(table))
            for table, mutable in (
                ("citizens_statementimport", ()),
                ("citizens_statementline", ()),
                ("citizens_linematch", SETTLED),
            )
        ),
    ]
