"""Who is said to have driven, the chain of those named, fleet files, and appointments."""

import django.db.models.deletion
from django.db import migrations, models

import cameras.identifiers

# A statement and a nomination change once, when they end; what a person said is blanked by
# retention alone and never written anew.
SAID = {
    "citizens_driverstatement": (
        ("full_name", "identity_number", "address", "licence_number", "licence_classes", "text"),
        ("born_on", "state", "settled_by_id", "settled_at", "answer"),
    ),
    "citizens_nomination": (
        ("full_name", "address", "email", "phone", "proof_text"),
        (
            "attempts", "sent_at", "printed_by_id", "opened_at", "state", "answered_at", "answer",
        ),
    ),
}  # fmt: skip
ENDS = {
    "citizens_driverstatement": "OLD.state <> 'open' AND NEW.state <> OLD.state",
    "citizens_nomination": "OLD.state <> 'open' AND NEW.state <> OLD.state",
    "citizens_appointment": "OLD.state <> 'booked' AND NEW.state <> OLD.state",
}
RAISES = """
CREATE FUNCTION refuse_another_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what a person said is not said anew by changing it'
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def guards() -> str:
    """Return the triggers of the three tables that keep what people said and booked."""
    parts = [RAISES]
    for table, (words, columns) in SAID.items():
        allowed = ", ".join(f"'{name}'" for name in (*words, *columns))
        rewritten = " OR ".join(
            f"(NEW.{name} <> OLD.{name} AND NEW.{name} <> '')" for name in words
        )
        parts.append(f"""
CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change({allowed});
CREATE TRIGGER {table}_is_not_rewritten BEFORE UPDATE ON {table}
    FOR EACH ROW WHEN ({rewritten}) EXECUTE FUNCTION refuse_another_word();
CREATE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
""")
    parts.append("""
CREATE TRIGGER citizens_appointment_stays BEFORE UPDATE OR DELETE ON citizens_appointment
    FOR EACH ROW EXECUTE FUNCTION refuse_change('state', 'ended_at');
CREATE TRIGGER citizens_appointment_is_not_emptied BEFORE TRUNCATE ON citizens_appointment
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
""")
    parts += [
        f"""
CREATE TRIGGER {table}_ends_once BEFORE UPDATE ON {table}
    FOR EACH ROW WHEN ({condition}) EXECUTE FUNCTION refuse_another_word();
