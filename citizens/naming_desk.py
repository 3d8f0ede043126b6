"""What officers have to do about who drove: statements to settle, letters to post, who waits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from citizens import nomination_messages
from citizens.appointments import on_day
from citizens.models import Appointment, AppointmentSlot, DriverStatement, Nomination
from notices.lookup_codes import pretty
from violations.admin.access import within_units
from violations.admin.home_todo import grouped
from violations.guards import VIET_NAM, day_in_viet_nam
from violations.models import CaseDeadline, Violation
from violations.workflow.step import PROPOSE

RECENT = timedelta(days=30)
SHOWN = 100


@dataclass(frozen=True)
class Line:
    """One line of the list: the case, what waits, since when, and the owner's last day."""

    case: Violation
    what: str
    since: datetime
    due_on: date | None
    days: int | None
    is_ours: bool


def statements_waiting(user: Any) -> QuerySet[DriverStatement]:
    """Return the statements of the user's units that no officer has settled."""
    rows = DriverStatement.objects.filter(state=DriverStatement.State.OPEN)
    return within_units(rows, user, "case__unit__code")


def letters_waiting(user: Any) -> QuerySet[Nomination]:
    """Return the people named whom only a letter can tell, and whose letter is not posted."""
    rows = Nomination.objects.filter(
        Q(email="", phone="") | Q(attempts__gte=nomination_messages.MOST_ATTEMPTS) & ~Q(address=""),
        state=Nomination.State.OPEN,
        sent_at__isnull=True,
    )
    return within_units(rows, user, "case__unit__code")


def todo(user: Any, at: datetime) -> Iterator[dict[str, Any]]:
    """Yield the lines of the workbench: statements to settle, letters to post, who comes today."""
    if not user.has_perm(PROPOSE):
        return
    address = reverse("drivers:list")
    today = day_in_viet_nam(at)
    slots = within_units(AppointmentSlot.objects.all(), user, "unit__code")
    coming = Appointment.objects.filter(
        slot__in=on_day(slots, today).order_by(), state=Appointment.State.BOOKED
    ).count()
    lines = (
        (
            statements_waiting(user).count(),
            gettext("%(count)s statements about who drove wait"),
            gettext("An officer names the offender, or answers."),
            address,
        ),
        (
            letters_waiting(user).count(),
            gettext("%(count)s letters to people named wait to be posted"),
            gettext("They gave no e-mail and no mobile number."),
            address,
        ),
        (
            coming,
            gettext("%(count)s people come today"),
            gettext("By appointment, each with a case."),
            reverse("drivers:slots"),
        ),
    )
    for count, title, text, url in lines:
        if count:
            yield {
                "days": None,
                "title": title % {"count": grouped(count)},
                "text": text,
                "url": url,
                "button": gettext("Open"),
            }


def lines(user: Any, at: datetime) -> list[Line]:
    """Return what waits for an officer, then what waits for somebody else; names stay inside."""
    today = day_in_viet_nam(at)
    found = [
        *((row.case, row.get_manner_display(), row.made_at, True) for row in _of(
            statements_waiting(user).order_by("made_at"))),
        *((row.case, gettext("letter to be posted"), row.named_at, True) for row in _of(
            letters_waiting(user).order_by("named_at"))),
    ]  # fmt: skip
    known = {case.pk for case, *_rest in found}
    others = within_units(
        Nomination.objects.filter(
            Q(state=Nomination.State.OPEN)
            | Q(
                state__in=(Nomination.State.REFUSED, Nomination.State.EXPIRED),
                answered_at__gt=at - RECENT,
                case__status=Violation.Status.NOTIFIED,
                case__offender_identified_on__isnull=True,
            )
        ),
        user,
        "case__unit__code",
    )
    for row in _of(others.order_by("-named_at")):
        if row.case_id not in known:
            known.add(row.case_id)
            found.append((row.case, row.get_state_display(), row.named_at, False))
    clocks = dict(
        CaseDeadline.objects.filter(
            name="no_show", met_on__isnull=True, case__in=[case.pk for case, *_rest in found]
        ).values_list("case_id", "due_on")
    )
    return [
        Line(
            case,
            what,
            since,
            clocks.get(case.pk),
            (clocks[case.pk] - today).days if case.pk in clocks else None,
            is_ours,
        )
        for case, what, since, is_ours in found
    ]


def letter(nomination: Nomination) -> list[str]:
    """Return the paragraphs of the letter to a person named, in Vietnamese. No plate, no link."""
    until = nomination.expires_at.astimezone(VIET_NAM)
    unit = nomination.case.unit
    return [
        f"Kính gửi: {nomination.full_name}",
        f"Có người nêu tên ông/bà là người lái xe trong một vụ việc giao thông do {unit.name}"
        " giải quyết.",
        "Ông/bà tự gõ địa chỉ ghi dưới đây, chọn «Được nêu tên là người lái xe» rồi nhập mã:",
        f"Trả lời trước ngày {until:%d/%m/%Y}: nhận, không nhận, hoặc cho biết ai đã lái. Không có"
        f" mạng internet, ông/bà mang thư này đến {unit.address} hoặc gọi {unit.phone}.",
        "Được nêu tên chưa phải là bị xử phạt. Thư này không hỏi tiền, không hỏi mật khẩu.",
    ]


def code_for_letter(nomination: Nomination) -> str:
    """Return the code as the letter prints it."""
    return pretty(nomination_messages.code_of(nomination.pk))


def _of(rows: Any) -> Any:
    return rows.select_related("case")[:SHOWN]
