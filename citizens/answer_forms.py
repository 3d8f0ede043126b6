"""The questions of each answer, one on a page: what is asked, in which order, and of whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from citizens.contacts import ContactRefused, plain_email, plain_phone
from citizens.typed_text import plain_line, plain_text

MOST_TEXT, MOST_GROUND = 4000, 400
FILES, WRITER, CHECK = "tep", "nguoi-gui", "kiem-tra"


class LongText(forms.CharField):
    """What a person writes in his own words; composed and without invisible signs."""

    def __init__(self, *, most: int = MOST_TEXT, rows: int = 8, **options: Any) -> None:
        self.most = most
        options.setdefault("error_messages", {})
        options["error_messages"].setdefault("required", _("Write it in your own words."))
        super().__init__(widget=forms.Textarea(attrs={"rows": rows, "maxlength": most}), **options)

    def clean(self, value: Any) -> str:
        """Return the text made plain. Raises ValidationError for none, and for too long a one."""
        text = plain_text(str(value or ""))
        if not text and self.required:
            raise ValidationError(self.error_messages["required"])
        if len(text) > self.most:
            raise ValidationError(
                gettext("Write at most %(most)d signs; put the rest into a file.")
                % {"most": self.most}
            )
        return text


class Line(forms.CharField):
    """One line; its value has no invisible signs."""

    def clean(self, value: Any) -> str:
        """Return the line. Raises ValidationError as every field does."""
        return str(super().clean(plain_line(str(value or ""))))


def _radio(label: Any, choices: list[tuple[str, Any]], missing: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": missing, "invalid_choice": missing},
    )


def _text(label: Any, hint: Any, most: int = MOST_TEXT) -> LongText:
    return LongText(label=label, help_text=hint, most=most)


class WhyNotMine(forms.Form):
    """What differs between the picture and the person's vehicle."""

    why = _radio(
        _("What is wrong in the picture?"),
        [
            ("plate", _("The plate in the picture is not my plate")),
            ("vehicle", _("My plate, but another vehicle: make, colour or kind")),
            ("elsewhere", _("My vehicle was elsewhere at that time")),
            ("other", _("Something else")),
        ],
        _("Choose what is wrong in the picture."),
    )


class NotMineText(forms.Form):
    """Where to look."""

    text = _text(
        _("What should the officer look at?"),
        _("For example: my car is white and has a roof rack; the one in the picture has none."),
    )


class ClonedText(forms.Form):
    """Why it is a copy."""

    text = _text(
        _("How do you know that your plate was copied?"),
        _("How the vehicle differs from yours, and where yours was at that time."),
    )


