"""Who looked at personal data or evidence: apart from the history, because looking is no step."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from violations.models.case import Violation


class AccessEntry(models.Model):
    """One look at a case by a person (nhật ký truy cập)."""

    append_only = True

    # No index of their own: the two below begin with them, and every look writes to each index.
    case = models.ForeignKey(
        Violation, models.PROTECT, db_index=False, related_name="accesses", verbose_name=_("case")
    )
    what = models.CharField(
        _("what"),
        max_length=12,
        choices=[
            ("case", _("case file")),
            ("evidence", _("evidence")),
            ("paper", _("paper")),
            ("export", _("evidence pack")),
            ("sample", _("audit sample")),
        ],
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, verbose_name=_("by")
    )
    level = models.CharField(
        _("entitlement"),
        max_length=10,
        choices=[
            ("staff", _("staff")),
            ("code", _("look-up code")),
            ("person", _("person of the case, identified")),
            ("emergency", _("emergency access")),
        ],
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("access log")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["case", "-at"], name="access_by_case"),
            # The list of the last day, week or month.
            models.Index(fields=["-at"], name="access_by_time"),
            # One person's looks, newest first: what an auditor asks for.
            models.Index(fields=["actor", "-id"], name="access_by_person"),
            # The list by a kind of look, and by an entitlement, that is rare.
            models.Index(fields=["what", "-id"], name="access_by_kind"),
            models.Index(
                fields=["level", "-id"],
                name="access_not_of_staff",
                condition=~models.Q(level="staff"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.at:%d/%m/%Y %H:%M}"