"""
        for table, condition in ENDS.items()
    ]
    return "".join(parts)


def unguards() -> str:
    """Return what takes the triggers away."""
    dropped = [
        f"DROP TRIGGER {table}_{what} ON {table};"
        for table in ENDS
        for what in ("ends_once", "is_not_emptied", "stays")
    ] + [f"DROP TRIGGER {table}_is_not_rewritten ON {table};" for table in SAID]
    return "\n".join([*dropped, "DROP FUNCTION refuse_another_word();"])


class Migration(migrations.Migration):
    dependencies = [
        ("cameras", "0006_indexes_at_scale"),
        ("citizens", "0008_submissions"),
        ("violations", "0014_service_by_one_door"),
    ]

    operations = [
        migrations.CreateModel(
            name="AppointmentSlot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="begins")),
                ("minutes", models.PositiveSmallIntegerField(default=30, verbose_name="minutes")),
                ("capacity", models.PositiveSmallIntegerField(verbose_name="people at once")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="violations.officer",
                        verbose_name="made by",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointment_slots",
                        to="cameras.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "time to receive people",
                "verbose_name_plural": "times to receive people",
                "ordering": ["starts_at"],
            },
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cameras.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "form_key",
                    models.CharField(max_length=64, unique=True, verbose_name="key of the form"),
                ),
                ("booked_at", models.DateTimeField(verbose_name="appointment made")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("booked", "appointment stands"),
                            ("moved", "moved to another time"),
                            ("cancelled", "cancelled"),
                        ],
                        default="booked",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="violations.violation",
                        verbose_name="case",
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="appointments",
                        to="citizens.appointmentslot",
                        verbose_name="time",
                    ),
                ),
            ],
            options={
                "verbose_name": "appointment",
                "verbose_name_plural": "appointments",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="FleetUpload",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cameras.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "person_digest",
                    models.BinaryField(max_length=32, verbose_name="keyed digest of the owner"),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                ("row_count", models.PositiveIntegerField(verbose_name="rows")),
                ("uploaded_at", models.DateTimeField(verbose_name="uploaded")),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="confirmed"),
                ),
            ],
            options={
                "verbose_name": "fleet file",
                "verbose_name_plural": "fleet files",
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person_digest", "sha256"), name="a_fleet_file_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FleetRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField(verbose_name="line")),
                ("plate", models.CharField(max_length=20, verbose_name="number plate")),
                ("from_on", models.DateField(verbose_name="from")),
                ("until_on", models.DateField(verbose_name="until")),
                ("full_name", models.CharField(max_length=120, verbose_name="name")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                (
                    "email",
                    models.CharField(blank=True, max_length=120, verbose_name="e-mail address"),
                ),
                (
                    "phone",
                    models.CharField(blank=True, max_length=16, verbose_name="mobile number"),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rows",
                        to="citizens.fleetupload",
                        verbose_name="fleet file",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a fleet file",
                "verbose_name_plural": "lines of fleet files",
                "ordering": ["line"],
            },
        ),
        migrations.CreateModel(
            name="Nomination",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cameras.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "depth",
                    models.PositiveSmallIntegerField(default=1, verbose_name="place in the chain"),
                ),
                (
                    "form_key",
                    models.CharField(max_length=64, unique=True, verbose_name="key of the form"),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("drove", "another person drove"),
                            ("sold", "the vehicle was sold or given away"),
                            ("rented", "the vehicle was rented out"),
                            ("lent", "the vehicle was lent"),
                        ],
                        max_length=6,
                        verbose_name="reason",
                    ),
                ),
                ("full_name", models.CharField(max_length=120, verbose_name="name")),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                (
                    "email",
                    models.CharField(blank=True, max_length=120, verbose_name="e-mail address"),
                ),
                (
                    "phone",
                    models.CharField(blank=True, max_length=16, verbose_name="mobile number"),
                ),
                (
                    "from_on",
                    models.DateField(blank=True, null=True, verbose_name="in his hands from"),
                ),
                ("until_on", models.DateField(blank=True, null=True, verbose_name="until")),
                ("proof_text", models.CharField(max_length=400, verbose_name="what shows it")),
                (
                    "identified",
                    models.BooleanField(
                        default=False, verbose_name="who named was identified online"
                    ),
                ),
                (
                    "code_digest",
                    models.BinaryField(
                        max_length=32, unique=True, verbose_name="keyed digest of the code"
                    ),
                ),
                ("named_at", models.DateTimeField(verbose_name="named")),
                ("expires_at", models.DateTimeField(verbose_name="answer by")),
                (
                    "attempts",
                    models.PositiveSmallIntegerField(default=0, verbose_name="attempts to send"),
                ),
                ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="told")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="opened")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "awaits the answer of the person named"),
                            ("accepted", "the person named says that he drove"),
                            ("refused", "the person named says that he did not drive"),
                            ("passed_on", "the person named has named another"),
                            ("withdrawn", "taken back by whoever named"),
                            ("expired", "no answer in time"),
                        ],
                        default="open",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
                (
                    "answer",
                    models.CharField(
                        blank=True, max_length=400, verbose_name="what the person named says"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="violations.violation",
                        verbose_name="case",
                    ),
                ),
                (
                    "fleet_row",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nominations",
                        to="citizens.fleetrow",
                        verbose_name="line of a fleet file",
                    ),
                ),
                (
                    "predecessor",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successor",
                        to="citizens.nomination",
                        verbose_name="named by",
                    ),
                ),
                (
                    "printed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="violations.officer",
                        verbose_name="letter posted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "person named as driver",
                "verbose_name_plural": "persons named as drivers",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="DriverStatement",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=cameras.identifiers.uuid7,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "form_key",
                    models.CharField(max_length=64, unique=True, verbose_name="key of the form"),
                ),
                ("full_name", models.CharField(max_length=120, verbose_name="name")),
                ("born_on", models.DateField(blank=True, null=True, verbose_name="date of birth")),
                (
                    "identity_number",
                    models.CharField(blank=True, max_length=20, verbose_name="identity number"),
                ),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="address")),
                (
                    "licence_number",
                    models.CharField(blank=True, max_length=20, verbose_name="licence number"),
                ),
                (
                    "licence_classes",
                    models.CharField(
                        blank=True, max_length=40, verbose_name="classes of the licence"
                    ),
                ),
                (
                    "agrees_electronic",
                    models.BooleanField(verbose_name="agrees to a record made electronically"),
                ),
                ("text", models.TextField(max_length=2000, verbose_name="statement")),
                (
                    "text_sha256",
                    models.CharField(max_length=64, verbose_name="SHA-256 of the statement"),
                ),
                (
                    "manner",
                    models.CharField(
                        choices=[
                            ("declared", "declared with the code of the paper alone"),
                            ("confirmed", "confirmed with a one-time code to the contact on file"),
                            ("identified", "by the addressee, identified online"),
                            ("named", "by the person named, with the code sent to him"),
                        ],
                        max_length=10,
                        verbose_name="how it was made",
                    ),
                ),
                (
                    "is_owner",
                    models.BooleanField(verbose_name="names the registered owner's number"),
                ),
                ("made_at", models.DateTimeField(verbose_name="made")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "awaits an officer"),
                            ("named", "named as the offender"),
                            ("set_aside", "set aside"),
                        ],
                        default="open",
                        max_length=9,
                        verbose_name="state",
                    ),
                ),
                ("settled_at", models.DateTimeField(blank=True, null=True, verbose_name="settled")),
                (
                    "answer",
                    models.CharField(
                        blank=True, max_length=400, verbose_name="answer to the person"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="driver_statements",
                        to="violations.violation",
                        verbose_name="case",
                    ),
                ),
                (
                    "code",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="citizens.inboxcode",
                        verbose_name="one-time code",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="violations.officer",
                        verbose_name="settled by",
                    ),
                ),
                (
                    "nomination",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statement",
                        to="citizens.nomination",
                        verbose_name="person named as driver",
                    ),
                ),
            ],
            options={
                "verbose_name": "driver's statement",
                "verbose_name_plural": "drivers' statements",
                "ordering": ["-id"],
            },
        ),
        migrations.AddConstraint(
            model_name="appointmentslot",
            constraint=models.UniqueConstraint(
                fields=("unit", "starts_at"), name="one_slot_a_time_and_unit"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointmentslot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("capacity__gte", 1),
                    ("capacity__lte", 50),
                    ("minutes__gte", 5),
                    ("minutes__lte", 240),
                ),
                name="a_slot_receives_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "booked")),
                fields=("case",),
                name="one_appointment_a_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state", "booked")),
                    models.Q(
                        models.Q(("state", "booked"), _negated=True), ("ended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="an_ended_appointment_has_its_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="fleetrow",
            constraint=models.UniqueConstraint(fields=("upload", "line"), name="one_row_a_line"),
        ),
        migrations.AddConstraint(
            model_name="fleetrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("until_on__gte", models.F("from_on"))),
                name="a_period_ends_after_it_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="nomination",
            index=models.Index(
                condition=models.Q(("sent_at__isnull", True), ("state", "open")),
                fields=["named_at"],
                name="nomination_to_send",
            ),
        ),
        migrations.AddIndex(
            model_name="nomination",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["expires_at"],
                name="nomination_to_expire",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("case",),
                name="one_open_nomination_a_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(("depth__gte", 1), ("depth__lte", 3)), name="a_chain_is_short"
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("depth", 1), ("predecessor__isnull", True)),
                    models.Q(("depth__gt", 1), ("predecessor__isnull", False)),
                    _connector="OR",
                ),
                name="a_chain_begins_with_the_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(("predecessor", models.F("id")), _negated=True),
                name="nobody_is_named_by_himself",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True), ("answered_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="an_answer_has_its_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="nomination",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "refused"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_refused_nomination_says_why",
            ),
        ),
        migrations.AddIndex(
            model_name="driverstatement",
            index=models.Index(
                condition=models.Q(("state", "open")),
                fields=["made_at"],
                name="statement_to_settle",
            ),
        ),
        migrations.AddConstraint(
            model_name="driverstatement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("case",),
                name="one_open_statement_a_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="driverstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("settled_at__isnull", True),
                        ("settled_by__isnull", True),
                        ("state", "open"),
                    ),
                    models.Q(
                        models.Q(("state", "open"), _negated=True),
                        ("settled_at__isnull", False),
                        ("settled_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="a_settled_statement_has_its_officer",
            ),
        ),
        migrations.AddConstraint(
            model_name="driverstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "set_aside"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="a_statement_set_aside_has_its_answer",
            ),
        ),
        migrations.AddConstraint(
            model_name="driverstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code__isnull", False), ("manner", "confirmed")),
                    models.Q(
                        models.Q(("manner", "confirmed"), _negated=True), ("code__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="a_confirmed_statement_has_its_code",
            ),
        ),
        migrations.AddConstraint(
            model_name="driverstatement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("manner", "named"), ("nomination__isnull", False)),
                    models.Q(
                        models.Q(("manner", "named"), _negated=True), ("nomination__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="a_named_persons_statement_has_its_link",
            ),
        ),
        migrations.RunSQL(guards(), unguards()),
    ]
