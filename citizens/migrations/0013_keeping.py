"""What people wrote is erased when its time is over; who comes by appointment is reminded once.

What is kept of a person's words changes in one way alone: all of it is blanked at once, with the
moment, and stays blank. Everything else of the row is as the earlier guards left it.
"""

import django.db.models.deletion
from django.db import migrations, models

from violations.migrations import guard_table, unguard_table

SETTLED = ("act", "state", "settled_at", "settled_by_id", "answer", "plate_report_id")
STATED = ("born_on", "state", "settled_by_id", "settled_at", "answer")
NAMED = ("attempts", "sent_at", "printed_by_id", "opened_at", "state", "answered_at", "answer")
#: Table and stamp to the words that an erasure alone may change, and to what goes with them though
#: it may be written later too.
ERASED = {
    ("citizens_submission", "erased_at"): (
        ("text", "statement", "writer_name", "contact", "address", "person"),
        ("answer",),
    ),
    ("citizens_submissionfile", "erased_at"): (("name",), ()),
    ("citizens_driverstatement", "erased_at"): (
        (
            "full_name", "born_on", "identity_number", "address", "licence_number",
            "licence_classes", "text",
        ),
        ("answer",),
    ),
    ("citizens_nomination", "contact_erased_at"): (("address", "email", "phone"), ()),
    ("citizens_nomination", "erased_at"): (("full_name", "proof_text"), ("answer",)),
}  # fmt: skip
#: What else may be written, as before.
MUTABLE = {
    "citizens_submission": SETTLED,
    "citizens_submissionfile": (),
    "citizens_driverstatement": STATED,
    "citizens_nomination": NAMED,
}
#: The guards of before, for the way back: a statement's words could be blanked one by one.
FORMER_WORDS = {
    "citizens_driverstatement": (
        "full_name", "identity_number", "address", "licence_number", "licence_classes", "text",
    ),
    "citizens_nomination": ("full_name", "address", "email", "phone", "proof_text"),
}  # fmt: skip

FUNCTION = """
CREATE FUNCTION erase_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stamp text := TG_ARGV[0];
    words text[] := string_to_array(TG_ARGV[1], ',');
    besides text[] := string_to_array(TG_ARGV[2], ',');
    former jsonb := to_jsonb(OLD);
    latter jsonb := to_jsonb(NEW);
    kept text[] := words;
    word text;
BEGIN
    IF former->stamp IS NOT DISTINCT FROM latter->stamp THEN
        IF former->>stamp IS NOT NULL THEN
            kept := words || besides;
        END IF;
        FOREACH word IN ARRAY kept LOOP
            IF former->word IS DISTINCT FROM latter->word THEN
                RAISE EXCEPTION '% refused: what a person said is not said anew', TG_TABLE_NAME
                    USING ERRCODE = 'restrict_violation';
            END IF;
        END LOOP;
        RETURN NEW;
    END IF;
    IF former->>stamp IS NOT NULL OR latter->>stamp IS NULL THEN
        RAISE EXCEPTION '% refused: what was erased stays erased', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    FOREACH word IN ARRAY words || besides LOOP
        IF latter->word NOT IN ('""'::jsonb, '{}'::jsonb, 'null'::jsonb) THEN
            RAISE EXCEPTION '% refused: an erasure takes all of it', TG_TABLE_NAME
                USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    kept := words || besides || stamp;
    IF (former - kept) IS DISTINCT FROM (latter - kept) THEN
        RAISE EXCEPTION '% refused: an erasure changes nothing else', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

# What was erased cannot come back; the checks of before want something in its place.
FILLED = """
UPDATE citizens_submission SET writer_name = '-', text = '-',
    address = CASE WHEN kind = 'complaint' THEN '-' ELSE '' END,
    answer = CASE WHEN state = 'returned' THEN '-' ELSE '' END
    WHERE erased_at IS NOT NULL;
UPDATE citizens_driverstatement SET answer = '-'
    WHERE erased_at IS NOT NULL AND state = 'set_aside';
UPDATE citizens_nomination SET answer = '-' WHERE erased_at IS NOT NULL AND state = 'refused';
"""


def stays(table: str, mutable: tuple[str, ...]) -> str:
    """Return the trigger that lets these columns alone be written."""
    allowed = ", ".join(f"'{name}'" for name in mutable)
    return f"""
CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change({allowed});
"""


def guards() -> str:
    """Return the triggers under which what people wrote is erased whole, and else stays."""
    parts = [FUNCTION]
    for table, mutable in MUTABLE.items():
        stamps = {stamp: both for (name, stamp), both in ERASED.items() if name == table}
        erased = [
            name for stamp, (words, besides) in stamps.items() for name in (stamp, *words, *besides)
        ]
        parts.append(f"DROP TRIGGER {table}_stays ON {table};")
        parts.append(stays(table, (*mutable, *erased)))
        if table in FORMER_WORDS:
            parts.append(f"DROP TRIGGER {table}_is_not_rewritten ON {table};")
        parts += [
            f"""
CREATE TRIGGER {table}_{stamp}_once BEFORE UPDATE ON {table}
    FOR EACH ROW EXECUTE FUNCTION erase_whole('{stamp}', '{",".join(words)}',
        '{",".join(besides)}');
"""
            for stamp, (words, besides) in stamps.items()
        ]
    return "".join(parts)


def unguards() -> str:
    """Return what puts the guards of before in their place."""
    parts = [f"DROP TRIGGER {table}_{stamp}_once ON {table};" for table, stamp in ERASED]
    parts += [f"DROP TRIGGER {table}_stays ON {table};" for table in MUTABLE]
    parts.append(FILLED)
    for table, mutable in MUTABLE.items():
        words = FORMER_WORDS.get(table, ())
        parts.append(stays(table, (*words, *mutable)))
        if words:
            rewritten = " OR ".join(
                f"(NEW.{name} <> OLD.{name} AND NEW.{name} <> '')" for name in words
            )
            parts.append(f"""
CREATE TRIGGER {table}_is_not_rewritten BEFORE UPDATE ON {table}
    FOR EACH ROW WHEN ({rewritten}) EXECUTE FUNCTION refuse_another_word();
