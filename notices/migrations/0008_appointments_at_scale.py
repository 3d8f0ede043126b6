"""Who is invited for a day, and what holds no more, is found without reading every paper."""

from django.db import migrations, models
from django.db.models.fields.json import KT


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0007_guards_of_papers_and_post"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("voided_at__isnull", False)),
                fields=["voided_at"],
                name="paper_void",
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                KT("context__appointment__at"),
                condition=models.Q(("kind", "TB0173")),
                name="paper_by_appointment",
            ),
        ),
    ]
