"""What rows written before the whole procedure are given: folded acts, acts of decisions."""

import unicodedata

from django.db import migrations


def give_older_rows_what_is_new(apps, schema_editor):
    """Fold the acts of rules loaded before, and write one act for each earlier decision.

    Earlier rules are immutable to everybody but this migration, which runs as the owner.
    """
    PenaltyRule = apps.get_model("violations", "PenaltyRule")
    Decision = apps.get_model("violations", "Decision")
    DecidedAct = apps.get_model("violations", "DecidedAct")
    schema_editor.execute(
        "ALTER TABLE violations_penaltyrule DISABLE TRIGGER violations_penaltyrule_stays"
    )
    for rule in PenaltyRule.objects.filter(fold=""):
        words = unicodedata.normalize("NFD", f"{rule.act_vi} {rule.act_en}".casefold())
        rule.fold = "".join(c for c in words if not unicodedata.combining(c)).replace("đ", "d")[
            :900
        ]
        rule.save(update_fields=["fold"])
    schema_editor.execute(
        "ALTER TABLE violations_penaltyrule ENABLE TRIGGER violations_penaltyrule_stays"
    )
    for decision in Decision.objects.filter(acts__isnull=True):
        DecidedAct.objects.create(
            decision=decision,
            position=1,
            rule_id=decision.rule_id,
            frame_min_vnd=decision.frame_min_vnd,
            frame_max_vnd=decision.frame_max_vnd,
            fine_vnd=decision.fine_vnd,
            ceiling_vnd=decision.ceiling_vnd,
            arithmetic=decision.arithmetic,
        )


class Migration(migrations.Migration):
    dependencies = [("violations", "0003_the_whole_procedure")]

    operations = [
        # Nothing to undo: the columns and the table go with the migration before.
        migrations.RunPython(give_older_rows_what_is_new, migrations.RunPython.noop),
    ]
