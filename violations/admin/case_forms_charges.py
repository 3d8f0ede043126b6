"""What an officer fills in to add an act, record a circumstance, or make a finding."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from notices.amounts import format_vnd
from violations import charges
from violations.admin.case_forms import ActForm
from violations.admin.money_sheet import words_of
from violations.circumstances import GROUNDS
from violations.models import PenaltyRule, Violation


def offers(case: Violation, words: str = "") -> Iterable[PenaltyRule]:
    """Return the rules that may be added to a case, found by words of the act or its provision.

    The one place where this page asks the catalogue.
    """
    wanted = words.casefold().split()
    for rule in PenaltyRule.objects.filter(effective_from__lte=case.occurred_on):
        if charges.why_not_chargeable(rule, case, 1 if rule.is_per_person else None) is not None:
            continue
        text = f"{rule.short_citation} {rule.act_vi} {rule.act_en} {rule.fold}".casefold()
        if all(word in text for word in wanted):
            yield rule


class AddActForm(ActForm):
    """Another act that the same pictures show, chosen from the law of its day."""

    search_label = _("Search the acts by a word or a provision")

    rule = forms.ChoiceField(
        label=_("Act"), help_text=_("The law of the day of the act, for this vehicle.")
    )
    quantity = forms.IntegerField(
        label=_("Persons above the limit"),
        min_value=1,
        max_value=200,
        required=False,
        help_text=_("Only for an act fined for each person."),
    )
    note = forms.CharField(
        label=_("What shows this act"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Which picture, and where in it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = "" if self.is_bound else str(self.initial.get("words", ""))
        self.fields["rule"].choices = [  # type: ignore[attr-defined]
            (str(rule.pk), rule_label(rule)) for rule in offers(self.case, words)
        ]


class WithdrawActForm(ActForm):
    """An added act that is no longer held against the offender."""

    act = forms.ChoiceField(label=_("Act"))
    reason = forms.CharField(label=_("Reason"), max_length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.case.further_acts.filter(withdrawn_at__isnull=True).select_related("rule")
        self.fields["act"].choices = [  # type: ignore[attr-defined]
            (str(row.pk), rule_label(row.rule)) for row in rows
        ]


class CircumstanceForm(ActForm):
    """One ground of Đ9 or Đ10 and what proves it."""

    ground = forms.ChoiceField(
        label=_("Circumstance"),
        widget=forms.RadioSelect,
        help_text=_("What is part of the act itself does not aggravate it (Đ10 k2)."),
    )
    proof = forms.CharField(
        label=_("Proof"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = set(
            self.case.circumstances.filter(withdrawn_at__isnull=True).values_list(
                "ground", flat=True
            )
        )
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            (title, [(g.code, words_of(g.code)) for g in GROUNDS.values()
                     if g.kind == kind and g.code not in known])
            for kind, title in (("mitigating", gettext("Mitigating")),
                                ("aggravating", gettext("Aggravating")))
        ]  # fmt: skip


class WithdrawCircumstanceForm(ActForm):
    """A recorded circumstance that no longer counts."""

    circumstance = forms.ChoiceField(label=_("Circumstance"))
    reason = forms.CharField(label=_("Reason"), max_length=400)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.case.circumstances.filter(withdrawn_at__isnull=True)
        self.fields["circumstance"].choices = [  # type: ignore[attr-defined]
            (str(row.pk), words_of(row.ground)) for row in rows
        ]


class FindingForm(ActForm):
    """A finding about the offender on which a consequence depends."""

    finding = forms.ChoiceField(
        label=_("Finding"),
        choices=[
            (charges.INTENT, _("Aged 14 to under 16: the act was intentional (Đ5 k1)")),
            (charges.POINTS, _("The owner who does not say who drove loses points (Đ47 k8b)")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )


def rule_label(rule: PenaltyRule) -> str:
    """Name a rule in a list: provision, act, frame, and whose amounts they are."""
    act = rule.act_en if (get_language() or "vi").startswith("en") else rule.act_vi
    if rule.sanction == PenaltyRule.Sanction.WARNING:
        frame = gettext("a warning, no fine")
    else:
        frame = f"{format_vnd(rule.fine_min_vnd)} – {format_vnd(rule.fine_max_vnd)}"
    whose = f", {rule.get_offender_display()}" if rule.offender else ""
    return f"{rule.short_citation} – {act}: {frame}{whose}"
