"""What the portal keeps about people, why, on which ground and how long, as its page says it.

The periods are read from what rules them, so that the page says what is done and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext, ngettext

from cameras import retention
from citizens import citizen_accounts, one_time_codes, own_data, uploads


@dataclass(frozen=True)
class Kept:
    """One kind of data: what it is, what for, on which ground, how long."""

    title: str
    what: str
    purpose: str
    ground: str
    period: str


def kept_data() -> list[Kept]:
    """Return what is kept about people, the answers first."""
    file = gettext("As long as the case file.")
    return [
        Kept(
            gettext("Answers and requests"),
            gettext("what you write, your name, address, and e-mail or telephone if you give it"),
            gettext("to handle the answer and to reply to you"),
            gettext("the laws on administrative violations and on complaints"),
            gettext(
                "%(period)s The words of a complaint or request that became a step of the case "
                "stay in the file."
            )
            % {"period": file},
        ),
        Kept(
            gettext("Files you send"),
            gettext("photographs and papers, drawn anew without what a telephone adds"),
            gettext("to prove what you say"),
            gettext("the law on administrative violations"),
            gettext("%(period)s Files not sent: %(hours)s.")
            % {
                "period": file,
                "hours": _hours(int(uploads.KEPT_UNSENT.total_seconds() // 3600)),
            },
        ),
        Kept(
            gettext("“It was me” statements"),
            gettext("name, date of birth, identity number, address, licence, and the statement"),
            gettext("to establish who drove and to draw up the record"),
            "TT 73/2024 Đ24, NĐ 61/2026 Đ15",
            file,
        ),
        Kept(
            gettext("People named as drivers"),
            gettext("name and contact, given by whoever named them, and their own answer"),
            gettext("to ask the person named"),
            "TT 73/2024 Đ24, NĐ 168/2024 Đ47",
            gettext("%(period)s The contact of who did not accept: %(days)s after the last answer.")
            % {"period": file, "days": _days(settings.NAMED_CONTACT_DAYS)},
        ),
        Kept(
            gettext("Files of fleets"),
            gettext("plate, days, and name and contact of each driver"),
            gettext("to name the drivers of many vehicles at once"),
            "TT 73/2024 Đ24",
            gettext("%(days)s after the days of a line end. A file not confirmed: one day.")
            % {"days": _days(settings.FLEET_ROW_DAYS)},
        ),
        Kept(
            gettext("Appointments"),
            gettext("the case and the time; nothing about the person"),
            gettext("to receive you, and to remind you the day before where you agreed to be told"),
            gettext("your own choice"),
            gettext("As long as the case file; it names nobody."),
        ),
        Kept(
            gettext("Consent to electronic delivery"),
            gettext("e-mail, telephone, the proof of your consent, and when you opened what"),
            gettext("to send you papers and one-time codes"),
            gettext("your consent (NĐ 118/2021 Đ28a)"),
            gettext("until you end it; the proof stays with the papers sent under it"),
        ),
        Kept(
            gettext("Account"),
            gettext(
                "e-mail or number, keyed digests of who you are, the identity number under seal, "
                "and where you are signed in"
            ),
            gettext("to show you your cases"),
            gettext("your consent; nobody needs an account"),
            gettext("until you delete it. Sign-ins: %(hours)s. A copy of your data: %(copy)s.")
            % {
                "hours": _hours(int(citizen_accounts.LASTS.total_seconds() // 3600)),
                "copy": _hours(int(own_data.KEPT.total_seconds() // 3600)),
            },
        ),
        Kept(
            gettext("Alerts about vehicles"),
            gettext("the plates you watch, and which case you were told of when"),
            gettext("to tell you of a new case"),
            gettext("your consent"),
            gettext("until you delete the account"),
        ),
        Kept(
            gettext("One-time codes"),
            gettext("to which contact, when, and whether it was used; never the code"),
            gettext("to prove that it is you"),
            gettext("the law on personal data 91/2025/QH15"),
            gettext("unused ones go after a day; a code is good for %(minutes)s minutes")
            % {"minutes": int(one_time_codes.CODE_LASTS.total_seconds() // 60)},
        ),
    ]


def days_of_the_file() -> str:
    """Return how long what belongs to a case is kept, by the rules of its classes."""
    rules = retention.rules_by_class()
    closed = rules.get(retention.RecordClass.CASE)
    rejected = rules.get(retention.RecordClass.REJECTED)
    words = []
    if closed is not None:
        words.append(
            gettext("%(days)s after the case has ended and cannot be contested (%(basis)s).")
            % {"days": _days(closed.keep_days), "basis": closed.basis}
        )
    if rejected is not None:
        words.append(
            gettext("Of a case without a decision: %(days)s (%(basis)s).")
            % {"days": _days(rejected.keep_days), "basis": rejected.basis}
        )
    if not words:
        words.append(gettext("With the case file, as the archive law says. No days are set yet."))
    return " ".join(words)


def _days(number: int) -> str:
    return ngettext("%(number)d day", "%(number)d days", number) % {"number": number}


def _hours(number: int) -> str:
    return ngettext("%(number)d hour", "%(number)d hours", number) % {"number": number}
