"""What people send in a case, the files with it, and files that are not sent yet."""

import django.db.models.deletion
from django.db import migrations, models

from violations.migrations import guard_table, unguard_table

SETTLED = ("act", "state", "settled_at", "settled_by_id", "answer", "plate_report_id")


class Migration(migrations.Migration):
    dependencies = [
        ("citizens", "0007_look_up"),
        ("violations", "0014_service_by_one_door"),
    ]

    operations = [
        migrations.CreateModel(
            name="Submission",
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
                            ("not_mine", "not my vehicle"),
                            ("cloned", "copied plate"),
                            ("explanation", "explanation"),
                            ("complaint", "complaint"),
                            ("never_received", "paper never received"),
                            ("deferral", "request to pay later"),
                            ("reduction", "request for a reduction or exemption"),
                            ("instalments", "request to pay in parts"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        max_length=16, unique=True, verbose_name="number of the receipt"
                    ),
                ),
                ("form_key", models.UUIDField(unique=True, verbose_name="key of the form")),
                ("text", models.TextField(blank=True, max_length=4000, verbose_name="text")),
                (
                    "statement",
                    models.JSONField(default=dict, verbose_name="what was asked of this kind"),
                ),
                ("writer_name", models.CharField(max_length=120, verbose_name="who wrote")),
                (
                    "writer_as",
                    models.CharField(
                        choices=[
                            ("owner", "owner of the vehicle"),
                            ("driver", "driver"),
                            ("representative", "representative"),
                        ],
                        max_length=14,
                        verbose_name="written as",
                    ),
                ),
                ("contact", models.CharField(blank=True, max_length=120, verbose_name="contact")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                (
                    "level",
                    models.CharField(
                        choices=[("code", "look-up code"), ("person", "proven person")],
                        max_length=8,
                        verbose_name="entitlement",
                    ),
                ),
                (
                    "person",
                    models.CharField(
                        blank=True,
                        max_length=64,
                        verbose_name="keyed digest of the person who proved to be one of the case",
                    ),
                ),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("due_on", models.DateField(null=True, verbose_name="to be handled by")),
                (
                    "act",
                    models.CharField(blank=True, max_length=30, verbose_name="step of the case"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "received"),
                            ("taken", "taken into the file"),
                            ("returned", "returned"),
                        ],
                        default="received",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True, verbose_name="settled")),
                (
                    "answer",
                    models.CharField(
                        blank=True, max_length=1000, verbose_name="answer to the person"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="violations.violation",
                        verbose_name="case",
                    ),
                ),
                (
                    "plate_report",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="violations.platereport",
                        verbose_name="report of a plate",
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
                "verbose_name": "answer of a person",
                "verbose_name_plural": "answers of people",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="SubmissionFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("media_type", models.CharField(max_length=40, verbose_name="media type")),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("size", models.PositiveIntegerField(verbose_name="size, bytes")),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="citizens.submission",
                        verbose_name="answer of a person",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of an answer",
                "verbose_name_plural": "files of answers",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="UploadDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("form_key", models.UUIDField(verbose_name="key of the form")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("media_type", models.CharField(max_length=40, verbose_name="media type")),
                ("data", models.BinaryField(verbose_name="bytes")),
                ("size", models.PositiveIntegerField(verbose_name="size, bytes")),
                ("made_at", models.DateTimeField(verbose_name="added")),
            ],
            options={
                "verbose_name": "file not sent yet",
                "verbose_name_plural": "files not sent yet",
                "ordering": ["id"],
                "indexes": [
                    models.Index(fields=["form_key"], name="unsent_by_form"),
                    models.Index(fields=["made_at"], name="unsent_by_age"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                models.OrderBy(models.F("due_on"), nulls_last=True),
                models.F("received_at"),
                condition=models.Q(("state", "received")),
                name="answer_that_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "received")),
                fields=("case", "kind"),
                name="one_waiting_answer_of_a_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("settled_at__isnull", True),
                        ("settled_by__isnull", True),
                        ("state", "received"),
                    ),
                    models.Q(
                        ("settled_by__isnull", False),
                        ("state__in", ["taken", "returned"]),
                        ("settled_at__gte", models.F("received_at")),
                    ),
                    _connector="OR",
                ),
                name="an_answer_is_settled_by_an_officer",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "received"), _negated=True), ("answer", ""), _connector="OR"
                ),
                name="a_waiting_answer_has_no_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "returned"), _negated=True),
                    models.Q(
                        models.Q(("answer", ""), _negated=True),
                        ("act__in", ("", "ask_second_look")),
                    ),
                    _connector="OR",
                ),
                name="a_returned_answer_has_its_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("level", "person"),
                    models.Q(
                        ("kind__in", ("not_mine", "cloned", "never_received")), ("level", "code")
                    ),
                    _connector="OR",
                ),
                name="an_answer_that_names_a_person_is_proven",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("writer_name", ""), _negated=True),
                    models.Q(
                        models.Q(("text", ""), _negated=True),
                        ("kind", "explanation"),
                        _connector="OR",
                    ),
                ),
                name="an_answer_says_something_of_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "complaint"), _negated=True),
                    models.Q(("address", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_complaint_has_its_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("plate_report__isnull", True),
                    models.Q(("kind", "cloned"), ("state", "taken")),
                    _connector="OR",
                ),
                name="a_plate_is_reported_when_taken",
            ),
        ),
        migrations.AddIndex(
            model_name="submissionfile",
            index=models.Index(fields=["sha256"], name="sent_file_by_hash"),
        ),
        migrations.AddConstraint(
            model_name="submissionfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$"), ("size__gt", 0)),
                name="a_sent_file_has_its_bytes",
            ),
        ),
        *(
            migrations.RunSQL(guard_table(table, mutable), unguard_table(table))
            for table, mutable in (
                ("citizens_submission", SETTLED),
                ("citizens_submissionfile", ()),
            )
        ),
    ]
