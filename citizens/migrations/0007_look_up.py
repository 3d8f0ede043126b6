"""Plates that no vehicle bears, the alarms they raise, and the look-up as one statement."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER citizens_canaryalarm_stays BEFORE UPDATE OR DELETE ON citizens_canaryalarm
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_canaryalarm_is_not_emptied BEFORE TRUNCATE ON citizens_canaryalarm
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

UNGUARD = """
DROP TRIGGER citizens_canaryalarm_is_not_emptied ON citizens_canaryalarm;
DROP TRIGGER citizens_canaryalarm_stays ON citizens_canaryalarm;
"""

# A look-up is one statement to the caller: what was tried before, the search, both logs and the
# canaries, with one flush to the disk. Plans are kept by the session: made anew they would cost
# three times what they do. A hit, a miss and a canary plate take the same steps. ``reached`` names
# the limits that are used up; then nothing is searched or written, unless a sum was worked out.
# Others keep lists in the cache, and a condition may be tried on every row before the keys are.
REACHED = """
    SELECT jsonb_object_agg(kept.key, kept.value) INTO reached FROM portal_cache kept
    WHERE kept.key = ANY(limit_keys) AND (kept.expires_at IS NULL OR kept.expires_at > now())
        AND CASE WHEN jsonb_typeof(kept.value) = 'number' THEN kept.value::integer END
            >= limit_most[array_position(limit_keys, kept.key)];
    IF reached IS NOT NULL AND NOT is_paid THEN
        RETURN;
    END IF;
"""
LOGS = """
    INSERT INTO citizens_lookupentry (way, subject_digest, network_digest, found, at)
    VALUES ('code', subject, network, (opened IS NOT NULL)::integer, moment);
    INSERT INTO violations_accessentry (case_id, what, level, at)
    SELECT opened, 'case', 'code', moment WHERE opened IS NOT NULL;
    alarms := raise_canaries('code', plates, network, moment);
"""
FUNCTIONS = """
CREATE FUNCTION raise_canaries(way text, plates text[], network bytea, moment timestamptz)
RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
    alarms integer;
BEGIN
    INSERT INTO citizens_canaryalarm (canary_id, way, network_digest, at)
    SELECT canary.id, raise_canaries.way, network, moment FROM citizens_canaryplate canary
    WHERE canary.plate = ANY(plates) AND canary.is_watched;
    GET DIAGNOSTICS alarms = ROW_COUNT;
    RETURN alarms;
END $$;

CREATE FUNCTION look_up_by_code(
    limit_keys text[], limit_most integer[], is_paid boolean, code_digest bytea, plates text[],
    statuses text[], subject bytea, network bytea, moment timestamptz,
    OUT reached jsonb, OUT opened uuid, OUT alarms integer
) LANGUAGE plpgsql AS $$
BEGIN
    /* reached */
    SELECT event.case_id INTO opened
    FROM notices_notice paper
    JOIN violations_caseevent event ON event.notice_id = paper.id
    JOIN violations_violation violation ON violation.id = event.case_id
    WHERE paper.lookup_digest = code_digest
        AND NOT EXISTS (SELECT FROM notices_notice newer WHERE newer.supersedes_id = paper.id)
        AND violation.plate = ANY(plates) AND violation.status = ANY(statuses)
    ORDER BY event.id LIMIT 1;
    /* logs */
END $$;

-- Starts from the plate, which few cases bear: numbers begin anew each year in each unit.
CREATE FUNCTION look_up_by_decision(
    limit_keys text[], limit_most integer[], is_paid boolean, decision_number integer,
    day date, plates text[], statuses text[], subject bytea, network bytea, moment timestamptz,
    OUT reached jsonb, OUT opened uuid, OUT alarms integer
) LANGUAGE plpgsql AS $$
BEGIN
    /* reached */
    SELECT decision.case_id INTO opened
    FROM violations_violation violation
    JOIN violations_decision decision ON decision.case_id = violation.id
    JOIN notices_notice paper ON paper.id = decision.notice_id
    WHERE violation.plate = ANY(plates) AND violation.status = ANY(statuses)
        AND paper.kind = 'MQD02' AND paper.number = decision_number AND paper.issued_on = day
        AND NOT EXISTS (SELECT FROM notices_notice newer WHERE newer.supersedes_id = paper.id)
    ORDER BY decision.id LIMIT 1;
    /* logs */
END $$;

CREATE FUNCTION note_look_up(
    way text, subject bytea, network bytea, shown integer, plates text[], moment timestamptz
) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO citizens_lookupentry (way, subject_digest, network_digest, found, at)
    VALUES (note_look_up.way, subject, network, shown, moment);
    RETURN raise_canaries(note_look_up.way, plates, network, moment);
END $$;
"""
FUNCTIONS = FUNCTIONS.replace("/* reached */", REACHED).replace("/* logs */", LOGS)

NO_FUNCTIONS = """
DROP FUNCTION note_look_up;
DROP FUNCTION look_up_by_decision;
DROP FUNCTION look_up_by_code;
DROP FUNCTION raise_canaries;
"""

WAYS = [("plate", "plate"), ("code", "code")]


class Migration(migrations.Migration):
    dependencies = [
        ("citizens", "0006_statements"),
        ("notices", "0007_guards_of_papers_and_post"),
        ("violations", "0012_confirmations"),
    ]

    operations = [
        migrations.CreateModel(
            name="CanaryPlate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("plate", models.CharField(max_length=20, unique=True, verbose_name="plate")),
                ("note", models.CharField(max_length=200, verbose_name="where it was laid out")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="made"
                    ),
                ),
                ("is_watched", models.BooleanField(default=True, verbose_name="watched")),
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
                "verbose_name": "canary plate",
                "verbose_name_plural": "canary plates",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="CanaryAlarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("way", models.CharField(choices=WAYS, max_length=10, verbose_name="way")),
                (
                    "network_digest",
                    models.BinaryField(
                        max_length=32, verbose_name="keyed digest of the sender's network"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "canary",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="citizens.canaryplate",
                        verbose_name="canary plate",
                    ),
                ),
            ],
            options={
                "verbose_name": "alarm of a canary plate",
                "verbose_name_plural": "alarms of canary plates",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["-at"], name="canary_alarm_by_time")],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
    ]