class Reported(forms.Form):
    """Whether the police know already."""

    reported = Line(
        label=_("Have you reported it to the police?"),
        required=False,
        max_length=160,
        help_text=_("Which police and on which day, if you have. You need not have."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class Manner(forms.Form):
    """In writing, at a hearing, or not at all; only what is still open."""

    manner = _radio(
        _("How do you want to explain?"),
        [
            ("written", _("In writing, here")),
            ("hearing", _("In person, at a hearing")),
            ("waived", _("I do not want to explain; a decision may be made")),
        ],
        _("Choose how you want to explain."),
    )


class ExplanationText(forms.Form):
    """The explanation itself."""

    text = _text(
        _("What do you want to explain?"),
        _("What happened, and what speaks for you. Whoever decides must weigh it (Đ61)."),
    )


class ComplaintText(forms.Form):
    """What is complained about, and what is asked for. Luật Khiếu nại Đ8"""

    text = _text(
        _("What is wrong with the decision, and what do you ask for?"),
        _("For example: cancel it, or lower the fine, and why."),
    )


class LateReason(forms.Form):
    """What kept the person from complaining in time. Luật Khiếu nại Đ9"""

    late_reason = LongText(
        label=_("What kept you from complaining in time?"),
        help_text=_(
            "Illness, disaster, work or study far away, or another obstacle. Its days are not "
            "counted (Luật Khiếu nại Đ9); add a paper that shows it, if you have one."
        ),
        most=1000,
        rows=5,
    )


class WhichPaper(forms.Form):
    """The paper that did not come."""

    paper = _radio(
        _("Which paper did not come?"),
        [("notice", _("The notice")), ("decision", _("The decision")), ("both", _("Both"))],
        _("Choose the paper."),
    )


class NeverReceivedText(forms.Form):
    """Where the person can be reached, and how he learned of it."""

    text = _text(
        _("How did you learn of the case, and where do you live?"),
        _("The address at which letters reach you, and since when you live there."),
    )


class Hardship(forms.Form):
    """Why the money cannot be paid; printed on the paper that grants it."""

    text = _text(
        _("What hardship are you in?"),
        _("In a few sentences, at most 400 signs. They are printed on the answer."),
        MOST_GROUND,
    )


class ReductionWanted(forms.Form):
    """How much is asked for."""

    wants = _radio(
        _("What do you ask for?"),
        [
            ("reduction", _("To pay less of what is still unpaid")),
            ("exemption", _("To pay nothing of what is still unpaid")),
        ],
        _("Choose what you ask for."),
    )


class Confirmed(forms.Form):
    """Who confirms the hardship. Luật XLVPHC Đ76, Đ77, Đ79"""

    confirmed_by = Line(
        label=_("Who confirms it?"),
        max_length=160,
        help_text=_("The People's Committee of your commune, your employer or your school."),
        error_messages={"required": _("Name who confirms the hardship.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class WriterForm(forms.Form):
    """Who writes, and how to be reached."""

    writer_name = Line(
        label=_("Full name"),
        max_length=120,
        error_messages={"required": _("Enter your full name.")},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    writer_as = _radio(
        _("You write as"),
        [
            ("owner", _("the owner of the vehicle")),
            ("driver", _("who drove")),
            ("representative", _("a representative of the owner or driver")),
        ],
        _("Choose as whom you write."),
    )
    contact = Line(
        label=_("Mobile number or e-mail address"),
        required=False,
        max_length=120,
        help_text=_("So that the officer can ask back. The answer stands on the case page."),
        widget=forms.TextInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def clean_contact(self) -> str:
        """Return the contact in its plain form, empty without one. Raises ValidationError."""
        typed = self.cleaned_data["contact"]
        try:
            return (plain_email(typed) if "@" in typed else plain_phone(typed)) if typed else ""
        except ContactRefused as fault:
            raise ValidationError(str(fault)) from fault


class ComplainantForm(WriterForm):
    """Who complains: a complaint names an address too. Luật Khiếu nại Đ8"""

    address = Line(
        label=_("Address"),
        max_length=300,
        help_text=_("The answer to the complaint goes there."),
        error_messages={"required": _("Enter the address.")},
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )


class FileForm(forms.Form):
    """One file at a time; its bytes are judged by ``uploads``."""

    file = forms.FileField(
        label=_("Choose a file"),
        required=False,
        help_text=_("JPEG, PNG or PDF, at most 6 MB each, 5 files, 20 MB together."),
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.pdf"}),
    )


@dataclass(frozen=True)
class Page:
    """One question: the last part of its address, and its form; ``only`` names when it is asked."""

    slug: str
    form: type[forms.Form]
    only: str = ""

    def is_asked(self, filled: Mapping[str, Mapping[str, str]], *, late: bool) -> bool:
        """Tell whether this page belongs to the answer, by what was said before."""
        if self.only == "late":
            return late
        if self.only == "text":
            return filled.get("cach", {}).get("manner") != "waived"
        return True


_WHO = Page(WRITER, WriterForm)
_FILES = Page(FILES, FileForm)

PAGES: dict[str, tuple[Page, ...]] = {
    "not_mine": (Page("ly-do", WhyNotMine), Page("noi-dung", NotMineText), _FILES, _WHO),
    "cloned": (Page("noi-dung", ClonedText), Page("trinh-bao", Reported), _FILES, _WHO),
    "explanation": (
        Page("cach", Manner),
        Page("noi-dung", ExplanationText, "text"),
        _FILES,
        _WHO,
    ),
    "complaint": (
        Page("ly-do-muon", LateReason, "late"),
        Page("noi-dung", ComplaintText),
        _FILES,
        Page(WRITER, ComplainantForm),
    ),
    "never_received": (
        Page("van-ban", WhichPaper),
        Page("noi-dung", NeverReceivedText),
        _FILES,
        _WHO,
    ),
    "deferral": (Page("noi-dung", Hardship), Page("xac-nhan", Confirmed), _FILES, _WHO),
    "reduction": (
        Page("muc", ReductionWanted),
        Page("noi-dung", Hardship),
        Page("xac-nhan", Confirmed),
        _FILES,
        _WHO,
    ),
    "instalments": (Page("noi-dung", Hardship), Page("xac-nhan", Confirmed), _FILES, _WHO),
}


def pages_of(name: str, filled: Mapping[str, Mapping[str, str]], *, late: bool) -> list[Page]:
    """Return the pages of an answer in their order, as far as what was said asks for them."""
    return [page for page in PAGES[name] if page.is_asked(filled, late=late)]
