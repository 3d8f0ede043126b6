"""The kinds of paper a draft may be."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("violations", "0008_indexes_at_scale"),
    ]

    operations = [
        migrations.AlterField(
            model_name="draft",
            name="kind",
            field=models.CharField(
                choices=[
                    ("TB0173", "Notice 01/73"),
                    ("MBB01", "Violation record MBB01"),
                    ("MQD02", "Penalty decision MQĐ02"),
                    ("XNNT", "Payment confirmation"),
                    ("TB0273", "Notice of licence points 02/73"),
                    ("PC0373", "Transfer slip 03/73"),
                    ("PG04", "Slip to the commune police (form 04)"),
                    ("MBB02", "Minutes of a working session MBB02"),
                    ("MBB03", "Minutes of a hearing MBB03"),
                    ("MBB29", "Minutes of handing over a file MBB29"),
                    ("MQD03", "Decision on deferral MQĐ03"),
                    ("MQD04", "Decision on reduction or exemption MQĐ04"),
                    ("MQD05", "Decision on payment in parts MQĐ05"),
                    ("MQD07", "Decision on enforcement MQĐ07"),
                    ("MQD38", "Decision amending a decision MQĐ38"),
                    ("MQD39", "Decision correcting a decision MQĐ39"),
                    ("MQD40", "Decision cancelling a decision MQĐ40"),
                    ("KN03", "Notice of an accepted complaint (form 03)"),
                    ("KN04", "Notice of a complaint not accepted (form 04)"),
                    ("KNQD", "Decision on a complaint"),
                    ("KN14A", "Decision suspending execution (form 14a)"),
                    ("KN14B", "Decision ending a suspension (form 14b)"),
                    ("MBB06", "Minutes of a refused decision MBB06"),
                    ("MQD08", "Decision on enforcement MQĐ08"),
                    ("MQD09", "Decision on enforcement MQĐ09"),
                    ("MQD10", "Decision on enforcement MQĐ10"),
                    ("MQD11", "Decision on enforcement MQĐ11"),
                    ("MQD12", "Decision on enforcement MQĐ12"),
                    ("MQD34", "Decision delegating the power to sanction MQĐ34"),
                    ("TBTC", "Notice of a refused request"),
                    ("TBPGT", "Notice of a hearing"),
                    ("TBTH", "Notice that a notice is withdrawn"),
                ],
                max_length=8,
                verbose_name="kind",
            ),
        ),
    ]
