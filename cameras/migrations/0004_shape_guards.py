"""Guard what 0003 added: received, signed, drawn or disposed of, it stays as it was written."""

from django.db import migrations

from cameras.migrations import guard_table, unguard_table

MUTABLE = {
    "cameras_uploadedobject": (),
    "cameras_snapgroup": ("state", "expected", "closes_at"),
    "cameras_snap": (),
    "cameras_redaction": (),
    "cameras_crossreading": (),
    "cameras_checkpoint": (),
    "cameras_witnessreceipt": (),
    "cameras_rehash": (),
    "cameras_profileversion": ("approved_by_id", "approved_at"),
    "cameras_legalhold": ("lifted_by_id", "lifted_at"),
    "cameras_disposal": (),
}


class Migration(migrations.Migration):
    dependencies = [("cameras", "0003_shape")]

    operations = [
        migrations.RunSQL(guard_table(table, mutable), unguard_table(table))
        for table, mutable in MUTABLE.items()
    ]
