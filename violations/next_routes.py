"""Which way a paper goes next, by what became of the last attempt. Pure; an article on each line.

Luật XLVPHC Đ70; NĐ 118/2021/NĐ-CP Đ17a, Đ28a–28b; TT 73/2024/TT-BCA Đ24 k5
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from violations.service_rules import RETURNS_NEEDED


@dataclass(frozen=True)
class NextRoute:
    """One way to go next and why; ``route`` is empty where a person must do something first."""

    route: str
    why: str | Promise
    article: str


AGAIN = NextRoute("post", _("Send it once more by registered post."), "NĐ 118/2021 Đ17a")
PRINT_AGAIN = NextRoute(
    "post", _("The letter was damaged: print it again and send it."), "Luật XLVPHC Đ70"
)
PAPER = NextRoute(
    "post", _("It could not be sent electronically: send it on paper."), "NĐ 118/2021 Đ28b"
)
ADDRESS = NextRoute("", _("Look the address up again and issue the paper anew."), "Luật XLVPHC Đ70")
BY_HAND = NextRoute(
    "hand",
    _("Hand it over in person; a refusal counts only when minuted (MBB06)."),
    "NĐ 118/2021 Đ17a",
)
MINUTES = NextRoute(
    "", _("Enter the number of the minutes MBB06; the refusal counts then."), "NĐ 118/2021 Đ17a"
)
DEEMED = NextRoute(
    "",
    _("The third return: the decision counts as served three working days later."),
    "NĐ 118/2021 Đ17a",
)
POSTED_UP = NextRoute(
    "posting",
    _("Post it up in public at the residence for seven working days."),
    "NĐ 118/2021 Đ17a",
)
NOTHING = NextRoute("", _("Nothing more is sent; decide how the case goes on."), "Luật XLVPHC Đ65")


def commune(*, is_notice: bool) -> NextRoute:
    """Return the way by the commune police. TT 73/2024 Đ24 k5 for a notice, Đ70 for others"""
    return NextRoute(
        "commune",
        _("The commune police hand it over and report back (form 04)."),
        "TT 73/2024 Đ24 k5 đ.b" if is_notice else "Luật XLVPHC Đ70",
    )


def next_routes(
    state: str, *, reason: str = "", returned: int = 0, is_notice: bool = False
) -> list[NextRoute]:
    """Return what may be tried after an attempt, the best first; nothing after a receipt.

    ``state`` and ``reason`` are those of the last ``PaperDelivery``; ``returned`` counts the
    letters of this paper that the post brought back, this one included.
    """
    if state in ("waiting", "printing", "sent", "delivered", "opened"):
        return []
    if state == "refused":
        return [MINUTES, commune(is_notice=is_notice)]
    if state in ("failed", "called_off"):
        return [PAPER]
    if reason == "deceased":
        return [NOTHING]
    if returned >= RETURNS_NEEDED and not is_notice:
        return [DEEMED, POSTED_UP]
    by_commune = commune(is_notice=is_notice)
    tried = {
        "no_address": [ADDRESS, by_commune],
        "moved": [by_commune, ADDRESS],
        "absent": [AGAIN, by_commune] if returned < RETURNS_NEEDED else [by_commune],
        "refused": [BY_HAND, by_commune],
        "damaged": [PRINT_AGAIN],
    }
    return tried.get(reason, [by_commune])