""")
    return "\n".join([*parts, "DROP FUNCTION erase_whole();"])


class Migration(migrations.Migration):
    dependencies = [
        ("cameras", "0006_indexes_at_scale"),
        ("citizens", "0012_look_up_plans"),
        ("violations", "0015_person_of_a_case"),
    ]

    operations = [
        migrations.CreateModel(
            name="AppointmentReminder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "to be sent"),
                            ("told", "told"),
                            ("stopped", "nobody to be told"),
                        ],
                        default="waiting",
                        max_length=7,
                        verbose_name="state",
                    ),
                ),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, verbose_name="attempts to send"),
                ),
                ("next_attempt_at", models.DateTimeField(verbose_name="next attempt")),
                ("email_sent_at", models.DateTimeField(null=True, verbose_name="e-mail sent")),
                ("sms_sent_at", models.DateTimeField(null=True, verbose_name="text message sent")),
                ("told_at", models.DateTimeField(null=True, verbose_name="told")),
            ],
            options={
                "verbose_name": "reminder of an appointment",
                "verbose_name_plural": "reminders of appointments",
            },
        ),
        migrations.CreateModel(
            name="Erasure",
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
                            ("words", "what people wrote in a case"),
                            ("contact", "contacts of people named who did not accept"),
                            ("fleet", "lines of fleet files"),
                        ],
                        max_length=8,
                        verbose_name="what",
                    ),
                ),
                ("row_count", models.PositiveIntegerField(verbose_name="rows")),
                ("file_count", models.PositiveIntegerField(default=0, verbose_name="files")),
                ("ground", models.CharField(max_length=200, verbose_name="ground")),
                ("erased_at", models.DateTimeField(verbose_name="erased")),
            ],
            options={
                "verbose_name": "erasure",
                "verbose_name_plural": "erasures",
                "ordering": ["-id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="driverstatement",
            name="a_statement_set_aside_has_its_answer",
        ),
        migrations.RemoveConstraint(
            model_name="nomination",
            name="a_refused_nomination_says_why",
        ),
        migrations.RemoveConstraint(
            model_name="submission",
            name="a_returned_answer_has_its_reason",
        ),
        migrations.RemoveConstraint(
            model_name="submission",
            name="an_answer_says_something_of_somebody",
        ),
        migrations.RemoveConstraint(
            model_name="submission",
            name="a_complaint_has_its_address",
        ),
        migrations.AddField(
            model_name="driverstatement",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="erased"),
        ),
        migrations.AddField(
            model_name="fleetrow",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="erased"),
        ),
        migrations.AddField(
            model_name="nomination",
            name="contact_erased_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="contact erased"),
        ),
        migrations.AddField(
            model_name="nomination",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="erased"),
        ),
        migrations.AddField(
            model_name="submission",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="erased"),
        ),
        migrations.AddField(
            model_name="submissionfile",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="erased"),
        ),
        migrations.AddIndex(
            model_name="appointmentslot",
            index=models.Index(fields=["starts_at"], name="slot_by_time"),
        ),
        migrations.AddIndex(
            model_name="driverstatement",
            index=models.Index(
                condition=models.Q(("erased_at__isnull", True)),
                fields=["made_at"],
                name="statement_to_erase",
            ),
        ),
        migrations.AddIndex(
            model_name="fleetrow",
            index=models.Index(
                condition=models.Q(("erased_at__isnull", True)),
                fields=["until_on"],
                name="fleet_row_to_erase",
            ),
        ),
        migrations.AddIndex(
            model_name="nomination",
            index=models.Index(
                condition=models.Q(("erased_at__isnull", True)),
                fields=["named_at"],
                name="nomination_to_erase",
            ),
        ),
        migrations.AddIndex(
            model_name="nomination",
            index=models.Index(
                condition=models.Q(
                    ("contact_erased_at__isnull", True),
                    ("state__in", ["refused", "withdrawn", "expired"]),
                ),
                fields=["answered_at"],
                name="contact_to_erase",
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                condition=models.Q(("erased_at__isnull", True)),
                fields=["received_at"],
                name="answer_to_erase",
            ),
        ),
        migrations.AddConstraint(
            model_name="driverstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "set_aside"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    ("erased_at__isnull", False),
                    _connector="OR",
                ),
                name="a_statement_set_aside_has_its_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    ("erased_at__isnull", False),
                    _connector="OR",
                ),
                name="a_refused_nomination_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "returned"), _negated=True),
                    models.Q(
                        ("act__in", ("", "ask_second_look")),
                        models.Q(
                            models.Q(("answer", ""), _negated=True),
                            ("erased_at__isnull", False),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="a_returned_answer_has_its_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("erased_at__isnull", False),
                    models.Q(
                        models.Q(("writer_name", ""), _negated=True),
                        models.Q(
                            models.Q(("text", ""), _negated=True),
                            ("kind", "explanation"),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="an_answer_says_something_of_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "complaint"), _negated=True),
                    models.Q(("address", ""), _negated=True),
                    ("erased_at__isnull", False),
                    _connector="OR",
                ),
                name="a_complaint_has_its_address",
            ),
        ),
        migrations.AddField(
            model_name="appointmentreminder",
            name="appointment",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminder",
                to="citizens.appointment",
                verbose_name="appointment",
            ),
        ),
        migrations.AddField(
            model_name="erasure",
            name="case",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="erasures",
                to="violations.violation",
                verbose_name="case",
            ),
        ),
        migrations.AddIndex(
            model_name="appointmentreminder",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["next_attempt_at"],
                name="reminder_to_send",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmentreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "told"), ("told_at__isnull", False)),
                    models.Q(models.Q(("state", "told"), _negated=True), ("told_at__isnull", True)),
                    _connector="OR",
                ),
                name="a_reminder_told_has_its_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("case__isnull", True), ("what", "fleet")),
                    models.Q(models.Q(("what", "fleet"), _negated=True), ("case__isnull", False)),
                    _connector="OR",
                ),
                name="an_erasure_is_of_a_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="erasure",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("ground", ""), _negated=True), ("row_count__gte", 1)),
                name="an_erasure_has_its_ground",
            ),
        ),
        migrations.RunSQL(guards(), unguards()),
        migrations.RunSQL(guard_table("citizens_erasure"), unguard_table("citizens_erasure")),
    ]
