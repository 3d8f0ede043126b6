"""Money taken back, sent back, claimed, receipted; no refund goes beyond its payment."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

from violations.migrations import guard_table, unguard_table

GUARDED = {
    "violations_paymentreversal": (),
    "violations_statevoucher": (),
    "violations_refund": (
        "state", "settled_by_id", "settled_at", "sent_at", "done_on", "done_at", "answer",
        "refusal",
    ),
    "violations_paymentclaim": ("state", "closed_by_id", "closed_at", "answer"),
}  # fmt: skip

# Read at commit, so that two refunds or a refund and a reversal at once are seen together.
NO_MORE_THAN_CAME = """
CREATE FUNCTION refuse_refund_beyond_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    came bigint;
    gone bigint;
BEGIN
    SELECT amount_vnd INTO came FROM violations_payment WHERE id = NEW.payment_id;
    SELECT coalesce(sum(amount_vnd), 0) INTO gone FROM violations_refund
        WHERE payment_id = NEW.payment_id AND state <> 'refused';
    IF EXISTS (SELECT 1 FROM violations_paymentreversal WHERE payment_id = NEW.payment_id) THEN
        gone := gone + came;
    END IF;
    IF gone > came THEN
        RAISE EXCEPTION 'more goes back than came' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER violations_refund_is_within_payment
    AFTER INSERT OR UPDATE ON violations_refund
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_refund_beyond_payment();
CREATE CONSTRAINT TRIGGER violations_reversal_is_within_payment
    AFTER INSERT ON violations_paymentreversal
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_refund_beyond_payment();

CREATE FUNCTION refuse_unsettling_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a refund that was paid or refused stays so'
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER violations_refund_end_is_final BEFORE UPDATE ON violations_refund
    FOR EACH ROW WHEN (OLD.state IN ('done', 'refused') AND NEW.state <> OLD.state)
    EXECUTE FUNCTION refuse_unsettling_refund();
