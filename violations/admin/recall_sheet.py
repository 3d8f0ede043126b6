"""What the recall console shows: figures by stage and act, differences, outcomes, lists to take."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext

from violations import recall_letters
from violations.admin.home_todo import grouped
from violations.models import Recall, RecallItem, Violation
from violations.recall_estimate import CANCEL, DISMISS, NOTHING, PLANS, REJECT, Affected, plan_for
from violations.recall_job import progress

# How a state of a recall is drawn: tone and shape of its chip.
CHIPS = {
    Recall.State.PROPOSED: ("warn", "diamond-hollow"),
    Recall.State.REFUSED: ("neutral", "cross"),
    Recall.State.RUNNING: ("info", "half"),
    Recall.State.FINISHED: ("ok", "tick"),
}


def plan_words(plan: str) -> str:
    """Say what becomes of a case."""
    return {
        REJECT: gettext("reject"),
        DISMISS: gettext("end without a sanction"),
        CANCEL: gettext("cancel the decision"),
        NOTHING: gettext("nothing, it has ended"),
    }[plan]


def stages(estimate: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the cases by stage in the order of the procedure, each with what becomes of them."""
    return [
        {
            "label": status.label,
            "count": estimate["by_status"][status.value],
            "plan": plan_for(status.value),
            "words": plan_words(plan_for(status.value)),
        }
        for status in Violation.Status
        if estimate["by_status"].get(status.value)
    ]


def differences(found: Iterable[tuple[str, int, int]]) -> list[dict[str, Any]]:
    """Word each figure that has changed since the proposal."""
    names = {
        "cases": gettext("Cases"),
        "fines_vnd": gettext("Fines to be cancelled, đồng"),
        "refund_vnd": gettext("To be given back, đồng"),
        "payments": gettext("Payments received"),
        "warnings": gettext("Standing warnings"),
        "points": gettext("Licence points to be given back"),
        "licences": gettext("Licences"),
        "suspensions": gettext("Licence suspensions"),
        "letters": gettext("Cancellation decisions"),
        "to_tell": gettext("Owners told by letter"),
        "of_other_units": gettext("Cases handed to another unit"),
        "not_yet_cases": gettext("Detections that are no case yet"),
        "held": gettext("Held detections"),
    }
    rows = []
    for name, before, now in found:
        group, _dot, inner = name.partition(".")
        if group == "by_plan":
            label = plan_words(inner)
        elif group == "by_status":
            label = str(Violation.Status(inner).label)
        else:
            label = names.get(name, name)
        rows.append({"label": label, "before": before, "now": now})
    return rows


def outcome_words(outcome: Iterable[dict[str, Any]]) -> list[str]:
    """Say what was done with one case, line by line."""
    lines = []
    for row in outcome:
        what = row["what"]
        if what in PLANS:
            lines.append(
                {
                    REJECT: gettext("rejected"),
                    DISMISS: gettext("ended without a sanction"),
                    CANCEL: gettext("decision cancelled"),
                    NOTHING: gettext("had ended already"),
                }[what]
            )
        elif what == "letter":
            lines.append(gettext("paper %(number)s") % row)
        elif what == "warnings_lifted":
            lines.append(gettext("%(count)s warnings lifted") % row)
        elif what == "points_returned":
            lines.append(gettext("%(count)s points given back") % row)
        elif what == "refund_owed":
            lines.append(
                gettext("%(amount)s đồng owed back") % {"amount": grouped(row["amount_vnd"])}
            )
        elif what == "owner_to_be_told":
            lines.append(gettext("owner to be told by letter"))
    return lines


def summary(recall: Recall) -> dict[str, Any]:
    """Return what a list shows of a recall."""
    tone, shape = CHIPS[Recall.State(recall.state)]
    is_on = recall.state in (Recall.State.RUNNING, Recall.State.FINISHED)
    return {
        "recall": recall,
        "tone": tone,
        "shape": shape,
        "state_words": gettext("carried out")
        if recall.state == Recall.State.FINISHED
        else recall.get_state_display(),
        "devices": [device.code for device in recall.devices.all()],
        "progress": progress(recall) if is_on else None,
    }


def estimate_csv(rows: Iterable[Affected]) -> str:
    """Write the cases of a dry run as CSV: numbers, stages and money, nobody's name or plate."""
    return _csv(
        ("case", "status", "plan", "fine_vnd", "paid_vnd"),
        ((row.case.number, row.case.status, row.plan, row.fine_vnd, row.paid_vnd) for row in rows),
    )


def untold(recall: Recall, most: int) -> list[dict[str, Any]]:
    """Return who must still be written to: the case, how far its paper is, as chip and words."""
    words = {
        recall_letters.MISSING: ("bad", "triangle", gettext("no letter yet")),
        recall_letters.PROPOSED: ("warn", "diamond-hollow", gettext("awaits signature")),
        recall_letters.SIGNED: ("info", "half", gettext("to be posted")),
    }
    rows = []
    for one in recall_letters.stages(recall_letters.untold(recall)[:most]):
        tone, shape, label = words[one.stage]
        rows.append(
            {
                "case": one.item.case,
                "tone": tone,
                "shape": shape,
                "label": label,
                "paper": one.paper,
                "kind": one.paper.get_kind_display() if one.paper else "",
            }
        )
    return rows


def report_csv(items: Iterable[RecallItem], untold: Mapping[int, str]) -> str:
    """Write the items of a recall as CSV, in the words of the page.

    ``untold`` says of an item whose person must still be written to how far the paper is.
    """
    return _csv(
        ("case", "status_before", "plan", "state", "done", "refund_vnd", "why_not", "to_write"),
        (
            (
                item.case.number,
                item.status_before,
                item.plan,
                item.state,
                "; ".join(outcome_words(item.outcome)),
                sum(row.get("amount_vnd", 0) for row in item.outcome),
                item.refusal,
                untold.get(item.pk, ""),
            )
            for item in items
        ),
    )


def report_json(
    recall: Recall, items: Iterable[RecallItem], untold: Mapping[int, str]
) -> dict[str, Any]:
    """Return the whole recall as data: who, what, figures before, sums after, every case.

    ``untold`` is that of ``report_csv``.
    """
    return {
        "number": recall.number,
        "unit": recall.unit.code,
        "devices": [device.code for device in recall.devices.order_by("code")],
        "from": recall.from_at.isoformat(),
        "until": recall.until_at.isoformat(),
        "defect": recall.defect,
        "basis": recall.basis,
        "state": recall.state,
        "proposed_by": recall.proposed_by.badge,
        "settled_by": recall.settled_by.badge if recall.settled_by else None,
        "estimate": recall.estimate,
        "report": recall.report,
        "cases": [
            {
                "case": item.case.number,
                "status_before": item.status_before,
                "plan": item.plan,
                "state": item.state,
                "outcome": item.outcome,
                "refusal": item.refusal,
                "to_write": untold.get(item.pk, ""),
            }
            for item in items
        ],
    }


def _csv(head: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _harmless(cell: Any) -> Any:
    """Keep a table program from reading a text as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell
