"""Name the bytes kept of a delivery apart from its whole body, of which a stranger's is cut."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cameras", "0002_guards")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="kept_sha256",
            field=models.CharField(
                default="", max_length=64, verbose_name="SHA-256 of the bytes kept"
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="delivery",
            name="body_sha256",
            field=models.CharField(
                db_index=True,
                help_text="Empty when the body was too large to be read to its end.",
                max_length=64,
                verbose_name="SHA-256 of the body",
            ),
        ),
    ]
