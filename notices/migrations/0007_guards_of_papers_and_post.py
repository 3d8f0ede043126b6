"""What the database refuses in the post room, and the queue of papers issued before it existed.

A void paper stays void, a seal stays, a scan stays; a copy that was handed to the post does not
change; a postal number is not used twice within 24 months (UPU S10 asks for twelve); ranges of
postal numbers do not overlap. The number check holds an advisory lock, so two tables that scan the
same number at once wait for each other.
"""

from django.db import migrations

GUARDS = """
CREATE OR REPLACE FUNCTION refuse_paper_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND TG_NARGS > 0
       AND (to_jsonb(OLD) - TG_ARGV::text[]) IS NOT DISTINCT FROM (to_jsonb(NEW) - TG_ARGV::text[])
       AND (coalesce(to_jsonb(OLD) ->> 'pdf_sha256', '') = ''
            OR to_jsonb(OLD) ->> 'pdf_sha256' = to_jsonb(NEW) ->> 'pdf_sha256')
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION '% on % refused: what is written there stays', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

DROP TRIGGER notices_notice_stays ON notices_notice;
CREATE TRIGGER notices_notice_stays BEFORE UPDATE OR DELETE ON notices_notice
    FOR EACH ROW EXECUTE FUNCTION refuse_paper_change(
        'rendering', 'render_attempts', 'render_fault', 'claimed_at', 'rendered_at',
        'pdf_sha256', 'pdf_size', 'pages', 'unsigned_sha256', 'seal_key_id', 'sealed_at',
        'voided_at', 'voided_by_id', 'void_reason');

CREATE FUNCTION refuse_unvoiding() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.voided_at IS NOT NULL AND (NEW.voided_at, NEW.voided_by_id, NEW.void_reason)
       IS DISTINCT FROM (OLD.voided_at, OLD.voided_by_id, OLD.void_reason) THEN
        RAISE EXCEPTION 'a void paper stays void' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.sealed_at IS NOT NULL
       AND (NEW.sealed_at, NEW.seal_key_id) IS DISTINCT FROM (OLD.sealed_at, OLD.seal_key_id) THEN
        RAISE EXCEPTION 'a seal stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notices_notice_stays_void BEFORE UPDATE ON notices_notice
    FOR EACH ROW EXECUTE FUNCTION refuse_unvoiding();

CREATE TRIGGER notices_scan_stays BEFORE UPDATE OR DELETE ON notices_scan
    FOR EACH ROW EXECUTE FUNCTION refuse_paper_change();
CREATE TRIGGER notices_scan_is_not_emptied BEFORE TRUNCATE ON notices_scan
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_paper_change();
CREATE TRIGGER notices_signingkey_stays BEFORE UPDATE OR DELETE ON notices_signingkey
    FOR EACH ROW EXECUTE FUNCTION refuse_paper_change('retired_at', 'retire_reason');
CREATE TRIGGER notices_paperdelivery_stays BEFORE UPDATE OR DELETE ON notices_paperdelivery
    FOR EACH ROW EXECUTE FUNCTION refuse_paper_change(
        'state', 'attempts', 'next_attempt_at', 'sent_at', 'settled_on', 'settled_at', 'proof',
        'reason', 'envelope_sha256', 'fault', 'destination');

CREATE FUNCTION refuse_posted_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.handed_over_at IS NOT NULL THEN
        RAISE EXCEPTION 'a printed copy is not taken out of the books'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.voided_at IS NOT NULL
       AND to_jsonb(OLD) IS DISTINCT FROM to_jsonb(NEW) THEN
        RAISE EXCEPTION 'a void copy stays void' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notices_printrunitem_stays BEFORE UPDATE OR DELETE ON notices_printrunitem
    FOR EACH ROW EXECUTE FUNCTION refuse_posted_change();

CREATE FUNCTION refuse_used_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.tracking_number = '' THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.tracking_number, 8101));
    IF EXISTS (
        SELECT 1 FROM notices_printrunitem other
        WHERE other.tracking_number = NEW.tracking_number AND other.id IS DISTINCT FROM NEW.id
          AND (other.handed_over_at IS NULL
               OR other.handed_over_at > clock_timestamp() - interval '24 months')
    ) THEN
        RAISE EXCEPTION 'this postal number was used before' USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notices_printrunitem_number BEFORE INSERT OR UPDATE OF tracking_number
    ON notices_printrunitem FOR EACH ROW EXECUTE FUNCTION refuse_used_number();

CREATE FUNCTION refuse_overlapping_range() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(NEW.prefix, 8102));
    IF EXISTS (
        SELECT 1 FROM notices_postrange other
        WHERE other.prefix = NEW.prefix AND other.id IS DISTINCT FROM NEW.id
          AND other.ended_on IS NULL AND NEW.ended_on IS NULL
          AND other.first <= NEW.last AND other.last >= NEW.first
    ) THEN
        RAISE EXCEPTION 'ranges of postal numbers do not overlap'
            USING ERRCODE = 'exclusion_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER notices_postrange_apart BEFORE INSERT OR UPDATE ON notices_postrange
    FOR EACH ROW EXECUTE FUNCTION refuse_overlapping_range();
"""

# Papers issued before deliveries existed: what waited to be printed waits in the queue.
QUEUE = """
INSERT INTO notices_paperdelivery (
    id, notice_id, route, state, unit_code, area, destination, begun_at, begun_by_name,
    attempts, proof, reason, envelope_sha256, fault)
SELECT gen_random_uuid(), paper.id, 'post', 'waiting', paper.unit_code,
       left(coalesce(paper.context -> 'addressee' -> 'lines' ->> -1, ''), 120), '',
       paper.issued_at, 'Hệ thống', 0, '', '', '', ''
FROM notices_notice paper
WHERE paper.kind IN ('TB0173', 'MQD02') AND paper.rendering <> 'failed'
  AND NOT EXISTS (SELECT 1 FROM notices_printrunitem item WHERE item.notice_id = paper.id);
"""

REVERSE = """
DROP TRIGGER notices_postrange_apart ON notices_postrange;
DROP FUNCTION refuse_overlapping_range();
DROP TRIGGER notices_printrunitem_number ON notices_printrunitem;
DROP FUNCTION refuse_used_number();
DROP TRIGGER notices_printrunitem_stays ON notices_printrunitem;
DROP FUNCTION refuse_posted_change();
DROP TRIGGER notices_paperdelivery_stays ON notices_paperdelivery;
DROP TRIGGER notices_signingkey_stays ON notices_signingkey;
DROP TRIGGER notices_scan_is_not_emptied ON notices_scan;
DROP TRIGGER notices_scan_stays ON notices_scan;
DROP TRIGGER notices_notice_stays_void ON notices_notice;
DROP FUNCTION refuse_unvoiding();
DROP TRIGGER notices_notice_stays ON notices_notice;
CREATE TRIGGER notices_notice_stays BEFORE UPDATE OR DELETE ON notices_notice
    FOR EACH ROW EXECUTE FUNCTION refuse_paper_change(
        'rendering', 'render_attempts', 'render_fault', 'claimed_at', 'rendered_at',
        'pdf_sha256', 'pdf_size', 'pages');
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0006_papers_and_post")]

    operations = [
        migrations.RunSQL(GUARDS, REVERSE),
        migrations.RunSQL(QUEUE, migrations.RunSQL.noop),
    ]
