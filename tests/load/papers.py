"""Notice PDFs by one worker: claim, render as PDF/A, store durably, note in the register.

Beside ``HTML(string=…).write_pdf()`` of the same filled letter with the same pictures, style sheet
and fonts, as one would write it: nothing kept from one letter to the next, nothing checked, and
plain PDF. A ratio above 1 says that keeping the fonts loaded saves more than all the rest costs.
"""

from __future__ import annotations

import base64
from typing import Any

from weasyprint import HTML

from tests.load.rounds import Work, compare
from tests.scratch import ScratchPortal, quick_world

PAPERS, ROUNDS = 6, 7


def measure(portal: ScratchPortal) -> dict[str, Any]:
    """Return the figures; checks afterwards that every paper was made once."""
    from django.db import transaction
    from django.utils import timezone

    from notices import production, register
    from tests.journeys import case_at

    case = case_at("notified", quick_world())
    first = case.events.get(step="sign_notice").notice
    waiting = []
    for _ in range(PAPERS * (ROUNDS + 1)):
        with transaction.atomic():
            issued = register.issue(
                first.kind,
                unit=register.IssuingUnit(first.unit_code, case.unit.paper_suffix),
                context=first.context,
                subject=first.subject,
                images=first.images,
                at=timezone.now(),
                by_name="Lê Quang Minh",
            )
        waiting.append(issued.pk)

    def produce() -> None:
        assert production.produce(waiting.pop(), at=timezone.now())

    compared = compare([produce], [_plain(first)], acts=PAPERS, rounds=ROUNDS)
    assert portal.count("notices_paperevent WHERE what = 'rendered'") == compared.acts
    return {"pictures": len(first.images), **compared.figures}


def _plain(notice: Any) -> Work:
    """Return what writes the same letter with WeasyPrint alone."""
    from notices import production, rendering
    from notices.register import lookup_code

    styles = (rendering.TEMPLATES / "notices" / "paper.css").read_text()
    styles = styles.replace("font:", rendering.FONTS.as_uri() + "/", styles.count('url("font:'))
    html = rendering._fill(notice.kind, notice.context, lookup_code(notice.pk), notice.stamp)
    html = html.replace("</head>", f"<style>{styles}</style></head>")
    for sha256, data in production._pictures(notice).items():
        picture = "data:image/jpeg;base64," + base64.b64encode(data).decode()
        html = html.replace(f"evidence:{sha256}", picture)

    def write() -> None:
        assert HTML(string=html).write_pdf().startswith(b"%PDF")

    return write
