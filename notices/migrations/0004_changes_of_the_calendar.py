"""Every change of a special day is kept: who, when, by which instrument."""

from django.db import migrations, models

GUARD = """
CREATE TRIGGER notices_calendarchange_stays BEFORE UPDATE OR DELETE ON notices_calendarchange
    FOR EACH ROW EXECUTE FUNCTION refuse_paper_change();
CREATE TRIGGER notices_calendarchange_is_not_emptied BEFORE TRUNCATE ON notices_calendarchange
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_paper_change();
"""

REVERSE = """
DROP TRIGGER notices_calendarchange_is_not_emptied ON notices_calendarchange;
DROP TRIGGER notices_calendarchange_stays ON notices_calendarchange;
"""

NATURES = [("plain", "as its weekday"), ("closed", "day off"), ("working", "working day")]


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_forms_of_the_procedure")]

    operations = [
        migrations.CreateModel(
            name="CalendarChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("on", models.DateField(verbose_name="day")),
                ("before", models.CharField(choices=NATURES, max_length=7, verbose_name="before")),
                ("after", models.CharField(choices=NATURES, max_length=7, verbose_name="after")),
                ("reason", models.CharField(max_length=160, verbose_name="reason")),
                ("instrument", models.CharField(max_length=160, verbose_name="instrument")),
                ("changed_by", models.CharField(max_length=120, verbose_name="changed by")),
                ("changed_at", models.DateTimeField(verbose_name="changed")),
                ("clocks_moved", models.PositiveIntegerField(verbose_name="clocks moved")),
            ],
            options={
                "verbose_name": "change of the calendar",
                "verbose_name_plural": "changes of the calendar",
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("instrument", ""), _negated=True),
                        name="a_calendar_change_has_its_instrument",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARD, REVERSE),
    ]
