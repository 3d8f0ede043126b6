"""The police units that own cameras and handle cases."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """A police unit (đơn vị, cơ quan Công an) as it is printed on papers."""

    class Level(models.TextChoices):
        NATIONAL = "national", _("National")
        PROVINCIAL = "provincial", _("Provincial")
        COMMUNE = "commune", _("Commune")

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=160)
    superior_name = models.CharField(_("superior agency"), max_length=160)
    level = models.CharField(_("level"), max_length=12, choices=Level.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, verbose_name=_("parent unit")
    )
    paper_suffix = models.CharField(
        _("suffix of paper numbers"), max_length=20, help_text=_("As in 0412/TB-CSGT.")
    )
    place_name = models.CharField(_("place printed before the date"), max_length=80)
    province_code = models.CharField(_("province code"), max_length=2)
    address = models.CharField(_("address"), max_length=200)
    phone = models.CharField(_("phone"), max_length=30)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
