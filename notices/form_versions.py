"""Which version of a form is the law on the day a paper is made (ngày lập, ngày ra văn bản).

A form follows the text in force when the case is handled, not the one when the act was done. The
portal prints the versions it has compared; a day before them is refused with a sentence, because a
paper on the wrong form is set aside. Law.md §1.2, §3.2
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext

from notices.contents_ordinary import ORDINARY_KINDS


class FormError(Exception):
    """No version of this form that the portal can print is in force on the day."""


@dataclass(frozen=True)
class FormVersion:
    """One version of a form: the first day it is the law, and the text that gave it.

    ``is_printed`` is false for a version that came before the ones this portal prints.
    """

    valid_from: date
    instrument: str
    is_printed: bool = True


TRAFFIC = (  # forms 01 to 04 of the circular on patrol and handling
    FormVersion(date(2025, 1, 1), "Thông tư số 73/2024/TT-BCA", is_printed=False),
    FormVersion(
        date(2025, 3, 1),
        "Thông tư số 73/2024/TT-BCA, được sửa đổi, bổ sung bởi Thông tư số 13/2025/TT-BCA",
    ),
)
SANCTION = (  # MBB and MQĐ forms of the decree on handling administrative violations
    FormVersion(date(2022, 1, 1), "Nghị định số 118/2021/NĐ-CP", is_printed=False),
    FormVersion(
        date(2025, 7, 1),
        "Nghị định số 118/2021/NĐ-CP, được sửa đổi, bổ sung bởi Nghị định số 190/2025/NĐ-CP",
    ),
)
COMPLAINT = (
    FormVersion(date(2020, 12, 10), "Nghị định số 124/2020/NĐ-CP", is_printed=False),
    FormVersion(
        date(2026, 7, 1),
        "Nghị định số 124/2020/NĐ-CP, được sửa đổi, bổ sung bởi Nghị định số 155/2026/NĐ-CP",
    ),
)
OWN = (FormVersion(date(2025, 1, 1), ""),)  # the portal's own sheets and letters: no form of law

FORM_VERSIONS: dict[str, tuple[FormVersion, ...]] = {
    **dict.fromkeys(("TB0173", "TB0273", "PC0373", "PG04"), TRAFFIC),
    **dict.fromkeys(("MBB01", "MQD02"), SANCTION),
    **{kind: SANCTION for kind in ORDINARY_KINDS if kind.startswith(("MBB", "MQD"))},
    **dict.fromkeys(("KN01", "KN03", "KN04", "KNQD", "KN14A", "KN14B"), COMPLAINT),
    **dict.fromkeys(("XNNT", "BKIN", "BKCC", "TBTC", "TBPGT", "TBTH", "TODC", "GBP"), OWN),
}
NAMES = {
    "TB0173": "Mẫu số 01/73",
    "TB0273": "Mẫu số 02/73",
    "PC0373": "Mẫu số 03/73",
    "PG04": "Mẫu số 04",
    "MBB01": "Mẫu biên bản số 01",
    "MQD02": "Mẫu quyết định số 02",
    "KN01": "Mẫu số 01",
    "KN03": "Mẫu số 03",
    "KN04": "Mẫu số 04",
}


def form_in_force(kind: str, on: date) -> FormVersion:
    """Return the version of a form that is the law on a day in Viet Nam.

    Raises FormError before the first version, and for one that the portal does not print.
    """
    begun = [version for version in FORM_VERSIONS[kind] if version.valid_from <= on]
    if not begun:
        raise FormError(
            gettext("This form was not in force on %(day)s; check the day.") % {"day": _figures(on)}
        )
    version = begun[-1]
    if not version.is_printed:
        first = next(each for each in FORM_VERSIONS[kind] if each.is_printed)
        raise FormError(
            gettext(
                "On %(day)s an earlier version of this form was the law; the portal prints the one "
                "in force from %(first)s. Make this paper by hand."
            )
            % {"day": _figures(on), "first": _figures(first.valid_from)}
        )
    return version


def form_mark(moment: str, kind: str) -> str:
    """Return the line that names form and source: ``Mẫu số 01/73, Thông tư số 73/2024/TT-BCA``.

    ``moment`` is a day or moment of a context, in ISO 8601.
    """
    version = form_in_force(kind, date.fromisoformat(moment[:10]))
    return f"{NAMES[kind]}, {version.instrument}"


def _figures(day: date) -> str:
    return day.strftime("%d/%m/%Y")
