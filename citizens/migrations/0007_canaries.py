"""Plates that no vehicle bears, and the alarms they raise."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER citizens_canaryalarm_stays BEFORE UPDATE OR DELETE ON citizens_canaryalarm
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_canaryalarm_is_not_emptied BEFORE TRUNCATE ON citizens_canaryalarm
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

UNGUARD = """
DROP TRIGGER citizens_canaryalarm_is_not_emptied ON citizens_canaryalarm;
DROP TRIGGER citizens_canaryalarm_stays ON citizens_canaryalarm;
"""

WAYS = [("plate", "plate"), ("code", "code")]


class Migration(migrations.Migration):
    dependencies = [("citizens", "0004_indexes_at_scale")]

    operations = [
        migrations.CreateModel(
            name="CanaryPlate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("plate", models.CharField(max_length=20, unique=True, verbose_name="plate")),
                ("note", models.CharField(max_length=200, verbose_name="where it was laid out")),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), verbose_name="made"
                    ),
                ),
                ("is_watched", models.BooleanField(default=True, verbose_name="watched")),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "canary plate",
                "verbose_name_plural": "canary plates",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="CanaryAlarm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("way", models.CharField(choices=WAYS, max_length=10, verbose_name="way")),
                (
                    "network_digest",
                    models.BinaryField(
                        max_length=32, verbose_name="keyed digest of the sender's network"
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "canary",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarms",
                        to="citizens.canaryplate",
                        verbose_name="canary plate",
                    ),
                ),
            ],
            options={
                "verbose_name": "alarm of a canary plate",
                "verbose_name_plural": "alarms of canary plates",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["-at"], name="canary_alarm_by_time")],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
