"""The second pair of eyes in the walkthrough: another officer decides, a supervisor settles."""

from __future__ import annotations

from collections.abc import Collection

from config.demo import journey
from config.demo.visitor import NotAsExpected, Visitor
from violations.models import SecondLook


def awaited(numbers: Collection[str]) -> set[str]:
    """Return the numbers of the cases that were drawn for a second look nobody has given yet."""
    looks = SecondLook.objects.filter(case__number__in=numbers, looked_at__isnull=True)
    return set(looks.values_list("case__number", flat=True))


def disputed(numbers: Collection[str]) -> list[SecondLook]:
    """Return the disagreements that wait for a third person."""
    looks = SecondLook.objects.filter(
        case__number__in=numbers, agrees=False, adjudicated_at__isnull=True
    )
    return list(looks.select_related("case").order_by("pk"))


def look(second: Visitor, numbers: Collection[str]) -> None:
    """Decide the drawn cases as the queue serves them; it does not say that they are drawn."""
    journey.review(second, awaited(numbers))
    journey.wait_for("the second looks to be answered", lambda: not awaited(numbers))


def settle(third: Visitor, look: SecondLook) -> None:
    """Settle a disagreement in favour of the first look: the walkthrough goes on with the case.

    The page does not say which look was first; only who plays everybody knows it.
    """
    from violations.admin.adjudication_page import panels_of

    right = next(panel.key for panel in panels_of(look) if panel.is_first)
    page = third.open(f"/can-bo/phan-xu/{look.pk}/")
    form = next((form for form in page.forms if "finding" in form.fields), None)
    if form is None:
        raise NotAsExpected(f"nothing to settle on {page.url}: {page.text[:300]}")
    third.press(page, form, right=right, finding="Đã xem lại ảnh (mẫu)")
    look.refresh_from_db()
    if look.upholds is not True:
        raise NotAsExpected(f"{look.case.number} was not settled by the third person")
