"""Fleets name who drove by machine, hear of it, and are known by their owner's number.

Not reversible once a ``nomination.*`` event was told: its kind is longer than the column was, and
what was told is never taken away. The way back then fails as a whole and changes nothing.
"""

import django.db.models.deletion
from django.db import migrations, models

# The number of an owner may be sealed anew when its key is replaced; its digest stays as it was.
RESEALED = """
DROP TRIGGER citizens_apiright_stays ON citizens_apiright;
CREATE TRIGGER citizens_apiright_stays BEFORE UPDATE OR DELETE ON citizens_apiright
    FOR EACH ROW EXECUTE FUNCTION refuse_change(
        'approved_by_id', 'approved_at', 'ended_at', 'sealed_number');
"""

NOT_RESEALED = """
DROP TRIGGER citizens_apiright_stays ON citizens_apiright;
CREATE TRIGGER citizens_apiright_stays BEFORE UPDATE OR DELETE ON citizens_apiright
    FOR EACH ROW EXECUTE FUNCTION refuse_change('approved_by_id', 'approved_at', 'ended_at');
"""

GUARDS = """
CREATE TRIGGER citizens_apinomination_stays BEFORE UPDATE OR DELETE ON citizens_apinomination
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_apinomination_is_not_emptied BEFORE TRUNCATE ON citizens_apinomination
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

UNGUARD = """
DROP TRIGGER citizens_apinomination_is_not_emptied ON citizens_apinomination;
DROP TRIGGER citizens_apinomination_stays ON citizens_apinomination;
"""

# What becomes of the person the owner's side named, in the transaction in which it happens. Links
# behind him are other people's naming and are told to nobody.
FEED = """
CREATE FUNCTION tell_of_nomination() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text := CASE
        WHEN NEW.state <> OLD.state THEN CASE NEW.state
            WHEN 'accepted' THEN 'nomination.accepted'
            WHEN 'refused' THEN 'nomination.refused'
            WHEN 'passed_on' THEN 'nomination.passed_on'
            WHEN 'withdrawn' THEN 'nomination.withdrawn'
            WHEN 'expired' THEN 'nomination.lapsed'
        END
        WHEN OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL THEN 'nomination.notified'
    END;
BEGIN
    IF told IS NOT NULL THEN
        INSERT INTO citizens_partnerevent (transaction, case_id, case_number, sequence, kind,
            status, unit_id, plate, occurred_on, at)
        SELECT pg_current_xact_id()::text::bigint, kase.id, kase.number,
            (SELECT max(step.sequence) FROM violations_caseevent step WHERE step.case_id = kase.id),
            told, kase.status, kase.unit_id, kase.plate, kase.occurred_on,
            coalesce(NEW.answered_at, NEW.sent_at)
        FROM violations_violation kase
        WHERE kase.id = NEW.case_id AND kase.notified_on IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER citizens_nomination_tells_partners AFTER UPDATE ON citizens_nomination
    FOR EACH ROW WHEN (NEW.depth = 1 AND (NEW.state, NEW.sent_at) IS DISTINCT FROM
        (OLD.state, OLD.sent_at))
    EXECUTE FUNCTION tell_of_nomination();
"""

NO_FEED = """
DROP TRIGGER citizens_nomination_tells_partners ON citizens_nomination;
DROP FUNCTION tell_of_nomination();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cameras", "0006_indexes_at_scale"),
        ("citizens", "0013_keeping"),
        ("violations", "0015_person_of_a_case"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiNomination",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=64, verbose_name="key of the sending")),
                (
                    "body_digest",
                    models.BinaryField(max_length=32, verbose_name="keyed digest of what was sent"),
                ),
                ("made_at", models.DateTimeField(verbose_name="made")),
            ],
            options={
                "verbose_name": "nomination by machine",
                "verbose_name_plural": "nominations by machine",
                "ordering": ["-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="partnerevent",
            name="one_event_told_per_number",
        ),
        migrations.AddField(
            model_name="apiright",
            name="owner_digest",
            field=models.BinaryField(
                max_length=32, null=True, verbose_name="keyed digest of the owner"
            ),
        ),
        migrations.AddField(
            model_name="apiright",
            name="sealed_number",
            field=models.BinaryField(null=True, verbose_name="number of the owner, sealed"),
        ),
        migrations.AlterField(
            model_name="apiright",
            name="what",
            field=models.CharField(
                choices=[
                    ("scope", "scope"),
                    ("unit", "cases of the unit"),
                    ("plate", "cases of the vehicle"),
                    ("owner", "cases of the vehicles registered to the number"),
                ],
                max_length=5,
                verbose_name="what",
            ),
        ),
        migrations.AlterField(
            model_name="partnerevent",
            name="kind",
            field=models.CharField(
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
                    ("nomination.notified", "the person named was told"),
                    ("nomination.accepted", "the person named says that he drove"),
                    ("nomination.refused", "the person named says that he did not drive"),
                    ("nomination.passed_on", "the person named has named another"),
                    ("nomination.withdrawn", "taken back by whoever named"),
                    ("nomination.lapsed", "no answer in time"),
                ],
                max_length=24,
                verbose_name="kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="apiright",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("owner_digest__isnull", False),
                        ("sealed_number__isnull", False),
                        ("what", "owner"),
                    ),
                    models.Q(
                        models.Q(("what", "owner"), _negated=True),
                        ("owner_digest__isnull", True),
                        ("sealed_number__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="an_owner_is_known_by_his_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="partnerevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind__startswith", "case.")),
                fields=("case", "sequence"),
                name="one_event_told_per_number",
            ),
        ),
        migrations.AddField(
            model_name="apinomination",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="nominations",
                to="citizens.apiclient",
                verbose_name="client",
            ),
        ),
        migrations.AddField(
            model_name="apinomination",
            name="nomination",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sent_by",
                to="citizens.nomination",
                verbose_name="person named as driver",
            ),
        ),
        migrations.AddConstraint(
            model_name="apinomination",
            constraint=models.UniqueConstraint(
                fields=("client", "key"), name="a_sending_names_once"
            ),
        ),
        migrations.AddIndex(
            model_name="partnerevent",
            index=models.Index(fields=["case", "id"], name="events_told_of_a_case"),
        ),
        migrations.RunSQL(RESEALED, NOT_RESEALED),
        migrations.RunSQL(GUARDS, UNGUARD),
        migrations.RunSQL(FEED, NO_FEED),
    ]
