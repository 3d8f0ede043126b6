from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Two more things that happen to a paper, and the index of what was sent and not opened."""

    dependencies = [("notices", "0007_guards_of_papers_and_post")]

    operations = [
        migrations.AlterField(
            model_name="paperevent",
            name="what",
            field=models.CharField(
                choices=[
                    ("issued", "issued"),
                    ("rendered", "PDF made"),
                    ("sealed", "PDF signed"),
                    ("printed", "printed"),
                    ("spoiled", "printed copy spoiled"),
                    ("inserted", "put into its envelope"),
                    ("posted", "handed to the post"),
                    ("sent", "sent electronically"),
                    ("bounced", "could not be sent electronically"),
                    ("unopened", "not opened online in time"),
                    ("withdrawn", "consent to electronic delivery withdrawn"),
                    ("delivered", "delivered"),
                    ("refused", "refused"),
                    ("returned", "returned by the post"),
                    ("opened", "opened online"),
                    ("voided", "made void"),
                ],
                max_length=10,
                verbose_name="what",
            ),
        ),
        migrations.AddIndex(
            model_name="paperdelivery",
            index=models.Index(
                fields=["begun_at"],
                name="paper_delivery_unopened",
                condition=Q(
                    route__in=["account", "email"],
                    state__in=["waiting", "sent"],
                    next_attempt_at__isnull=False,
                ),
            ),
        ),
    ]