"""

UNDO = """
DROP TRIGGER violations_refund_end_is_final ON violations_refund;
DROP FUNCTION refuse_unsettling_refund();
DROP TRIGGER violations_reversal_is_within_payment ON violations_paymentreversal;
DROP TRIGGER violations_refund_is_within_payment ON violations_refund;
DROP FUNCTION refuse_refund_beyond_payment();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cameras", "0006_indexes_at_scale"),
        ("violations", "0012_confirmations"),
    ]

    operations = [
        migrations.CreateModel(
            name="PaymentClaim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("gateway", "on this portal"),
                            ("portal", "National Public Service Portal"),
                            ("bank", "bank transfer"),
                            ("counter", "at a counter"),
                            ("post", "at a post office"),
                        ],
                        max_length=10,
                        verbose_name="way of paying",
                    ),
                ),
                ("paid_on", models.DateField(verbose_name="day of payment")),
                ("amount_vnd", models.BigIntegerField(verbose_name="amount, đồng")),
                (
                    "reference",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="number on the receipt"
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="said")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "being looked for"),
                            ("found", "the money was found"),
                            ("not_found", "no such payment"),
                        ],
                        default="open",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                (
                    "answer",
                    models.CharField(
                        blank=True, max_length=400, verbose_name="answer to the person"
                    ),
                ),
            ],
            options={
                "verbose_name": "claim of payment",
                "verbose_name_plural": "claims of payment",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="PaymentReversal",
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
                            ("returned", "sent back by the bank"),
                            ("chargeback", "taken back by the payer's bank"),
                            ("unmatched", "credited to the wrong decision"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "reference",
                    models.CharField(max_length=60, verbose_name="number of the reversal"),
                ),
                ("reason", models.CharField(max_length=400, verbose_name="reason")),
                ("reversed_on", models.DateField(verbose_name="day of the reversal")),
                ("at", models.DateTimeField(verbose_name="written down")),
            ],
            options={
                "verbose_name": "reversal of a payment",
                "verbose_name_plural": "reversals of payments",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_vnd", models.BigIntegerField(verbose_name="amount, đồng")),
                ("fine_vnd", models.BigIntegerField(verbose_name="of the fine, đồng")),
                (
                    "late_charge_vnd",
                    models.BigIntegerField(verbose_name="of the late charge, đồng"),
                ),
                ("unapplied_vnd", models.BigIntegerField(verbose_name="of the surplus, đồng")),
                (
                    "route",
                    models.CharField(
                        choices=[
                            ("gateway", "through the payment gateway"),
                            ("treasury", "by the State Treasury"),
                        ],
                        max_length=10,
                        verbose_name="way",
                    ),
                ),
                ("basis", models.CharField(max_length=400, verbose_name="ground")),
                (
                    "request_id",
                    models.CharField(
                        help_text="The gateway gets the same number again when it is asked again.",
                        max_length=32,
                        unique=True,
                        verbose_name="number of the request",
                    ),
                ),
                ("requested_at", models.DateTimeField(verbose_name="requested")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("requested", "awaits approval"),
                            ("approved", "approved"),
                            ("sent", "sent, not confirmed"),
                            ("done", "paid back"),
                            ("refused", "refused"),
                        ],
                        default="requested",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True, verbose_name="approved or refused")),
                ("sent_at", models.DateTimeField(null=True, verbose_name="sent")),
                ("done_on", models.DateField(null=True, verbose_name="day of the refund")),
                ("done_at", models.DateTimeField(null=True, verbose_name="paid back")),
                (
                    "answer",
                    models.CharField(
                        blank=True, max_length=60, verbose_name="answer, or number of the payment"
                    ),
                ),
                (
                    "refusal",
                    models.CharField(blank=True, max_length=400, verbose_name="reason of refusal"),
                ),
            ],
            options={
                "verbose_name": "refund",
                "verbose_name_plural": "refunds",
                "ordering": ["-id"],
                "permissions": [
                    ("handle_money", "Can match, receive and refund money"),
                    ("approve_money", "Can approve refunds and large matches"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StateVoucher",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, verbose_name="number of the voucher")),
                ("issued_on", models.DateField(verbose_name="issued")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
            ],
            options={
                "verbose_name": "State voucher",
                "verbose_name_plural": "State vouchers",
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="beneficiary",
            name="accepts_vietqr",
            field=models.BooleanField(
                default=False,
                help_text="Only where the Treasury has said so in writing.",
                verbose_name="accepts transfers by VietQR",
            ),
        ),
        migrations.AddField(
            model_name="beneficiary",
            name="bank_bin",
            field=models.CharField(
                blank=True,
                help_text="Six digits of the bank that keeps the account; needed for a VietQR.",
                max_length=6,
                verbose_name="bank identification number",
            ),
        ),
        migrations.AddConstraint(
            model_name="beneficiary",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepts_vietqr", False),
                    models.Q(("bank_bin", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_vietqr_needs_the_number_of_the_bank",
            ),
        ),
        migrations.AddField(
            model_name="paymentclaim",
            name="case",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payment_claims",
                to="violations.violation",
                verbose_name="case",
            ),
        ),
        migrations.AddField(
            model_name="paymentclaim",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="violations.officer",
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="paymentreversal",
            name="payment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reversal",
                to="violations.payment",
                verbose_name="payment",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="payment",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="violations.payment",
                verbose_name="payment",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="requested_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="violations.officer",
                verbose_name="requested by",
            ),
        ),
        migrations.AddField(
            model_name="refund",
            name="settled_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="violations.officer",
                verbose_name="approved or refused by",
            ),
        ),
        migrations.AddField(
            model_name="statevoucher",
            name="payment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="voucher",
                to="violations.payment",
                verbose_name="payment",
            ),
        ),
        migrations.AddField(
            model_name="statevoucher",
            name="recorded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="violations.officer",
                verbose_name="recorded by",
            ),
        ),
        migrations.AddIndex(
            model_name="paymentclaim",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["made_at"], name="claim_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentclaim",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("case",),
                name="one_open_claim_of_payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_vnd__gt", 0)), name="a_claim_has_an_amount"
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "not_found"), _negated=True),
                    models.Q(
                        ("closed_at__isnull", False),
                        ("closed_by__isnull", False),
                        models.Q(("answer", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_person_says_that_nothing_was_found",
            ),
        ),
        migrations.AddConstraint(
            model_name="paymentreversal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="a_reversal_says_why"
            ),
        ),
        migrations.AddIndex(
            model_name="refund",
            index=models.Index(
                condition=models.Q(("state__in", ["requested", "approved", "sent"])),
                fields=["state", "id"],
                name="refund_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "amount_vnd",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("fine_vnd"), "+", models.F("late_charge_vnd")
                            ),
                            "+",
                            models.F("unapplied_vnd"),
                        ),
                    ),
                    ("amount_vnd__gt", 0),
                    ("fine_vnd__gte", 0),
                    ("late_charge_vnd__gte", 0),
                    ("unapplied_vnd__gte", 0),
                ),
                name="every_dong_is_refunded_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("settled_by__isnull", True),
                    models.Q(("settled_by", models.F("requested_by")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_approves_his_own_refund",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["approved", "sent", "done"]), _negated=True),
                    models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                    _connector="OR",
                ),
                name="a_refund_was_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "done"), _negated=True),
                    models.Q(("done_at__isnull", False), ("done_on__isnull", False)),
                    _connector="OR",
                ),
                name="a_refund_done_has_its_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="refund",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("refusal", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_refused_refund_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="statevoucher",
            constraint=models.UniqueConstraint(
                fields=("number", "issued_on"), name="one_payment_for_a_voucher"
            ),
        ),
        *(
            migrations.RunSQL(guard_table(table, mutable), unguard_table(table))
            for table, mutable in GUARDED.items()
        ),
        migrations.RunSQL(NO_MORE_THAN_CAME, UNDO),
    ]
