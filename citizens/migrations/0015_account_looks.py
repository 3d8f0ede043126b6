"""Looks of staff at citizens' accounts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER citizens_accountlook_stays BEFORE UPDATE OR DELETE ON citizens_accountlook
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER citizens_accountlook_is_not_emptied BEFORE TRUNCATE ON citizens_accountlook
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

UNGUARD = """
DROP TRIGGER citizens_accountlook_is_not_emptied ON citizens_accountlook;
DROP TRIGGER citizens_accountlook_stays ON citizens_accountlook;
"""


class Migration(migrations.Migration):
    dependencies = [("citizens", "0014_partner_writes")]

    operations = [
        migrations.CreateModel(
            name="AccountLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account_ref", models.UUIDField(verbose_name="account")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("account", "the account"),
                            ("session", "a session"),
                            ("vehicle", "a watched vehicle"),
                            ("alert", "an alert"),
                            ("copy", "a copy of the data"),
                        ],
                        max_length=8,
                        verbose_name="what",
                    ),
                ),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "actor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "look at an account",
                "verbose_name_plural": "looks at accounts",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["account_ref", "-id"], name="looks_at_an_account")
                ],
            },
        ),
        migrations.RunSQL(GUARDS, UNGUARD),
    ]
