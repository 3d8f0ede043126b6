"""Who asks by machine, what they are told, their webhooks, and the open figures."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import cameras.identifiers

GUARDS = """
CREATE TRIGGER citizens_clientchange_stays BEFORE UPDATE OR DELETE ON citizens_clientchange
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_partnerevent_stays BEFORE UPDATE OR DELETE ON citizens_partnerevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_figurerelease_stays BEFORE UPDATE OR DELETE ON citizens_figurerelease
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_openfigure_stays BEFORE UPDATE OR DELETE ON citizens_openfigure
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_clientchange_is_not_emptied BEFORE TRUNCATE ON citizens_clientchange
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_partnerevent_is_not_emptied BEFORE TRUNCATE ON citizens_partnerevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_figurerelease_is_not_emptied BEFORE TRUNCATE ON citizens_figurerelease
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_openfigure_is_not_emptied BEFORE TRUNCATE ON citizens_openfigure
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- The sweep deletes old calls; nobody changes one.
CREATE TRIGGER citizens_apiuse_stays BEFORE UPDATE ON citizens_apiuse
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_apikey_stays BEFORE UPDATE OR DELETE ON citizens_apikey
    FOR EACH ROW EXECUTE FUNCTION refuse_change('expires_at', 'revoked_at', 'last_used_on');
CREATE TRIGGER citizens_apiright_stays BEFORE UPDATE OR DELETE ON citizens_apiright
    FOR EACH ROW EXECUTE FUNCTION refuse_change('approved_by_id', 'approved_at', 'ended_at');
CREATE TRIGGER citizens_webhookdelivery_stays BEFORE UPDATE OR DELETE ON citizens_webhookdelivery
    FOR EACH ROW EXECUTE FUNCTION refuse_change(
        'state', 'attempts', 'next_attempt_at', 'fault', 'delivered_at');
"""

UNGUARD = """
DROP TRIGGER citizens_webhookdelivery_stays ON citizens_webhookdelivery;
DROP TRIGGER citizens_apiright_stays ON citizens_apiright;
DROP TRIGGER citizens_apikey_stays ON citizens_apikey;
DROP TRIGGER citizens_apiuse_stays ON citizens_apiuse;
DROP TRIGGER citizens_openfigure_is_not_emptied ON citizens_openfigure;
DROP TRIGGER citizens_figurerelease_is_not_emptied ON citizens_figurerelease;
DROP TRIGGER citizens_partnerevent_is_not_emptied ON citizens_partnerevent;
DROP TRIGGER citizens_clientchange_is_not_emptied ON citizens_clientchange;
DROP TRIGGER citizens_openfigure_stays ON citizens_openfigure;
DROP TRIGGER citizens_figurerelease_stays ON citizens_figurerelease;
DROP TRIGGER citizens_partnerevent_stays ON citizens_partnerevent;
DROP TRIGGER citizens_clientchange_stays ON citizens_clientchange;
"""

# A milestone is told of in the transaction of the step it follows from, whoever takes it. The case
# is saved before its event, so its row here is the new one. Before the notice nobody is told.
FEED = """
CREATE FUNCTION tell_partners() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text := CASE NEW.to_status
        WHEN 'notified' THEN 'case.notified'
        WHEN 'recorded' THEN 'case.recorded'
        WHEN 'decided' THEN
            CASE WHEN NEW.from_status IN ('paid', 'closed') THEN 'case.reopened'
                ELSE 'case.decided' END
        WHEN 'served' THEN
            CASE WHEN NEW.from_status IN ('paid', 'closed') THEN 'case.reopened'
                ELSE 'case.served' END
        WHEN 'enforced' THEN 'case.enforced'
        WHEN 'paid' THEN 'case.paid'
        WHEN 'closed' THEN 'case.closed'
        WHEN 'annulled' THEN 'case.cancelled'
        WHEN 'dismissed' THEN 'case.ended'
        WHEN 'time_barred' THEN 'case.ended'
        WHEN 'lapsed' THEN 'case.ended'
    END;
