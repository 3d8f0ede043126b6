"""What the database itself refuses in a case: altered history, a status set outside the one door,
a posting that does not balance."""

from django.db import migrations

from violations.migrations import guard_table, unguard_table

APPEND_ONLY = (
    "violations_caseevent",
    "violations_accessentry",
    "violations_registeranswer",
    "violations_violationrecord",
    "violations_decision",
    "violations_servicerecord",
    "violations_payment",
    "violations_ledgertransaction",
    "violations_ledgerentry",
)

CLOSING_ONLY = {"violations_penaltyrule": ("effective_until",)}

SEQUENCE = "CREATE SEQUENCE violations_case_number"

STATUS_HAS_ONE_DOOR = """
CREATE FUNCTION refuse_status_without_event() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    standing text;
    told text;
BEGIN
    -- Read at commit: the row may have changed again since this trigger was queued.
    SELECT status INTO standing FROM violations_violation WHERE id = NEW.id;
    SELECT to_status INTO told FROM violations_caseevent
        WHERE case_id = NEW.id ORDER BY sequence DESC LIMIT 1;
    IF standing IS NOT NULL AND standing IS DISTINCT FROM told THEN
        RAISE EXCEPTION 'case status % has no event that says so', standing
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER violations_status_has_its_event
    AFTER INSERT OR UPDATE OF status ON violations_violation
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_status_without_event();
"""

LEDGER_BALANCES = """
CREATE FUNCTION refuse_unbalanced_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount_vnd) FROM violations_ledgerentry
        WHERE transaction_id = NEW.transaction_id) <> 0
    THEN
        RAISE EXCEPTION 'a posting must sum to zero' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER violations_ledger_balances
    AFTER INSERT ON violations_ledgerentry
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse_unbalanced_posting();
"""


class Migration(migrations.Migration):
    dependencies = [("violations", "0001_initial"), ("cameras", "0002_guards")]

    operations = [
        *(migrations.RunSQL(guard_table(table), unguard_table(table)) for table in APPEND_ONLY),
        *(
            migrations.RunSQL(guard_table(table, mutable), unguard_table(table))
            for table, mutable in CLOSING_ONLY.items()
        ),
        migrations.RunSQL(SEQUENCE, "DROP SEQUENCE violations_case_number"),
        migrations.RunSQL(
            STATUS_HAS_ONE_DOOR,
            "DROP TRIGGER violations_status_has_its_event ON violations_violation;"
            "DROP FUNCTION refuse_status_without_event();",
        ),
        migrations.RunSQL(
            LEDGER_BALANCES,
            "DROP TRIGGER violations_ledger_balances ON violations_ledgerentry;"
            "DROP FUNCTION refuse_unbalanced_posting();",
        ),
    ]
