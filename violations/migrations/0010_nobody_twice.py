"""First verdict, second look, settlement and signature: four people, also where it was a rejection.

A rejected case has no verifier, so nothing held the officer who rejected it apart from who looks
again or settles. The look itself is held to the verdict it looks at by a trigger: a CHECK sees one
row only. A corrected name is written into the history of rights, with the old one.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

APART = """
CREATE FUNCTION keep_looks_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decider bigint;
    answering record;
BEGIN
    IF NEW.first_review_id IS NOT NULL THEN
        SELECT officer_id INTO decider FROM violations_reviewdecision
        WHERE id = NEW.first_review_id;
        IF decider IN (NEW.looked_by_id, NEW.adjudicated_by_id) THEN
            RAISE EXCEPTION 'nobody looks again at, or settles, a verdict of their own'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    IF NEW.review_id IS NOT NULL THEN
        SELECT officer_id, case_id INTO answering FROM violations_reviewdecision
        WHERE id = NEW.review_id;
        IF answering.officer_id IS DISTINCT FROM NEW.looked_by_id
                OR answering.case_id IS DISTINCT FROM NEW.case_id THEN
            RAISE EXCEPTION 'a look is answered by a verdict of who looked, on the same case'
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER looks_apart BEFORE INSERT OR UPDATE ON violations_secondlook
    FOR EACH ROW EXECUTE FUNCTION keep_looks_apart();
"""

TOGETHER = """
DROP TRIGGER looks_apart ON violations_secondlook;
DROP FUNCTION keep_looks_apart();
"""

# A person's title for the screen; papers and events keep the name that was printed.
NOTE_NAME = """
CREATE FUNCTION note_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM note_rights_change(NEW.id, 'renamed',
        left(OLD.full_name, 78) || ' → ' || left(NEW.full_name, 78));
    RETURN NULL;
END $$;
CREATE TRIGGER rights_of_names AFTER UPDATE ON citizens_user
    FOR EACH ROW WHEN (NEW.is_staff AND NEW.full_name IS DISTINCT FROM OLD.full_name)
    EXECUTE FUNCTION note_name();
"""

FORGET_NAME = """
DROP TRIGGER rights_of_names ON citizens_user;
DROP FUNCTION note_name();
"""

# Last: rows that were written must not wait for a constraint while tables are altered.
WHO_REJECTED = """
UPDATE violations_violation c SET rejected_by_id = r.officer_id
FROM (
    SELECT DISTINCT ON (case_id) case_id, officer_id FROM violations_reviewdecision
    WHERE role = 'first' AND state = 'final' AND choice = 'reject'
    ORDER BY case_id, id DESC
) r
WHERE r.case_id = c.id AND c.status = 'rejected' AND c.verified_by_id IS NULL
  AND (SELECT step FROM violations_caseevent e WHERE e.case_id = c.id
         AND e.to_status = 'rejected' AND e.from_status <> 'rejected'
       ORDER BY sequence DESC LIMIT 1) = 'reject';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("violations", "0009_paper_kinds"),
    ]

    operations = [
        migrations.AddField(
            model_name="violation",
            name="rejected_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="violations.officer",
                verbose_name="rejected by",
            ),
        ),
        migrations.AddConstraint(
            model_name="violation",
            constraint=models.CheckConstraint(
                condition=~Q(rejected_by=F("second_looked_by"))
                & ~Q(rejected_by=F("adjudicated_by"))
                & ~Q(rejected_by=F("signed_by")),
                name="who_rejects_is_nobody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="violation",
            constraint=models.CheckConstraint(
                condition=Q(rejected_by__isnull=True) | Q(verified_by__isnull=True),
                name="a_case_has_one_first_verdict",
            ),
        ),
        migrations.AlterField(
            model_name="rightschange",
            name="what",
            field=models.CharField(
                choices=[
                    ("granted", "role given"),
                    ("withdrawn", "role taken"),
                    ("opened", "account opened"),
                    ("closed", "account closed"),
                    ("raised", "made a superuser"),
                    ("lowered", "no longer a superuser"),
                    ("moved", "moved to another unit"),
                    ("renamed", "name corrected"),
                    ("titled", "title given or ended"),
                    ("password", "password changed"),
                    ("factor_added", "second factor added"),
                    ("factor_removed", "second factor removed"),
                ],
                max_length=16,
                verbose_name="what",
            ),
        ),
        migrations.RunSQL(APART, TOGETHER),
        migrations.RunSQL(NOTE_NAME, FORGET_NAME),
        migrations.RunSQL(WHO_REJECTED, migrations.RunSQL.noop),
    ]
