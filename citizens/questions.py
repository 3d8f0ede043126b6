"""One question a page: what was answered so far, what comes next, and all of it to be checked.

The answers stand in the session until they are sent or the case changes; no address holds them. A
draft belongs to one subject (a case, a nomination): another subject begins with an empty draft.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext

CHECK = "kiem-tra"


@dataclass(frozen=True)
class Question:
    """One page of a flow: its word in the address, its title, and the form it asks."""

    slug: str
    title: str
    form: type[forms.Form]
    lead: str = ""


@dataclass(frozen=True)
class Answered:
    """One line of the check page: what was asked, what was answered, and where to change it."""

    label: str
    value: str
    slug: str


class Draft:
    """The answers of one person to the questions of one flow, in the session."""

    def __init__(
        self,
        session: MutableMapping[str, Any],
        name: str,
        subject: str,
        questions: Sequence[Question],
    ) -> None:
        self.session, self.key, self.questions = session, f"draft:{name}", tuple(questions)
        kept = session.get(self.key)
        if kept is None or kept["subject"] != subject:
            kept = {"subject": subject, "form_key": secrets.token_urlsafe(24), "answers": {}}
            session[self.key] = kept
        self.kept = kept

    @property
    def form_key(self) -> str:
        """Return the key under which this draft is sent, once."""
        return str(self.kept["form_key"])

    def find(self, slug: str) -> Question | None:
        """Return a question that may be asked now: no question before it is open."""
        for question in self.questions:
            if question.slug == slug:
                return question
            if self.form(question) is None:
                return None
        return None

    def next_open(self) -> str:
        """Return the word of the first question without a right answer, the check page's at last.

        An answer counts only while its form still takes it: a day may have passed meanwhile.
        """
        for question in self.questions:
            if self.form(question) is None:
                return question.slug
        return CHECK

    def keep(self, question: Question, data: Mapping[str, Any]) -> None:
        """Keep what was typed for a question; its form has taken it."""
        names = question.form.base_fields
        self.kept["answers"][question.slug] = {name: data[name] for name in names if name in data}
        self.session[self.key] = self.kept

    def typed(self, question: Question) -> dict[str, Any] | None:
        """Return what was typed for a question before, None when nothing was."""
        typed: dict[str, Any] | None = self.kept["answers"].get(question.slug)
        return typed

    def form(self, question: Question) -> forms.Form | None:
        """Return the answered form of a question, None where the answer is missing or wrong."""
        typed = self.typed(question)
        if typed is None:
            return None
        form = question.form(typed)
        return form if form.is_valid() else None

    def answers(self) -> dict[str, Any]:
        """Return every answer by the name of its field; call it when nothing is open."""
        found: dict[str, Any] = {}
        for question in self.questions:
            form = self.form(question)
            if form is not None:
                found |= form.cleaned_data
        return found

    def lines(self) -> list[Answered]:
        """Return what the check page shows."""
        return [
            Answered(str(bound.label), shown(bound.field, form.cleaned_data[bound.name]), slug)
            for slug, form in ((each.slug, self.form(each)) for each in self.questions)
            if form is not None
            for bound in form.visible_fields()
            if bound.field.required or form.cleaned_data[bound.name]
        ]

    def forget(self) -> None:
        """Forget the answers: they were sent."""
        self.session.pop(self.key, None)


def shown(field: forms.Field, value: Any) -> str:
    """Return an answer as the check page writes it."""
    if isinstance(field, forms.BooleanField):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    choices = dict(getattr(field, "choices", ()))
    return str(choices.get(value, value)) or "–"
