"""Counters shared by processes, and what the database refuses about payments and look-ups."""

from django.db import migrations

# UNLOGGED: counters, single-use marks and rate limits may be lost in a crash; they must not cost a
# disk flush each.
CACHE_TABLE = """
CREATE UNLOGGED TABLE portal_cache (
    key text PRIMARY KEY,
    value jsonb NOT NULL,
    expires_at timestamptz
);
CREATE INDEX portal_cache_expiry ON portal_cache (expires_at);
"""

GUARDS = """
CREATE TRIGGER citizens_gatewayevent_stays BEFORE UPDATE OR DELETE ON citizens_gatewayevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_gatewayevent_is_not_emptied BEFORE TRUNCATE ON citizens_gatewayevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_lookupentry_stays BEFORE UPDATE ON citizens_lookupentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_paymentattempt_stays BEFORE UPDATE OR DELETE ON citizens_paymentattempt
    FOR EACH ROW EXECUTE FUNCTION refuse_change(
        'state', 'response_code', 'gateway_transaction', 'settled_at', 'asked_at');

CREATE FUNCTION refuse_unpaying() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a paid attempt stays paid' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER citizens_paymentattempt_paid_is_final BEFORE UPDATE ON citizens_paymentattempt
    FOR EACH ROW WHEN (OLD.state = 'paid' AND NEW.state <> 'paid')
    EXECUTE FUNCTION refuse_unpaying();
"""

UNGUARD = """
DROP TRIGGER citizens_paymentattempt_paid_is_final ON citizens_paymentattempt;
DROP FUNCTION refuse_unpaying();
DROP TRIGGER citizens_paymentattempt_stays ON citizens_paymentattempt;
DROP TRIGGER citizens_lookupentry_stays ON citizens_lookupentry;
DROP TRIGGER citizens_gatewayevent_is_not_emptied ON citizens_gatewayevent;
DROP TRIGGER citizens_gatewayevent_stays ON citizens_gatewayevent;
"""


class Migration(migrations.Migration):
    dependencies = [("citizens", "0002_payments"), ("cameras", "0002_guards")]

    operations = [
        migrations.RunSQL(CACHE_TABLE, "DROP TABLE portal_cache"),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
