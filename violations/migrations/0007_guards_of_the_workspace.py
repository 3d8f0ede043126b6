"""What the database refuses and writes by itself in the officers' workspace.

Verdicts, answers and samples stay as they were given. Every change of a person's rights is written
down by a trigger in the transaction of the change: a page, a command and a console alike.
"""

from django.db import migrations

from violations.migrations import guard_table, unguard_table

APPEND_ONLY = (
    "violations_reviewpostponement",
    "violations_samplingchange",
    "violations_knownanswer",
    "violations_sessiondocument",
    "violations_papersignature",
    "violations_rightschange",
    "violations_auditsample",
)

CLOSING_ONLY = {
    "violations_reviewdecision": ("state", "refusal", "settled_at"),
    "violations_platereport": ("closed_on", "closed_by_id"),
    "violations_camerapause": ("resumed_by_id", "resumed_at", "finding"),
    "violations_factorrecovery": ("state", "settled_by_id", "settled_at"),
    "violations_emergencyaccess": ("ended_at", "noted_by_id", "noted_at", "finding"),
    "violations_knowncase": ("retires_on",),
}

# The pages say who acts by set_config('portal.actor', id, true), which ends with the transaction.
NOTE_RIGHTS = """
CREATE FUNCTION note_rights_change(person bigint, kind text, words text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO violations_rightschange (user_id, what, detail, changed_by_id, reason, at)
    VALUES (
        person, kind, left(coalesce(words, ''), 160),
        nullif(current_setting('portal.actor', true), '')::bigint,
        left(coalesce(current_setting('portal.reason', true), ''), 400),
        clock_timestamp()
    );
END $$;

CREATE FUNCTION note_change_of_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM note_rights_change(NEW.user_id, 'granted',
            (SELECT name FROM auth_group WHERE id = NEW.group_id));
    ELSE
        PERFORM note_rights_change(OLD.user_id, 'withdrawn',
            (SELECT name FROM auth_group WHERE id = OLD.group_id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rights_of_groups AFTER INSERT OR DELETE ON citizens_user_groups
    FOR EACH ROW EXECUTE FUNCTION note_change_of_role();

CREATE FUNCTION note_change_of_permission() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM note_rights_change(NEW.user_id, 'granted',
            (SELECT codename FROM auth_permission WHERE id = NEW.permission_id));
    ELSE
        PERFORM note_rights_change(OLD.user_id, 'withdrawn',
            (SELECT codename FROM auth_permission WHERE id = OLD.permission_id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rights_of_permissions AFTER INSERT OR DELETE ON citizens_user_user_permissions
    FOR EACH ROW EXECUTE FUNCTION note_change_of_permission();

CREATE FUNCTION note_change_of_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.is_staff THEN
            PERFORM note_rights_change(NEW.id, 'opened', NEW.username);
        END IF;
        IF NEW.is_superuser THEN
            PERFORM note_rights_change(NEW.id, 'raised', NEW.username);
        END IF;
        RETURN NULL;
    END IF;
    IF (NEW.is_active AND NEW.is_staff) IS DISTINCT FROM (OLD.is_active AND OLD.is_staff) THEN
        PERFORM note_rights_change(NEW.id,
            CASE WHEN NEW.is_active AND NEW.is_staff THEN 'opened' ELSE 'closed' END, NEW.username);
    END IF;
    IF NEW.is_superuser IS DISTINCT FROM OLD.is_superuser THEN
        PERFORM note_rights_change(NEW.id,
            CASE WHEN NEW.is_superuser THEN 'raised' ELSE 'lowered' END, NEW.username);
    END IF;
    IF NEW.is_staff AND NEW.password IS DISTINCT FROM OLD.password THEN
        PERFORM note_rights_change(NEW.id, 'password', '');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rights_of_accounts AFTER INSERT OR UPDATE ON citizens_user
    FOR EACH ROW EXECUTE FUNCTION note_change_of_account();

CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.unit_id IS DISTINCT FROM OLD.unit_id THEN
        PERFORM note_rights_change(NEW.user_id, 'moved',
            (SELECT code FROM cameras_unit WHERE id = NEW.unit_id));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rights_of_units AFTER INSERT OR UPDATE ON violations_officer
    FOR EACH ROW EXECUTE FUNCTION note_move();

CREATE FUNCTION note_title() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_rights_change(
        (SELECT user_id FROM violations_officer WHERE id = NEW.officer_id), 'titled',
        NEW.title || ' ' || NEW.from_day || ' – ' || coalesce(NEW.until_day::text, ''));
    RETURN NULL;
END $$;
CREATE TRIGGER rights_of_titles AFTER INSERT OR UPDATE ON violations_officertitle
    FOR EACH ROW EXECUTE FUNCTION note_title();

CREATE FUNCTION note_factor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.type <> 'recovery_codes' THEN
            PERFORM note_rights_change(NEW.user_id, 'factor_added', NEW.type);
        END IF;
    ELSIF OLD.type <> 'recovery_codes' THEN
        PERFORM note_rights_change(OLD.user_id, 'factor_removed', OLD.type);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER rights_of_factors AFTER INSERT OR DELETE ON mfa_authenticator
    FOR EACH ROW EXECUTE FUNCTION note_factor();
"""

FORGET_RIGHTS = """
DROP TRIGGER rights_of_factors ON mfa_authenticator;
DROP TRIGGER rights_of_titles ON violations_officertitle;
DROP TRIGGER rights_of_units ON violations_officer;
DROP TRIGGER rights_of_accounts ON citizens_user;
DROP TRIGGER rights_of_permissions ON citizens_user_user_permissions;
DROP TRIGGER rights_of_groups ON citizens_user_groups;
DROP FUNCTION note_factor();
DROP FUNCTION note_title();
DROP FUNCTION note_move();
DROP FUNCTION note_change_of_account();
DROP FUNCTION note_change_of_permission();
DROP FUNCTION note_change_of_role();
DROP FUNCTION note_rights_change(bigint, text, text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("violations", "0006_officers_workspace"),
        ("citizens", "0001_user"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        *(migrations.RunSQL(guard_table(table), unguard_table(table)) for table in APPEND_ONLY),
        *(
            migrations.RunSQL(guard_table(table, mutable), unguard_table(table))
            for table, mutable in CLOSING_ONLY.items()
        ),
        migrations.RunSQL(NOTE_RIGHTS, FORGET_RIGHTS),
    ]
