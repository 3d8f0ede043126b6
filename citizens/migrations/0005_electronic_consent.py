"""Consents to electronic delivery, the deliveries that rest on them, and one-time codes."""

from django.db import migrations, models
from django.db.models import F, Q

import cameras.identifiers

PROOFS = [
    ("session", "signed on paper at a working session"),
    ("counter", "written request at the counter"),
    ("account", "by the person, identified online"),
]
KEPT = models.PROTECT

# A consent changes once, when it ends; retention may blank where its messages went.
GUARDS = """
CREATE TRIGGER citizens_electronicconsent_stays
    BEFORE UPDATE OR DELETE ON citizens_electronicconsent
    FOR EACH ROW EXECUTE FUNCTION refuse_change(
        'email', 'phone', 'withdrawn_at', 'withdrawal_proof', 'withdrawal_text', 'withdrawn_by_id');
CREATE TRIGGER citizens_electronicconsent_is_not_emptied
    BEFORE TRUNCATE ON citizens_electronicconsent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_consentuse_stays BEFORE UPDATE OR DELETE ON citizens_consentuse
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_consentuse_is_not_emptied BEFORE TRUNCATE ON citizens_consentuse
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE FUNCTION refuse_another_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a consent is not given anew by changing it'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER citizens_electronicconsent_ends_once BEFORE UPDATE ON citizens_electronicconsent
    FOR EACH ROW WHEN (
        (OLD.withdrawn_at IS NOT NULL AND (
            NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at
            OR NEW.withdrawal_text <> OLD.withdrawal_text))
        OR (NEW.email <> OLD.email AND NEW.email <> '')
        OR (NEW.phone <> OLD.phone AND NEW.phone <> ''))
    EXECUTE FUNCTION refuse_another_consent();
"""

UNGUARD = """
DROP TRIGGER citizens_electronicconsent_ends_once ON citizens_electronicconsent;
DROP FUNCTION refuse_another_consent();
DROP TRIGGER citizens_consentuse_is_not_emptied ON citizens_consentuse;
DROP TRIGGER citizens_consentuse_stays ON citizens_consentuse;
DROP TRIGGER citizens_electronicconsent_is_not_emptied ON citizens_electronicconsent;
DROP TRIGGER citizens_electronicconsent_stays ON citizens_electronicconsent;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cameras", "0002_guards"),
        ("citizens", "0004_indexes_at_scale"),
        ("notices", "0010_electronic_delivery"),
        ("violations", "0012_confirmations"),
    ]

    operations = [
        migrations.AlterField(
            model_name="lookupentry",
            name="way",
            field=models.CharField(
                choices=[("plate", "plate"), ("code", "code"), ("inbox", "inbox of papers")],
                max_length=10,
                verbose_name="way",
            ),
        ),
        migrations.CreateModel(
            name="ElectronicConsent",
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
                    "person_digest",
                    models.BinaryField(max_length=32, verbose_name="keyed digest of the person"),
                ),
                (
                    "by_account",
                    models.BooleanField(default=True, verbose_name="inbox of the account"),
                ),
                (
                    "email",
                    models.CharField(blank=True, max_length=120, verbose_name="e-mail address"),
                ),
                (
                    "phone",
                    models.CharField(
                        blank=True, max_length=16, verbose_name="telephone for text messages"
                    ),
                ),
                ("given_at", models.DateTimeField(verbose_name="given")),
                ("proof", models.CharField(choices=PROOFS, max_length=8, verbose_name="proof")),
                (
                    "proof_text",
                    models.CharField(max_length=200, verbose_name="paper or entry that proves it"),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="withdrawn"),
                ),
                (
                    "withdrawal_proof",
                    models.CharField(
                        blank=True,
                        choices=PROOFS,
                        max_length=8,
                        verbose_name="proof of the withdrawal",
                    ),
                ),
                (
                    "withdrawal_text",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="how it was withdrawn"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=KEPT,
                        related_name="+",
                        to="violations.violation",
                        verbose_name="case",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=KEPT,
                        related_name="+",
                        to="violations.sessiondocument",
                        verbose_name="signed paper",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=KEPT,
                        related_name="+",
                        to="violations.officer",
                        verbose_name="recorded by",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=KEPT,
                        related_name="+",
                        to="violations.officer",
                        verbose_name="withdrawal recorded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "consent to electronic delivery",
                "verbose_name_plural": "consents to electronic delivery",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["person_digest", "-id"], name="consents_of_a_person"),
                    models.Index(fields=["-given_at"], name="consent_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(withdrawn_at__isnull=True),
                        fields=("person_digest",),
                        name="one_consent_in_force",
                    ),
                    models.CheckConstraint(
                        condition=Q(withdrawn_at__isnull=False)
                        | ((Q(by_account=True) | ~Q(email="")) & (~Q(email="") | ~Q(phone=""))),
                        name="a_consent_can_be_used",
                    ),
                    models.CheckConstraint(
                        condition=Q(email="")
                        | Q(email__regex=r"^[!-?A-~]+@[a-z0-9.-]+\.[a-z0-9-]+$"),
                        name="an_address_is_plain",
                    ),
                    models.CheckConstraint(
                        condition=Q(phone="") | Q(phone__regex=r"^\+84[0-9]{9}$"),
                        name="a_phone_is_vietnamese",
                    ),
                    models.CheckConstraint(
                        condition=~Q(proof_text="")
                        & (
                            Q(proof="account", recorded_by__isnull=True)
                            | Q(recorded_by__isnull=False)
                        ),
                        name="a_consent_is_proved",
                    ),
                    models.CheckConstraint(
                        condition=~Q(proof="session") | Q(document__isnull=False),
                        name="a_consent_of_a_session_has_its_paper",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            withdrawn_at__isnull=True,
                            withdrawal_proof="",
                            withdrawal_text="",
                            withdrawn_by__isnull=True,
                        )
                        | (
                            Q(withdrawn_at__gte=F("given_at"))
                            & ~Q(withdrawal_text="")
                            & (Q(withdrawal_proof="account") | Q(withdrawn_by__isnull=False))
                        ),
                        name="a_withdrawal_is_proved",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=KEPT,
                        related_name="uses",
                        to="citizens.electronicconsent",
                        verbose_name="consent",
                    ),
                ),
                (
                    "delivery",
                    models.OneToOneField(
                        on_delete=KEPT,
                        related_name="consent_use",
                        to="notices.paperdelivery",
                        verbose_name="delivery",
                    ),
                ),
            ],
            options={
                "verbose_name": "delivery under a consent",
                "verbose_name_plural": "deliveries under consents",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="InboxCode",
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
                    "route",
                    models.CharField(
                        choices=[("email", "e-mail"), ("sms", "text message")],
                        max_length=8,
                        verbose_name="sent by",
                    ),
                ),
                (
                    "new_contact",
                    models.CharField(
                        blank=True,
                        help_text="Left empty: the code goes to the contact of the consent.",
                        max_length=120,
                        verbose_name="new contact to be confirmed",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked for")),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, verbose_name="attempts to send"),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                ("tries", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="used")),
                (
                    "consent",
                    models.ForeignKey(
                        on_delete=KEPT,
                        related_name="codes",
                        to="citizens.electronicconsent",
                        verbose_name="consent",
                    ),
                ),
            ],
            options={
                "verbose_name": "one-time code",
                "verbose_name_plural": "one-time codes",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(
                        condition=Q(sent_at__isnull=True, used_at__isnull=True),
                        fields=["asked_at"],
                        name="inbox_code_to_send",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
