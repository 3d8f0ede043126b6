"""What the database refuses in the rows of the whole procedure."""

from django.db import migrations

from violations.migrations import guard_table, unguard_table

APPEND_ONLY = (
    "violations_decidedact",
    "violations_serviceattempt",
    "violations_fineadjustment",
    "violations_pointsentry",
    "violations_agencyresend",
)

DECISION_IS_THE_SUM_OF_ITS_ACTS = """
CREATE FUNCTION refuse_decision_without_its_acts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted bigint;
    found bigint;
BEGIN
    SELECT fine_vnd INTO wanted FROM violations_decision WHERE id = NEW.id;
    SELECT sum(fine_vnd) INTO found FROM violations_decidedact WHERE decision_id = NEW.id;
    IF found IS NULL OR found <> wanted THEN
        RAISE EXCEPTION 'the fine of a decision is the sum of its acts'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER violations_decision_has_its_acts
    AFTER INSERT ON violations_decision
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_decision_without_its_acts();
"""


class Migration(migrations.Migration):
    dependencies = [("violations", "0004_older_rows"), ("cameras", "0002_guards")]

    operations = [
        *(migrations.RunSQL(guard_table(table), unguard_table(table)) for table in APPEND_ONLY),
        migrations.RunSQL(
            DECISION_IS_THE_SUM_OF_ITS_ACTS,
            "DROP TRIGGER violations_decision_has_its_acts ON violations_decision;"
            "DROP FUNCTION refuse_decision_without_its_acts();",
        ),
    ]
