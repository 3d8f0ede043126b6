"""What a person sent in a case: the row, its files, and files that are not sent yet."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from citizens.grants import Level
from violations.models import Officer, PlateReport, Violation

#: What a plate and a look-up code are enough for; everything else names a person (L2).
BY_CODE = ("not_mine", "cloned", "never_received")


#: An answer that became another act than these was received by law and is not returned.
RETURNABLE = ("", "ask_second_look")


class Submission(models.Model):
    """One answer of a person (đơn, ý kiến), as it came; only the officer's outcome is added.

    ``received_at`` is the moment it came, and its day in Viet Nam the one the law counts from.
    ``act`` is the step of the case it became: at once where its arrival is the legal act, else when
    an officer takes it. What has become an act is not returned. At ``erased_at`` what it says and
    who wrote it went for good, all of it at once (``citizens.erasure``).
    """

    class Kind(models.TextChoices):
        NOT_MINE = "not_mine", _("not my vehicle")
        CLONED = "cloned", _("copied plate")
        EXPLANATION = "explanation", _("explanation")
        COMPLAINT = "complaint", _("complaint")
        NEVER_RECEIVED = "never_received", _("paper never received")
        DEFERRAL = "deferral", _("request to pay later")
        REDUCTION = "reduction", _("request for a reduction or exemption")
        INSTALMENTS = "instalments", _("request to pay in parts")

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        TAKEN = "taken", _("taken into the file")
        RETURNED = "returned", _("returned")

    case = models.ForeignKey(
        Violation, models.PROTECT, related_name="submissions", verbose_name=_("case")
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    number = models.CharField(_("number of the receipt"), max_length=16, unique=True)
    form_key = models.UUIDField(_("key of the form"), unique=True)
    text = models.TextField(_("text"), max_length=4000, blank=True)
    statement = models.JSONField(_("what was asked of this kind"), default=dict)
    writer_name = models.CharField(_("who wrote"), max_length=120)
    writer_as = models.CharField(
        _("written as"),
        max_length=14,
        choices=[
            ("owner", _("owner of the vehicle")),
            ("driver", _("driver")),
            ("representative", _("representative")),
        ],
    )
    contact = models.CharField(_("contact"), max_length=120, blank=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    level = models.CharField(
        _("entitlement"),
        max_length=8,
        choices=[(Level.CODE.value, _("look-up code")), (Level.PERSON.value, _("proven person"))],
    )
    person = models.CharField(
        _("keyed digest of the person who proved to be one of the case"), max_length=64, blank=True
    )
    received_at = models.DateTimeField(_("received"))
    due_on = models.DateField(_("to be handled by"), null=True)
    act = models.CharField(_("step of the case"), max_length=30, blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.RECEIVED
    )
    settled_at = models.DateTimeField(_("settled"), null=True)
    settled_by = models.ForeignKey(
        Officer, models.PROTECT, null=True, related_name="+", verbose_name=_("settled by")
    )
    answer = models.CharField(_("answer to the person"), max_length=1000, blank=True)
    plate_report = models.ForeignKey(
        PlateReport,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("report of a plate"),
    )
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("answer of a person")
        verbose_name_plural = _("answers of people")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(state="received"),
                name="one_waiting_answer_of_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(state="received", settled_at__isnull=True, settled_by__isnull=True)
                | (
                    Q(state__in=["taken", "returned"], settled_by__isnull=False)
                    & Q(settled_at__gte=F("received_at"))
                ),
                name="an_answer_is_settled_by_an_officer",
            ),
            models.CheckConstraint(
                condition=~Q(state="received") | Q(answer=""),
                name="a_waiting_answer_has_no_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned")
                | (Q(act__in=RETURNABLE) & (~Q(answer="") | Q(erased_at__isnull=False))),
                name="a_returned_answer_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(level="person") | Q(level="code", kind__in=BY_CODE),
                name="an_answer_that_names_a_person_is_proven",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=False)
                | (~Q(writer_name="") & (~Q(text="") | Q(kind="explanation"))),
                name="an_answer_says_something_of_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(kind="complaint") | ~Q(address="") | Q(erased_at__isnull=False),
                name="a_complaint_has_its_address",
            ),
            models.CheckConstraint(
                condition=Q(plate_report__isnull=True) | Q(kind="cloned", state="taken"),
                name="a_plate_is_reported_when_taken",
            ),
        ]
        indexes = [
            # What waits on the officers' desk, the most urgent first.
            models.Index(
                F("due_on").asc(nulls_last=True),
                "received_at",
                name="answer_that_waits",
                condition=Q(state="received"),
            ),
            # What retention still has to ask about, the oldest first.
            models.Index(
                fields=["received_at"], name="answer_to_erase", condition=Q(erased_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.number


class SubmissionFile(models.Model):
    """A file sent with an answer, checked and rewritten; its bytes lie under their SHA-256.

    When it is erased its name goes too; hash and size stay, as those of everything disposed of.
    """

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="files", verbose_name=_("answer of a person")
    )
    name = models.CharField(_("name"), max_length=120)
    media_type = models.CharField(_("media type"), max_length=40)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField(_("size, bytes"))
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    class Meta:
        verbose_name = _("file of an answer")
        verbose_name_plural = _("files of answers")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex="^[0-9a-f]{64}$", size__gt=0),
                name="a_sent_file_has_its_bytes",
            ),
        ]
        indexes = [models.Index(fields=["sha256"], name="sent_file_by_hash")]

    def __str__(self) -> str:
        return self.name


class UploadDraft(models.Model):
    """A checked file of an answer that is still being written; forgotten when it is not sent.

    It lies here and not in the store: what a person takes back leaves no trace.
    """

    form_key = models.UUIDField(_("key of the form"))
    name = models.CharField(_("name"), max_length=120)
    media_type = models.CharField(_("media type"), max_length=40)
    data = models.BinaryField(_("bytes"))
    size = models.PositiveIntegerField(_("size, bytes"))
    made_at = models.DateTimeField(_("added"))

    class Meta:
        verbose_name = _("file not sent yet")
        verbose_name_plural = _("files not sent yet")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["form_key"], name="unsent_by_form"),
            models.Index(fields=["made_at"], name="unsent_by_age"),
        ]

    def __str__(self) -> str:
        return self.name
