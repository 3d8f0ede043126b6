"""What rows written before the whole procedure are given: words of acts, acts of decisions."""

import unicodedata

from django.db import migrations

#: The first catalogue worded nine acts by itself; the whole catalogue quotes its study word for
#: word. Frames, points and provisions are the same; the remark in brackets is on no paper.
WORDS = {
    "16824.6.3.a.01": (
        "Điều khiển xe chạy quá tốc độ quy định từ 05 km/h đến dưới 10 km/h",
        "Speeding 5 to <10 km/h over the limit",
    ),
    "16824.6.5.dd.01": (
        "Điều khiển xe chạy quá tốc độ quy định từ 10 km/h đến 20 km/h",
        "Speeding 10 to 20 km/h over the limit",
    ),
    "16824.6.6.a.01": (
        "Điều khiển xe chạy quá tốc độ quy định trên 20 km/h đến 35 km/h",
        "Speeding >20 to 35 km/h over the limit",
    ),
    "16824.6.7.a.01": (
        "Điều khiển xe chạy quá tốc độ quy định trên 35 km/h",
        "Speeding >35 km/h over the limit",
    ),
    "16824.6.9.b.01": (
        "Không chấp hành hiệu lệnh của đèn tín hiệu giao thông (vượt đèn đỏ)",
        "Disobeying traffic light (red-light running)",
    ),
    "16824.7.2.b.01": (
        "Điều khiển xe chạy quá tốc độ quy định từ 05 km/h đến dưới 10 km/h",
        "Speeding 5 to <10 km/h over the limit",
    ),
    "16824.7.4.a.01": (
        "Điều khiển xe chạy quá tốc độ quy định từ 10 km/h đến 20 km/h",
        "Speeding 10 to 20 km/h over the limit",
    ),
    "16824.7.7.c.01": (
        "Không chấp hành hiệu lệnh của đèn tín hiệu giao thông (vượt đèn đỏ)",
        "Disobeying traffic light (red-light running)",
    ),
    "16824.7.8.a.01": (
        "Điều khiển xe chạy quá tốc độ quy định trên 20 km/h",
        "Speeding >20 km/h over the limit",
    ),
}


def fold(text):
    """Fold as the loader does: lower case, no diacritics, đ written as d."""
    words = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in words if not unicodedata.combining(c)).replace("đ", "d")[:900]


def give_older_rows_what_is_new(apps, schema_editor):
    """Word and fold the acts of rules loaded before, and write one act for each earlier decision.

    Earlier rules are immutable to everybody but this migration, which runs as the owner.
    """
    PenaltyRule = apps.get_model("violations", "PenaltyRule")
    Decision = apps.get_model("violations", "Decision")
    DecidedAct = apps.get_model("violations", "DecidedAct")
    schema_editor.execute(
        "ALTER TABLE violations_penaltyrule DISABLE TRIGGER violations_penaltyrule_stays"
    )
    for rule in PenaltyRule.objects.filter(fold=""):
        rule.act_vi, rule.act_en = WORDS.get(rule.code, (rule.act_vi, rule.act_en))
        provision = ".".join(part for part in (rule.article, rule.clause, rule.point) if part)
        rule.fold = fold(f"{rule.act_vi} {rule.act_en} {provision}")
        rule.save(update_fields=["act_vi", "act_en", "fold"])
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
