"""What the database itself refuses: to alter or remove an issued paper.

``notices`` depends on no other app, so it carries its own guard function (as ``cameras`` does).
"""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION refuse_paper_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND TG_NARGS > 0
       AND (to_jsonb(OLD) - TG_ARGV::text[]) IS NOT DISTINCT FROM (to_jsonb(NEW) - TG_ARGV::text[])
    THEN
        IF TG_TABLE_NAME <> 'notices_notice' OR OLD.pdf_sha256 = ''
           OR OLD.pdf_sha256 = NEW.pdf_sha256
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% on % refused: what is written there stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION refuse_number_gap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.last_number = OLD.last_number + 1
       AND (to_jsonb(OLD) - 'last_number') IS NOT DISTINCT FROM (to_jsonb(NEW) - 'last_number')
    THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' AND NEW.last_number = 0 THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'paper numbers go up by one'
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER notices_numberseries_counts BEFORE INSERT OR UPDATE OR DELETE ON notices_numberseries
    FOR EACH ROW EXECUTE FUNCTION refuse_number_gap();

CREATE TRIGGER notices_notice_stays BEFORE UPDATE OR DELETE ON notices_notice
    FOR EACH ROW EXECUTE FUNCTION refuse_paper_change(
        'rendering', 'render_attempts', 'render_fault', 'claimed_at', 'rendered_at',
        'pdf_sha256', 'pdf_size', 'pages');
CREATE TRIGGER notices_notice_is_not_emptied BEFORE TRUNCATE ON notices_notice
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_paper_change();
CREATE TRIGGER notices_paperevent_stays BEFORE UPDATE OR DELETE ON notices_paperevent
    FOR EACH ROW EXECUTE FUNCTION refuse_paper_change();
CREATE TRIGGER notices_paperevent_is_not_emptied BEFORE TRUNCATE ON notices_paperevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_paper_change();
"""

REVERSE = """
DROP TRIGGER notices_paperevent_is_not_emptied ON notices_paperevent;
DROP TRIGGER notices_paperevent_stays ON notices_paperevent;
DROP TRIGGER notices_notice_is_not_emptied ON notices_notice;
DROP TRIGGER notices_notice_stays ON notices_notice;
DROP TRIGGER notices_numberseries_counts ON notices_numberseries;
DROP FUNCTION refuse_number_gap();
DROP FUNCTION refuse_paper_change();
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTION, REVERSE)]