BEGIN
    IF told IS NOT NULL THEN
        INSERT INTO citizens_partnerevent (transaction, case_id, case_number, sequence, kind,
            status, unit_id, plate, occurred_on, at)
        SELECT pg_current_xact_id()::text::bigint, kase.id, kase.number, NEW.sequence, told,
            NEW.to_status, kase.unit_id, kase.plate, kase.occurred_on, NEW.at
        FROM violations_violation kase
        WHERE kase.id = NEW.case_id AND kase.notified_on IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER violations_caseevent_tells_partners AFTER INSERT ON violations_caseevent
    FOR EACH ROW WHEN (NEW.from_status IS DISTINCT FROM NEW.to_status)
    EXECUTE FUNCTION tell_partners();
"""

NO_FEED = """
DROP TRIGGER violations_caseevent_tells_partners ON violations_caseevent;
DROP FUNCTION tell_partners();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cameras", "0006_indexes_at_scale"),
        ("citizens", "0010_accounts"),
        ("violations", "0014_service_by_one_door"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiClient",
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
                ("name", models.CharField(max_length=160, unique=True, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[("agency", "agency"), ("fleet", "fleet")],
                        max_length=6,
                        verbose_name="kind",
                    ),
                ),
                (
                    "contact",
                    models.EmailField(
                        max_length=120, verbose_name="e-mail address of its operators"
                    ),
                ),
                (
                    "per_minute",
                    models.PositiveIntegerField(
                        default=60,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(6000),
                        ],
                        verbose_name="calls a minute",
                    ),
                ),
                (
                    "per_day",
                    models.PositiveIntegerField(
                        default=10000,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(5000000),
                        ],
                        verbose_name="calls a day",
                    ),
                ),
                (
                    "networks",
                    models.JSONField(
                        blank=True,
                        default=list,
                        verbose_name="networks it may call from; empty: any",
                    ),
                ),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "client of the partner API",
                "verbose_name_plural": "clients of the partner API",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "prefix",
                    models.CharField(max_length=12, unique=True, verbose_name="begins with"),
                ),
                (
                    "secret_digest",
                    models.BinaryField(max_length=32, verbose_name="keyed digest of the key"),
                ),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("revoked_at", models.DateTimeField(null=True, verbose_name="revoked")),
                ("last_used_on", models.DateField(null=True, verbose_name="last used")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="keys",
                        to="citizens.apiclient",
                        verbose_name="client",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "key of a client",
                "verbose_name_plural": "keys of clients",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ApiRight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("scope", "scope"),
                            ("unit", "cases of the unit"),
                            ("plate", "cases of the vehicle"),
                        ],
                        max_length=5,
                        verbose_name="what",
                    ),
                ),
                ("value", models.CharField(max_length=20, verbose_name="which")),
                ("from_on", models.DateField(null=True, verbose_name="owned from")),
                ("until_on", models.DateField(null=True, verbose_name="owned until")),
                ("reason", models.CharField(max_length=400, verbose_name="ground and proof")),
                ("asked_at", models.DateTimeField(verbose_name="asked")),
                ("approved_at", models.DateTimeField(null=True, verbose_name="approved")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rights",
                        to="citizens.apiclient",
                        verbose_name="client",
                    ),
                ),
            ],
            options={
                "verbose_name": "right of a client",
                "verbose_name_plural": "rights of clients",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="ApiUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("route", models.CharField(max_length=60, verbose_name="address")),
                ("status", models.PositiveSmallIntegerField(verbose_name="answer")),
                ("shown", models.PositiveIntegerField(default=0, verbose_name="rows shown")),
                (
                    "network_digest",
                    models.BinaryField(
                        max_length=32, verbose_name="keyed digest of the sender's network"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="api_uses",
                        to="violations.violation",
                        verbose_name="case",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uses",
                        to="citizens.apiclient",
                        verbose_name="client",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="citizens.apikey",
                        verbose_name="key",
                    ),
                ),
            ],
            options={
                "verbose_name": "call of the partner API",
                "verbose_name_plural": "calls of the partner API",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ClientChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("made", "client made"),
                            ("revoked", "client revoked"),
                            ("limits", "quota or networks changed"),
                            ("key_issued", "key issued"),
                            ("key_revoked", "key revoked"),
                            ("right_asked", "right asked"),
                            ("right_approved", "right approved"),
                            ("right_ended", "right ended or refused"),
                            ("hook_added", "webhook added"),
                            ("hook_stopped", "webhook stopped"),
                            ("hook_disabled", "webhook disabled: it failed for days"),
                            ("hook_resumed", "webhook resumed"),
                            ("secret_rotated", "secret of the webhook renewed"),
                            ("sent_again", "messages sent again"),
                        ],
                        max_length=16,
                        verbose_name="what",
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=200, verbose_name="detail")),
                ("reason", models.CharField(max_length=400, verbose_name="reason")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="citizens.apiclient",
                        verbose_name="client",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a client",
                "verbose_name_plural": "changes of clients",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="FigureRelease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("month", models.DateField(verbose_name="month, its first day")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                (
                    "least",
                    models.PositiveSmallIntegerField(
                        verbose_name="fewest cases a figure stands for"
                    ),
                ),
                (
                    "correction",
                    models.CharField(blank=True, max_length=400, verbose_name="what was corrected"),
                ),
                ("is_sample", models.BooleanField(default=False, verbose_name="fictitious")),
                ("published_at", models.DateTimeField(verbose_name="published")),
            ],
            options={
                "verbose_name": "release of open figures",
                "verbose_name_plural": "releases of open figures",
                "ordering": ["-month", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "version"), name="one_release_a_version"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("correction", ""), ("version", 1)),
                            models.Q(
                                ("version__gt", 1), models.Q(("correction", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="a_correction_says_what",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("month__day", 1)), name="a_month_begins_on_the_first"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpenFigure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("detections", "violations seen by cameras"),
                            ("rejections", "rejected at review"),
                            ("camera_rejections", "rejected at review, by camera"),
                            ("contests", "contested"),
                            ("outcomes", "outcomes of contests"),
                            ("closed", "closed"),
                            ("days_to_close", "days from detection to closing"),
                        ],
                        max_length=18,
                        verbose_name="measure",
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("country", "country"),
                            ("province", "province"),
                            ("unit", "unit"),
                        ],
                        max_length=8,
                        verbose_name="level",
                    ),
                ),
                (
                    "province",
                    models.CharField(blank=True, max_length=2, verbose_name="province code"),
                ),
                (
                    "unit",
                    models.CharField(blank=True, max_length=20, verbose_name="code of the unit"),
                ),
                ("category", models.CharField(blank=True, max_length=40, verbose_name="kind")),
                ("value", models.PositiveIntegerField(null=True, verbose_name="figure")),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="citizens.figurerelease",
                        verbose_name="release",
                    ),
                ),
            ],
            options={
                "verbose_name": "open figure",
                "verbose_name_plural": "open figures",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PartnerEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("transaction", models.BigIntegerField(verbose_name="transaction")),
                ("case_number", models.CharField(max_length=20, verbose_name="case number")),
                ("sequence", models.PositiveIntegerField(verbose_name="number within the case")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("case.notified", "notice sent"),
                            ("case.recorded", "record made"),
                            ("case.decided", "decided"),
                            ("case.served", "decision received"),
                            ("case.enforced", "under enforcement"),
                            ("case.paid", "paid"),
                            ("case.closed", "closed"),
                            ("case.reopened", "open again"),
                            ("case.cancelled", "decision cancelled"),
                            ("case.ended", "ended without a sanction"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("status", models.CharField(max_length=20, verbose_name="status")),
                ("plate", models.CharField(max_length=16, verbose_name="plate")),
                ("occurred_on", models.DateField(verbose_name="day of the violation")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "case",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="partner_events",
                        to="violations.violation",
                        verbose_name="case",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="cameras.unit",
                        verbose_name="handling unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "event for partners",
                "verbose_name_plural": "events for partners",
                "ordering": ["transaction", "id"],
            },
        ),
        migrations.CreateModel(
            name="WebhookEndpoint",
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
                ("url", models.CharField(max_length=400, verbose_name="address")),
                ("kinds", models.JSONField(verbose_name="kinds of events")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "active"),
                            ("stopped", "stopped by a person"),
                            ("disabled", "disabled: it failed for days"),
                        ],
                        default="active",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "secret_version",
                    models.PositiveSmallIntegerField(
                        default=1, verbose_name="version of the secret"
                    ),
                ),
                (
                    "former_until",
                    models.DateTimeField(null=True, verbose_name="former secret signs until"),
                ),
                ("seen_transaction", models.BigIntegerField(verbose_name="told up to transaction")),
                ("seen_id", models.BigIntegerField(verbose_name="told up to event")),
                ("failing_since", models.DateTimeField(null=True, verbose_name="fails since")),
                ("made_at", models.DateTimeField(verbose_name="made")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="endpoints",
                        to="citizens.apiclient",
                        verbose_name="client",
                    ),
                ),
            ],
            options={
                "verbose_name": "webhook",
                "verbose_name_plural": "webhooks",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="WebhookDelivery",
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
                ("case_number", models.CharField(max_length=20, verbose_name="case number")),
                ("sequence", models.PositiveIntegerField(verbose_name="number within the case")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "to be sent"),
                            ("delivered", "delivered"),
                            ("given_up", "given up: a person must look"),
                        ],
                        default="waiting",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("next_attempt_at", models.DateTimeField(verbose_name="next attempt")),
                ("fault", models.CharField(blank=True, max_length=80, verbose_name="fault")),
                ("delivered_at", models.DateTimeField(null=True, verbose_name="delivered")),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="citizens.partnerevent",
                        verbose_name="event",
                    ),
                ),
                (
                    "endpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="citizens.webhookendpoint",
                        verbose_name="webhook",
                    ),
                ),
            ],
            options={
                "verbose_name": "message to a webhook",
                "verbose_name_plural": "messages to webhooks",
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.CheckConstraint(
                condition=models.Q(("per_day__gte", 1), ("per_minute__gte", 1)),
                name="a_client_has_a_quota",
            ),
        ),
        migrations.AddConstraint(
            model_name="apiclient",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("made_at"))),
                name="a_client_expires_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="apikey",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("made_at"))),
                name="a_key_expires_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="apiright",
            constraint=models.CheckConstraint(
                condition=models.Q(("approved_by", models.F("asked_by")), _negated=True),
                name="a_right_needs_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="apiright",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                    models.Q(("approved_at__isnull", False), ("approved_by__isnull", False)),
                    _connector="OR",
                ),
                name="an_approved_right_has_its_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="apiright",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), _negated=True), models.Q(("value", ""), _negated=True)
                ),
                name="a_right_says_what_and_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="apiright",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("what", "plate"), _negated=True),
                    ("from_on__isnull", False),
                    _connector="OR",
                ),
                name="a_plate_is_owned_from_a_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="apiright",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("client", "what", "value"),
                name="one_open_right_of_a_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="apiuse",
            index=models.Index(fields=["client", "-id"], name="calls_of_a_client"),
        ),
        migrations.AddIndex(
            model_name="apiuse",
            index=models.Index(fields=["at"], name="calls_by_time"),
        ),
        migrations.AddIndex(
            model_name="clientchange",
            index=models.Index(fields=["client", "-id"], name="changes_of_a_client"),
        ),
        migrations.AddConstraint(
            model_name="clientchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="a_change_of_a_client_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="openfigure",
            constraint=models.UniqueConstraint(
                fields=("release", "measure", "level", "province", "unit", "category"),
                name="one_figure_a_cell",
            ),
        ),
        migrations.AddIndex(
            model_name="partnerevent",
            index=models.Index(fields=["transaction", "id"], name="events_told_in_order"),
        ),
        migrations.AddIndex(
            model_name="partnerevent",
            index=models.Index(fields=["unit", "transaction", "id"], name="events_told_of_a_unit"),
        ),
        migrations.AddIndex(
            model_name="partnerevent",
            index=models.Index(
                fields=["plate", "transaction", "id"], name="events_told_of_a_plate"
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerevent",
            constraint=models.UniqueConstraint(
                fields=("case", "sequence"), name="one_event_told_per_number"
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["next_attempt_at"],
                name="hook_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["endpoint", "case_number", "sequence"],
                name="hook_in_order",
            ),
        ),
        migrations.AddIndex(
            model_name="webhookdelivery",
            index=models.Index(fields=["endpoint", "-id"], name="hook_messages_newest"),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.UniqueConstraint(
                fields=("endpoint", "event"), name="one_message_an_event"
            ),
        ),
        migrations.AddConstraint(
            model_name="webhookdelivery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "delivered"), _negated=True),
                    ("delivered_at__isnull", False),
                    _connector="OR",
                ),
                name="a_delivered_message_has_its_moment",
            ),
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
        migrations.RunSQL(FEED, NO_FEED),
    ]
