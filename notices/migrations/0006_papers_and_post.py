"""Signing keys, seals and stamps of papers, deliveries, copies, scans, postal ranges, envelopes."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0005_indexes_at_scale"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="EnvelopeType",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60, unique=True, verbose_name="name")),
                ("width", models.PositiveSmallIntegerField(verbose_name="width, 0.1 mm")),
                ("height", models.PositiveSmallIntegerField(verbose_name="height, 0.1 mm")),
                (
                    "window_left",
                    models.PositiveSmallIntegerField(verbose_name="window from the left, 0.1 mm"),
                ),
                (
                    "window_top",
                    models.PositiveSmallIntegerField(verbose_name="window from the top, 0.1 mm"),
                ),
                (
                    "window_width",
                    models.PositiveSmallIntegerField(verbose_name="window width, 0.1 mm"),
                ),
                (
                    "window_height",
                    models.PositiveSmallIntegerField(verbose_name="window height, 0.1 mm"),
                ),
                (
                    "play_across",
                    models.PositiveSmallIntegerField(verbose_name="play across, 0.1 mm"),
                ),
                ("play_down", models.PositiveSmallIntegerField(verbose_name="play down, 0.1 mm")),
            ],
            options={
                "verbose_name": "envelope",
                "verbose_name_plural": "envelopes",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="PaperDelivery",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "route",
                    models.CharField(
                        choices=[
                            ("account", "inbox of the account"),
                            ("email", "e-mail"),
                            ("sms", "text message"),
                            ("post", "registered post"),
                            ("hand", "handed over in person"),
                            ("commune", "by the commune police"),
                            ("posting", "posted up in public"),
                        ],
                        max_length=8,
                        verbose_name="route",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waiting"),
                            ("printing", "in a print run"),
                            ("sent", "on its way"),
                            ("delivered", "delivered"),
                            ("opened", "opened by the person"),
                            ("refused", "refused"),
                            ("returned", "returned"),
                            ("failed", "could not be sent"),
                            ("called_off", "called off"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("unit_code", models.CharField(max_length=20, verbose_name="unit")),
                (
                    "area",
                    models.CharField(
                        blank=True,
                        help_text="The last line of the address.",
                        max_length=120,
                        verbose_name="post area",
                    ),
                ),
                (
                    "destination",
                    models.CharField(
                        blank=True,
                        help_text="For electronic routes; blanked when the case is disposed of.",
                        max_length=200,
                        verbose_name="address, number or account",
                    ),
                ),
                ("begun_at", models.DateTimeField(verbose_name="begun")),
                ("begun_by_name", models.CharField(max_length=120, verbose_name="begun by")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                (
                    "next_attempt_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="next attempt"),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                (
                    "settled_on",
                    models.DateField(
                        blank=True,
                        help_text="The day the law counts from, in Viet Nam.",
                        null=True,
                        verbose_name="day of the outcome",
                    ),
                ),
                (
                    "settled_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="outcome written down"
                    ),
                ),
                ("proof", models.CharField(blank=True, max_length=200, verbose_name="proof")),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("no_address", "no such address"),
                            ("moved", "moved away"),
                            ("refused", "refused by the recipient"),
                            ("absent", "not met, not collected"),
                            ("deceased", "deceased"),
                            ("damaged", "damaged in the post"),
                        ],
                        max_length=10,
                        verbose_name="why it came back",
                    ),
                ),
                (
                    "envelope_sha256",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="photograph of the envelope"
                    ),
                ),
                ("fault", models.CharField(blank=True, max_length=200, verbose_name="fault")),
            ],
            options={
                "verbose_name": "delivery",
                "verbose_name_plural": "deliveries",
                "ordering": ["-begun_at"],
            },
        ),
        migrations.CreateModel(
            name="PostRange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unit_code", models.CharField(max_length=20, verbose_name="unit")),
                ("prefix", models.CharField(max_length=2, verbose_name="service letters")),
                ("first", models.PositiveIntegerField(verbose_name="first, without check digit")),
                ("last", models.PositiveIntegerField(verbose_name="last, without check digit")),
                ("issued_on", models.DateField(verbose_name="issued")),
                ("receipt", models.CharField(max_length=80, verbose_name="receipt of the post")),
                (
                    "registered_by_name",
                    models.CharField(max_length=120, verbose_name="registered by"),
                ),
                ("registered_at", models.DateTimeField(verbose_name="registered")),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="not used from")),
            ],
            options={
                "verbose_name": "range of postal numbers",
                "verbose_name_plural": "ranges of postal numbers",
                "ordering": ["unit_code", "prefix", "first"],
            },
        ),
        migrations.CreateModel(
            name="Scan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "letter_code",
                    models.CharField(blank=True, max_length=40, verbose_name="letter code"),
                ),
                (
                    "tracking_number",
                    models.CharField(blank=True, max_length=40, verbose_name="tracking number"),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("matched", "matches"),
                            ("taken_back", "taken back"),
                            ("doubled", "scanned before"),
                            ("other_run", "belongs to another run"),
                            ("void_copy", "void copy"),
                            ("unknown", "no letter of ours"),
                            ("bad_number", "postal number does not check"),
                            ("out_range", "postal number not issued to us"),
                            ("used_number", "postal number used before"),
                        ],
                        max_length=11,
                        verbose_name="result",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "scan",
                "verbose_name_plural": "scans",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("seal", "signature in the PDF (PAdES)"),
                            ("stamp", "signature in the QR (Ed25519)"),
                        ],
                        max_length=5,
                        verbose_name="purpose",
                    ),
                ),
                (
                    "kid",
                    models.CharField(
                        help_text=(
                            "First eight bytes of the SHA-256 of the public key, in hexadecimal."
                        ),
                        max_length=16,
                        unique=True,
                        verbose_name="short name",
                    ),
                ),
                (
                    "unit_code",
                    models.CharField(
                        blank=True,
                        help_text="Empty: the key of the portal.",
                        max_length=20,
                        verbose_name="unit",
                    ),
                ),
                ("subject", models.CharField(max_length=160, verbose_name="in the name of")),
                (
                    "place",
                    models.CharField(
                        help_text=(
                            "pkcs12:NAME, pkcs11:TOKEN/LABEL or secret:NAME; never the key itself."
                        ),
                        max_length=200,
                        verbose_name="where it lies",
                    ),
                ),
                ("public_key", models.TextField(verbose_name="public key (PEM)")),
                (
                    "certificate",
                    models.TextField(blank=True, verbose_name="certificate chain (PEM)"),
                ),
                ("valid_from", models.DateTimeField(verbose_name="valid from")),
                ("valid_until", models.DateTimeField(verbose_name="valid until")),
                (
                    "registered_by_name",
                    models.CharField(max_length=120, verbose_name="registered by"),
                ),
                ("registered_at", models.DateTimeField(verbose_name="registered")),
                ("retired_at", models.DateTimeField(blank=True, null=True, verbose_name="retired")),
                (
                    "retire_reason",
                    models.CharField(blank=True, max_length=200, verbose_name="why it was retired"),
                ),
            ],
            options={
                "verbose_name": "signing key",
                "verbose_name_plural": "signing keys",
                "ordering": ["-registered_at"],
            },
        ),
        migrations.AlterModelOptions(
            name="printrunitem",
            options={
                "ordering": ["run", "position", "copy_number"],
                "verbose_name": "printed paper",
                "verbose_name_plural": "printed papers",
            },
        ),
        migrations.RemoveConstraint(
            model_name="printrunitem",
            name="one_paper_per_position",
        ),
        migrations.RemoveConstraint(
            model_name="printrunitem",
            name="a_paper_once_per_run",
        ),
        migrations.RemoveConstraint(
            model_name="printrunitem",
            name="a_second_print_needs_a_reason",
        ),
        migrations.RemoveConstraint(
            model_name="printrunitem",
            name="a_tracking_number_is_used_once",
        ),
        migrations.AddField(
            model_name="notice",
            name="sealed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="sealed"),
        ),
        migrations.AddField(
            model_name="notice",
            name="stamp",
            field=models.BinaryField(
                help_text="COSE_Sign1 (RFC 9052): what the sheet says, signed when it was issued.",
                max_length=600,
                null=True,
                verbose_name="claims of the QR, signed",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="unsigned_sha256",
            field=models.CharField(
                blank=True,
                help_text="The same contents, form and fonts give these bytes again.",
                max_length=64,
                verbose_name="SHA-256 before the seal",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="void_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="why it is void"),
        ),
        migrations.AddField(
            model_name="notice",
            name="voided_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="void since"),
        ),
        migrations.AddField(
            model_name="notice",
            name="voided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="voids",
                to="notices.notice",
                verbose_name="made void by",
            ),
        ),
        migrations.AddField(
            model_name="printrun",
            name="area",
            field=models.CharField(blank=True, max_length=120, verbose_name="post area"),
        ),
        migrations.AddField(
            model_name="printrun",
            name="claimed_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="taken by a worker"),
        ),
        migrations.AddField(
            model_name="printrun",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="printrun",
            name="handover_sha256",
            field=models.CharField(
                blank=True, max_length=64, verbose_name="SHA-256 of the hand-over list"
            ),
        ),
        migrations.AddField(
            model_name="printrun",
            name="joined",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="What the progress bar shows.",
                verbose_name="papers joined so far",
            ),
        ),
        migrations.AddField(
            model_name="printrun",
            name="post_receipt",
            field=models.CharField(
                blank=True, max_length=40, verbose_name="receipt number of the post"
            ),
        ),
        migrations.AddField(
            model_name="printrunitem",
            name="approved_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="reprint allowed by",
            ),
        ),
        migrations.AddField(
            model_name="printrunitem",
            name="copy_number",
            field=models.PositiveSmallIntegerField(default=1, verbose_name="copy"),
        ),
        migrations.AddField(
            model_name="printrunitem",
            name="inserted_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="put into its envelope"),
        ),
        migrations.AddField(
            model_name="printrunitem",
            name="inserted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="put in by",
            ),
        ),
        migrations.AddField(
            model_name="printrunitem",
            name="left_out_reason",
            field=models.CharField(blank=True, max_length=200, verbose_name="why it was left out"),
        ),
        migrations.AddField(
            model_name="printrunitem",
            name="letter_code",
            field=models.CharField(
                blank=True,
                help_text="Sixteen digits, Code 128-C; says nothing about the person.",
                max_length=16,
                verbose_name="letter code",
            ),
        ),
        migrations.AddField(
            model_name="printrunitem",
            name="void_reason",
            field=models.CharField(
                blank=True,
                choices=[
                    ("jam", "paper jam"),
                    ("damaged", "damaged or smeared"),
                    ("address", "wrong address"),
                    ("lost", "lost"),
                ],
                max_length=8,
                verbose_name="why it is void",
            ),
        ),
        migrations.AddField(
            model_name="printrunitem",
            name="voided_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="void since"),
        ),
        migrations.AlterField(
            model_name="notice",
            name="kind",
            field=models.CharField(
                choices=[
                    ("TB0173", "Notice 01/73"),
                    ("MBB01", "Violation record MBB01"),
                    ("MQD02", "Penalty decision MQĐ02"),
                    ("XNNT", "Payment confirmation"),
                    ("TB0273", "Notice of licence points 02/73"),
                    ("PC0373", "Transfer slip 03/73"),
                    ("PG04", "Slip to the commune police (form 04)"),
                    ("MBB02", "Minutes of a working session MBB02"),
                    ("MBB03", "Minutes of a hearing MBB03"),
                    ("MBB29", "Minutes of handing over a file MBB29"),
                    ("MQD03", "Decision on deferral MQĐ03"),
                    ("MQD04", "Decision on reduction or exemption MQĐ04"),
                    ("MQD05", "Decision on payment in parts MQĐ05"),
                    ("MQD07", "Decision on enforcement MQĐ07"),
                    ("MQD38", "Decision amending a decision MQĐ38"),
                    ("MQD39", "Decision correcting a decision MQĐ39"),
                    ("MQD40", "Decision cancelling a decision MQĐ40"),
                    ("KN03", "Notice of an accepted complaint (form 03)"),
                    ("KN04", "Notice of a complaint not accepted (form 04)"),
                    ("KNQD", "Decision on a complaint"),
                    ("KN14A", "Decision suspending execution (form 14a)"),
                    ("KN14B", "Decision ending a suspension (form 14b)"),
                    ("MBB06", "Minutes of a refused decision MBB06"),
                    ("MQD08", "Decision on enforcement MQĐ08"),
                    ("MQD09", "Decision on enforcement MQĐ09"),
                    ("MQD10", "Decision on enforcement MQĐ10"),
                    ("MQD11", "Decision on enforcement MQĐ11"),
                    ("MQD12", "Decision on enforcement MQĐ12"),
                    ("MQD34", "Decision delegating the power to sanction MQĐ34"),
                    ("TBTC", "Notice of a refused request"),
                    ("TBPGT", "Notice of a hearing"),
                    ("TBTH", "Notice that a notice is withdrawn"),
                ],
                max_length=8,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="numberseries",
            name="kind",
            field=models.CharField(
                choices=[
                    ("TB0173", "Notice 01/73"),
                    ("MBB01", "Violation record MBB01"),
                    ("MQD02", "Penalty decision MQĐ02"),
                    ("XNNT", "Payment confirmation"),
                    ("TB0273", "Notice of licence points 02/73"),
                    ("PC0373", "Transfer slip 03/73"),
                    ("PG04", "Slip to the commune police (form 04)"),
                    ("MBB02", "Minutes of a working session MBB02"),
                    ("MBB03", "Minutes of a hearing MBB03"),
                    ("MBB29", "Minutes of handing over a file MBB29"),
                    ("MQD03", "Decision on deferral MQĐ03"),
                    ("MQD04", "Decision on reduction or exemption MQĐ04"),
                    ("MQD05", "Decision on payment in parts MQĐ05"),
                    ("MQD07", "Decision on enforcement MQĐ07"),
                    ("MQD38", "Decision amending a decision MQĐ38"),
                    ("MQD39", "Decision correcting a decision MQĐ39"),
                    ("MQD40", "Decision cancelling a decision MQĐ40"),
                    ("KN03", "Notice of an accepted complaint (form 03)"),
                    ("KN04", "Notice of a complaint not accepted (form 04)"),
                    ("KNQD", "Decision on a complaint"),
                    ("KN14A", "Decision suspending execution (form 14a)"),
                    ("KN14B", "Decision ending a suspension (form 14b)"),
                    ("MBB06", "Minutes of a refused decision MBB06"),
                    ("MQD08", "Decision on enforcement MQĐ08"),
                    ("MQD09", "Decision on enforcement MQĐ09"),
                    ("MQD10", "Decision on enforcement MQĐ10"),
                    ("MQD11", "Decision on enforcement MQĐ11"),
                    ("MQD12", "Decision on enforcement MQĐ12"),
                    ("MQD34", "Decision delegating the power to sanction MQĐ34"),
                    ("TBTC", "Notice of a refused request"),
                    ("TBPGT", "Notice of a hearing"),
                    ("TBTH", "Notice that a notice is withdrawn"),
                ],
                max_length=8,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="paperevent",
            name="what",
            field=models.CharField(
                choices=[
                    ("issued", "issued"),
                    ("rendered", "PDF made"),
                    ("sealed", "PDF signed"),
                    ("printed", "printed"),
                    ("spoiled", "printed copy spoiled"),
                    ("inserted", "put into its envelope"),
                    ("posted", "handed to the post"),
                    ("sent", "sent electronically"),
                    ("bounced", "could not be sent electronically"),
                    ("delivered", "delivered"),
                    ("refused", "refused"),
                    ("returned", "returned by the post"),
                    ("opened", "opened online"),
                    ("voided", "made void"),
                ],
                max_length=10,
                verbose_name="what",
            ),
        ),
        migrations.AlterField(
            model_name="printrun",
            name="state",
            field=models.CharField(
                choices=[
                    ("prepared", "being put together"),
                    ("ready", "ready to print"),
                    ("printed", "printed"),
                    ("posted", "closed and handed to the post"),
                    ("failed", "cannot be put together"),
                ],
                default="prepared",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="envelopetype",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("window_height__gt", models.F("play_down")),
                    ("window_width__gt", models.F("play_across")),
                ),
                name="something_of_the_window_is_always_visible",
            ),
        ),
        migrations.AddField(
            model_name="paperdelivery",
            name="notice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="deliveries",
                to="notices.notice",
                verbose_name="paper",
            ),
        ),
        migrations.AddField(
            model_name="printrunitem",
            name="delivery",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="copies",
                to="notices.paperdelivery",
                verbose_name="delivery",
            ),
        ),
        migrations.AddIndex(
            model_name="printrunitem",
            index=models.Index(
                condition=models.Q(("tracking_number", ""), _negated=True),
                fields=["tracking_number"],
                name="copy_by_tracking_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="printrunitem",
            constraint=models.UniqueConstraint(
                fields=("run", "position", "copy_number"), name="one_copy_per_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="printrunitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                fields=("run", "position"),
                name="one_good_copy_per_position",
            ),
        ),
        migrations.AddConstraint(
            model_name="printrunitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("voided_at__isnull", True)),
                fields=("run", "notice"),
                name="a_paper_once_per_run",
            ),
        ),
        migrations.AddConstraint(
            model_name="printrunitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_out_reason", ""), ("voided_at__isnull", True)),
                fields=("delivery",),
                name="one_good_copy_per_delivery",
            ),
        ),
        migrations.AddConstraint(
            model_name="printrunitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("letter_code", ""), _negated=True),
                fields=("letter_code",),
                name="a_letter_code_is_used_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="printrunitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("copy_number", 1),
                    models.Q(("reprint_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_second_print_needs_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="printrunitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("copy_number__lte", 3), ("approved_by__isnull", False), _connector="OR"
                ),
                name="a_third_reprint_needs_a_supervisor",
            ),
        ),
        migrations.AddConstraint(
            model_name="printrunitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("void_reason", ""), ("voided_at__isnull", True)),
                    models.Q(
                        ("handed_over_at__isnull", True),
                        ("voided_at__isnull", False),
                        models.Q(("void_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_void_copy_says_why_and_is_not_posted",
            ),
        ),
        migrations.AddConstraint(
            model_name="printrunitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("inserted_at__isnull", True),
                    models.Q(("tracking_number", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_closed_envelope_has_its_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="printrunitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("handed_over_at__isnull", True), ("left_out_reason", ""), _connector="OR"
                ),
                name="what_was_left_out_is_not_posted",
            ),
        ),
        migrations.AddConstraint(
            model_name="postrange",
            constraint=models.CheckConstraint(
                condition=models.Q(("last__gte", models.F("first")), ("last__lte", 99999999)),
                name="a_range_has_an_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="postrange",
            constraint=models.CheckConstraint(
                condition=models.Q(("prefix__regex", "^[A-Z]{2}$")), name="two_service_letters"
            ),
        ),
        migrations.AddField(
            model_name="scan",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="scan",
            name="item",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="scans",
                to="notices.printrunitem",
                verbose_name="copy",
            ),
        ),
        migrations.AddField(
            model_name="scan",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="scans",
                to="notices.printrun",
                verbose_name="print run",
            ),
        ),
        migrations.AddConstraint(
            model_name="signingkey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at__isnull", True)),
                fields=("purpose", "unit_code"),
                name="one_key_in_use_per_unit",
            ),
        ),
        migrations.AddConstraint(
            model_name="signingkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_until__gt", models.F("valid_from"))),
                name="a_key_is_valid_for_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="signingkey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purpose", "stamp"),
                    models.Q(("certificate", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_seal_has_a_certificate",
            ),
        ),
        migrations.AddConstraint(
            model_name="signingkey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("retire_reason", ""), ("retired_at__isnull", True)),
                    models.Q(
                        ("retired_at__isnull", False),
                        models.Q(("retire_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_key_is_retired_for_a_reason",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="seal_key",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="notices.signingkey",
                verbose_name="key of the seal",
            ),
        ),
        migrations.AddField(
            model_name="notice",
            name="stamp_key",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="notices.signingkey",
                verbose_name="key of the QR",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stamp__isnull", True), ("stamp_key__isnull", True)),
                    models.Q(("stamp__isnull", False), ("stamp_key__isnull", False)),
                    _connector="OR",
                ),
                name="a_stamp_names_its_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("seal_key__isnull", True), ("sealed_at__isnull", True)),
                    models.Q(
                        ("seal_key__isnull", False),
                        ("sealed_at__isnull", False),
                        models.Q(("unsigned_sha256", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_seal_names_its_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("void_reason", ""),
                        ("voided_at__isnull", True),
                        ("voided_by__isnull", True),
                    ),
                    models.Q(
                        ("voided_at__isnull", False), models.Q(("void_reason", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="a_void_paper_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="paperdelivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["unit_code", "route", "area", "begun_at"],
                name="paper_delivery_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="paperdelivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["next_attempt_at"],
                name="paper_delivery_due",
            ),
        ),
        migrations.AddIndex(
            model_name="paperdelivery",
            index=models.Index(
                condition=models.Q(("state__in", ["returned", "refused", "failed"])),
                fields=["unit_code", "-settled_at"],
                name="paper_delivery_returned",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperdelivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["waiting", "printing", "sent"])),
                fields=("notice", "route"),
                name="one_open_delivery_per_route",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state__in", ["delivered", "opened", "refused", "returned"]), _negated=True
                    ),
                    models.Q(
                        ("settled_at__isnull", False),
                        ("settled_on__isnull", False),
                        models.Q(("proof", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="an_outcome_is_proved",
            ),
        ),
        migrations.AddConstraint(
            model_name="paperdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "returned"), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_return_has_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="scan",
            index=models.Index(fields=["by", "-at"], name="scan_of_a_shift"),
        ),
    ]
