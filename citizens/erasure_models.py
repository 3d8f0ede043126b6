"""What was erased of what people wrote: how much, when, on which ground, and none of the data."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from violations.models import Violation


class Erasure(models.Model):
    """One erasure of what people wrote, with its ground (xóa dữ liệu cá nhân)."""

    append_only = True

    class What(models.TextChoices):
        WORDS = "words", _("what people wrote in a case")
        CONTACT = "contact", _("contacts of people named who did not accept")
        FLEET = "fleet", _("lines of fleet files")

    case = models.ForeignKey(
        Violation, models.PROTECT, null=True, related_name="erasures", verbose_name=_("case")
    )
    what = models.CharField(_("what"), max_length=8, choices=What.choices)
    row_count = models.PositiveIntegerField(_("rows"))
    file_count = models.PositiveIntegerField(_("files"), default=0)
    ground = models.CharField(_("ground"), max_length=200)
    erased_at = models.DateTimeField(_("erased"))

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(what="fleet", case__isnull=True)
                | (~Q(what="fleet") & Q(case__isnull=False)),
                name="an_erasure_is_of_a_case",
            ),
            models.CheckConstraint(
                condition=~Q(ground="") & Q(row_count__gte=1), name="an_erasure_has_its_ground"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.erased_at:%d/%m/%Y}"
