"""People in a case, kept apart from its history, and what the vehicle register answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from violations.models.case import Violation
from violations.models.licences import Licence


class Party(models.Model):
    """A person or organisation in a case (chủ phương tiện, người vi phạm).

    The owner is not the offender: they are two rows, even when they are one person. Retention may
    blank these columns; nothing else in the case repeats them except the frozen papers.
    """

    class Role(models.TextChoices):
        OWNER = "owner", _("registered owner")
        OFFENDER = "offender", _("offender")

    class Kind(models.TextChoices):
        INDIVIDUAL = "individual", _("individual")
        ORGANISATION = "organisation", _("organisation")

    class Basis(models.TextChoices):
        DROVE = "drove", _("drove the vehicle")
        OWNER_ACT = "owner_act", _("answers as owner for the owner's own act")
        UNCOOPERATIVE = "uncooperative", _("owner who does not say who drove (Đ47 k8b)")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="parties", verbose_name=_("case")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    full_name = models.CharField(_("name"), max_length=200)
    gender = models.CharField(_("gender"), max_length=10, blank=True)
    born_on = models.DateField(_("date of birth"), null=True, blank=True)
    nationality = models.CharField(_("nationality"), max_length=40, blank=True)
    occupation = models.CharField(_("occupation"), max_length=80, blank=True)
    identity_number = models.CharField(_("identity or enterprise number"), max_length=20)
    address = models.CharField(_("address"), max_length=300)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    representative = models.CharField(_("legal representative"), max_length=120, blank=True)
    licence = models.ForeignKey(
        Licence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parties",
        verbose_name=_("driving licence"),
    )
    basis = models.CharField(_("why this person"), max_length=20, choices=Basis.choices, blank=True)
    # Two findings an officer must make and ground before the law lets a consequence follow:
    intent_finding = models.CharField(
        _("what shows that the act was intentional (14 to under 16)"), max_length=400, blank=True
    )
    points_finding = models.CharField(
        _("why an owner who does not say who drove loses points"), max_length=400, blank=True
    )

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.UniqueConstraint(fields=["case", "role"], name="one_party_per_role"),
        ]
        indexes = [
            # The cases of one person, for the person; retention blanks the number.
            models.Index(
                fields=["identity_number"],
                name="party_by_identity",
                condition=~models.Q(identity_number=""),
            ),
        ]

    def __str__(self) -> str:
        return self.get_role_display()


class RegisterAnswer(models.Model):
    """What the vehicle register said about the plate (kết quả tra cứu đăng ký xe)."""

    append_only = True

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="register_answers", verbose_name=_("case")
    )
    asked_at = models.DateTimeField(_("asked"))
    found = models.BooleanField(_("vehicle found"))
    vehicle_class = models.CharField(_("class"), max_length=12, blank=True)
    vehicle_colour = models.CharField(_("colour"), max_length=30, blank=True)
    make = models.CharField(_("make"), max_length=40, blank=True)
    model = models.CharField(_("model"), max_length=60, blank=True)
    registered_on = models.DateField(_("registered"), null=True, blank=True)

    class Meta:
        verbose_name = _("register answer")
        verbose_name_plural = _("register answers")
        ordering = ["-asked_at"]

    def __str__(self) -> str:
        return f"{self.make} {self.model}".strip()
