"""Accounts of citizens, vehicles they watch, and a purpose for each one-time code."""

import django.db.models.deletion
from django.db import migrations, models

import cameras.identifiers

# What was done with an account stays; nothing in it names a person.
GUARDS = """
CREATE TRIGGER citizens_accountevent_stays BEFORE UPDATE OR DELETE ON citizens_accountevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_accountevent_is_not_emptied BEFORE TRUNCATE ON citizens_accountevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

UNGUARD = """
DROP TRIGGER citizens_accountevent_is_not_emptied ON citizens_accountevent;
DROP TRIGGER citizens_accountevent_stays ON citizens_accountevent;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("citizens", "0009_naming"),
        ("violations", "0015_person_of_a_case"),
    ]

    operations = [
        migrations.AddField(
            model_name="inboxcode",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("inbox", "inbox of papers"),
                    ("case", "case of the person"),
                    ("driver", "statement of who drove"),
                ],
                default="inbox",
                max_length=8,
                verbose_name="purpose",
            ),
        ),
        migrations.CreateModel(
            name="AccountEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_ref", models.UUIDField(verbose_name="account")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("made", "account made"),
                            ("signed_in", "signed in"),
                            ("identified", "identity proved"),
                            ("contact", "contact changed"),
                            ("watched", "vehicle added"),
                            ("unwatched", "vehicle removed"),
                            ("opened", "case opened"),
                            ("exported", "copy of the data asked for"),
                            ("taken", "copy of the data taken"),
                            ("ended", "session ended"),
                            ("deleted", "account deleted"),
                        ],
                        max_length=12,
                        verbose_name="what",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
            ],
            options={
                "verbose_name": "event of an account",
                "verbose_name_plural": "events of accounts",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["account_ref", "-id"], name="events_of_an_account")
                ],
            },
        ),
        migrations.CreateModel(
            name="CitizenAccount",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cameras.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "email",
                    models.CharField(blank=True, max_length=120, verbose_name="e-mail address"),
                ),
                (
                    "phone",
                    models.CharField(blank=True, max_length=16, verbose_name="mobile number"),
                ),
                (
                    "subject_digest",
                    models.BinaryField(
                        max_length=32,
                        null=True,
                        verbose_name="keyed digest of the provider's name for the person",
                    ),
                ),
                (
                    "person_digest",
                    models.BinaryField(
                        max_length=32, null=True, verbose_name="keyed digest of the person"
                    ),
                ),
                (
                    "sealed_number",
                    models.BinaryField(null=True, verbose_name="identity number, sealed"),
                ),
                ("identified_at", models.DateTimeField(null=True, verbose_name="identified")),
                (
                    "alerts_by_email",
                    models.BooleanField(default=True, verbose_name="alerts by e-mail"),
                ),
                (
                    "alerts_by_sms",
                    models.BooleanField(default=False, verbose_name="alerts by text message"),
                ),
                ("made_at", models.DateTimeField(verbose_name="made")),
            ],
            options={
                "verbose_name": "citizen's account",
                "verbose_name_plural": "citizens' accounts",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("email", ""), _negated=True),
                        fields=("email",),
                        name="one_account_an_address",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("phone", ""), _negated=True),
                        fields=("phone",),
                        name="one_account_a_number",
                    ),
                    models.UniqueConstraint(
                        fields=("subject_digest",), name="one_account_a_subject"
                    ),
                    models.UniqueConstraint(fields=("person_digest",), name="one_account_a_person"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("identified_at__isnull", True),
                                ("person_digest__isnull", True),
                                ("sealed_number__isnull", True),
                                ("subject_digest__isnull", True),
                            ),
                            models.Q(
                                ("identified_at__isnull", False),
                                ("person_digest__isnull", False),
                                ("sealed_number__isnull", False),
                                ("subject_digest__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="an_identity_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("email", ""), _negated=True),
                            models.Q(("phone", ""), _negated=True),
                            ("subject_digest__isnull", False),
                            _connector="OR",
                        ),
                        name="an_account_can_be_entered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccountSession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cameras.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("email", "e-mail"),
                            ("sms", "text message"),
                            ("identity", "identity provider"),
                        ],
                        max_length=8,
                        verbose_name="signed in by",
                    ),
                ),
                ("device", models.CharField(blank=True, max_length=60, verbose_name="browser")),
                ("began_at", models.DateTimeField(verbose_name="began")),
                ("seen_at", models.DateTimeField(verbose_name="last seen")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to="citizens.citizenaccount",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "session of an account",
                "verbose_name_plural": "sessions of accounts",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="WatchedPlate",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cameras.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("plate", models.CharField(max_length=16, verbose_name="plate")),
                ("plate_display", models.CharField(max_length=20, verbose_name="plate as written")),
                (
                    "plate_colour",
                    models.CharField(max_length=8, verbose_name="colour of the plate"),
                ),
                ("vehicle_class", models.CharField(max_length=12, verbose_name="class")),
                (
                    "owner_digest",
                    models.BinaryField(max_length=32, verbose_name="keyed digest of the owner"),
                ),
                (
                    "proof",
                    models.CharField(
                        choices=[
                            ("register", "identity is the owner's in the register"),
                            ("paper", "paper of the vehicle, and the owner's one-time code"),
                        ],
                        max_length=8,
                        verbose_name="proof",
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="since")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "end_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("person", "removed by the person"),
                            ("owner", "the register names another owner"),
                            ("gone", "the register no longer knows this plate"),
                        ],
                        max_length=6,
                        verbose_name="why it ended",
                    ),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="watches",
                        to="citizens.citizenaccount",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "watched vehicle",
                "verbose_name_plural": "watched vehicles",
                "ordering": ["plate", "id"],
            },
        ),
        migrations.CreateModel(
            name="PlateAlert",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cameras.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("written_at", models.DateTimeField(verbose_name="written")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "to be sent"),
                            ("told", "told"),
                            ("stopped", "not sent: the vehicle is another's"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("next_attempt_at", models.DateTimeField(verbose_name="next attempt")),
                ("told_at", models.DateTimeField(null=True, verbose_name="told")),
                ("email_sent_at", models.DateTimeField(null=True, verbose_name="e-mail sent")),
                ("sms_sent_at", models.DateTimeField(null=True, verbose_name="text message sent")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alerts",
                        to="citizens.citizenaccount",
                        verbose_name="account",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="violations.violation",
                        verbose_name="case",
                    ),
                ),
                (
                    "watch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="alerts",
                        to="citizens.watchedplate",
                        verbose_name="watched vehicle",
                    ),
                ),
            ],
            options={
                "verbose_name": "alert",
                "verbose_name_plural": "alerts",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="AccountCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cameras.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("sign_in", "signing in"),
                            ("contact", "adding a contact"),
                            ("delete", "deleting the account"),
                        ],
                        max_length=8,
                        verbose_name="purpose",
                    ),
                ),
                (
                    "route",
                    models.CharField(
                        choices=[("email", "e-mail"), ("sms", "text message")],
                        max_length=8,
                        verbose_name="sent by",
                    ),
                ),
                ("contact", models.CharField(max_length=120, verbose_name="contact")),
                ("asked_at", models.DateTimeField(verbose_name="asked for")),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, verbose_name="attempts to send"),
                ),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("used_at", models.DateTimeField(null=True, verbose_name="used")),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="codes",
                        to="citizens.citizenaccount",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "one-time code of an account",
                "verbose_name_plural": "one-time codes of accounts",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("sent_at__isnull", True), ("used_at__isnull", True)),
                        fields=["asked_at"],
                        name="account_code_to_send",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("account__isnull", True), ("purpose", "sign_in")),
                            models.Q(
                                models.Q(("purpose", "sign_in"), _negated=True),
                                ("account__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_code_of_an_account_has_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DataCopy",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cameras.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("language", models.CharField(max_length=8, verbose_name="language")),
                ("asked_at", models.DateTimeField(verbose_name="asked for")),
                ("made_at", models.DateTimeField(null=True, verbose_name="made")),
                ("expires_at", models.DateTimeField(null=True, verbose_name="kept until")),
                ("sealed", models.BinaryField(null=True, verbose_name="contents, sealed")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="copies",
                        to="citizens.citizenaccount",
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "copy of personal data",
                "verbose_name_plural": "copies of personal data",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("made_at__isnull", True)),
                        fields=("account",),
                        name="one_copy_at_a_time",
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="watchedplate",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["plate"], name="watched_now"
            ),
        ),
        migrations.AddConstraint(
            model_name="watchedplate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("account", "plate", "plate_colour"),
                name="one_watch_a_plate",
            ),
        ),
        migrations.AddConstraint(
            model_name="watchedplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("end_reason", ""), ("ended_at__isnull", True)),
                    models.Q(
                        ("ended_at__isnull", False), models.Q(("end_reason", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="a_watch_ends_with_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="platealert",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["next_attempt_at"],
                name="alert_to_send",
            ),
        ),
        migrations.AddConstraint(
            model_name="platealert",
            constraint=models.UniqueConstraint(fields=("account", "case"), name="one_alert_a_case"),
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
