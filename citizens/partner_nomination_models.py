"""What fleets named by machine: which key of a sending led to which person named."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from citizens.nomination_models import Nomination
from citizens.partner_models import ApiClient


class ApiNomination(models.Model):
    """One person named by a fleet's key (nêu người lái qua kết nối); sent again it is the same.

    ``key`` is the client's own name for the sending. What was sent under it is known by a keyed
    digest alone, because it names a person and this row outlives his: the same key with another
    body is a mistake of the client and is told so.
    """

    append_only = True

    client = models.ForeignKey(
        ApiClient, models.PROTECT, related_name="nominations", verbose_name=_("client")
    )
    key = models.CharField(_("key of the sending"), max_length=64)
    body_digest = models.BinaryField(_("keyed digest of what was sent"), max_length=32)
    nomination = models.OneToOneField(
        Nomination, models.PROTECT, related_name="sent_by", verbose_name=_("person named as driver")
    )
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("nomination by machine")
        verbose_name_plural = _("nominations by machine")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="a_sending_names_once"),
        ]

    def __str__(self) -> str:
        return self.key
