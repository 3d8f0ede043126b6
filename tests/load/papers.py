"""Notice PDFs by one worker: claim, render as PDF/A, store durably, note in the register.

Beside ``HTML(string=…).write_pdf()`` of the same filled letter with the same pictures, style sheet
and fonts, as one would write it: nothing kept from one letter to the next, nothing checked, and
plain PDF. A ratio above 1 says that keeping the fonts loaded saves more than all the rest costs.

Measured twice: with harfbuzz-subset, where it is installed, and with the library taken from both
sides. Then two worker processes make a stack of papers from the queue.
"""

from __future__ import annotations

import base64
import re
import statistics
import time
from typing import Any

import weasyprint.pdf.fonts
from django.db import transaction
from django.utils import timezone
from weasyprint import HTML

from notices.qr_pictures import SCHEME, QrPicture
from tests.load.rounds import Comparison, Work, compare
from tests.scratch import ScratchPortal, quick_world

PAPERS, ROUNDS = 6, 7
STACK = 120  # papers for the two workers
LONGEST_SECONDS = 300


def measure(portal: ScratchPortal) -> dict[str, Any]:
    """Return the figures; checks afterwards that every paper was made once."""
    from notices import production
    from notices.library_versions import library_versions
    from tests.journeys import case_at

    case = case_at("notified", quick_world())
    first = case.events.get(step="sign_notice").notice
    suffix = case.unit.paper_suffix
    assert production.produce(first.pk, at=timezone.now())
    figures: dict[str, Any] = {"pictures": len(first.images)}
    acts = 1
    present = bool(library_versions()["harfbuzz-subset"])
    for name in (["with_harfbuzz_subset"] if present else []) + ["without_harfbuzz_subset"]:
        before = weasyprint.pdf.fonts.harfbuzz_subset
        if name.startswith("without"):
            weasyprint.pdf.fonts.harfbuzz_subset = None
        try:
            compared = _compare(first, suffix)
        finally:
            weasyprint.pdf.fonts.harfbuzz_subset = before
        figures[name] = compared.figures
        acts += compared.acts
    assert portal.count("notices_paperevent WHERE what = 'rendered'") == acts
    return {**figures, "two_workers": _two_workers(portal, first, suffix)}


def _compare(first: Any, suffix: str) -> Comparison:
    """Let our worker and the naive call write the same letter in turns."""
    from notices import production

    waiting = _issued(first, suffix, PAPERS * (ROUNDS + 1))

    def produce() -> None:
        assert production.produce(waiting.pop(), at=timezone.now())

    ours, plain = Costed(produce), Costed(_plain(first))
    compared = compare([ours], [plain], acts=PAPERS, rounds=ROUNDS)
    costs = {"portal": ours.median_ms(), "bare": plain.median_ms()}
    compared.figures["core_ms"] = costs | {"ratio": round(costs["bare"] / costs["portal"], 2)}
    return compared


class Costed:
    """An act with what it costs of one core: on a busy machine the clock tells less than this.

    What the database server and the disk do for it is in the clock alone.
    """

    def __init__(self, act: Work) -> None:
        self._act = act
        self._costs: list[float] = []

    def __call__(self) -> None:
        """Act once and remember the time of this thread on a core."""
        began = time.thread_time()
        self._act()
        self._costs.append(time.thread_time() - began)

    def median_ms(self) -> float:
        """Return the median cost of an act in milliseconds."""
        return round(statistics.median(self._costs) * 1000, 1)


def _issued(first: Any, suffix: str, count: int) -> list[Any]:
    """Issue papers with the contents of the first; returns their ids."""
    from notices import register

    waiting = []
    for _ in range(count):
        with transaction.atomic():
            issued = register.issue(
                first.kind,
                unit=register.IssuingUnit(first.unit_code, suffix),
                context=first.context,
                subject=first.subject,
                images=first.images,
                at=timezone.now(),
                by_name="Lê Quang Minh",
            )
        waiting.append(issued.pk)
    return waiting


def _two_workers(portal: ScratchPortal, first: Any, suffix: str) -> dict[str, Any]:
    """Let two worker processes make a stack from the queue; from the first paper to the last."""
    from notices.models import Notice

    waiting = _issued(first, suffix, STACK)
    Notice.objects.filter(rendering="pending").exclude(pk__in=waiting).update(rendering="failed")
    portal.environment["PORTAL_WORKERS"] = "2"
    portal.ensure_worker()
    portal.send("notices.tasks.sweep_rendering")
    until = time.monotonic() + LONGEST_SECONDS
    while Notice.objects.filter(rendering="pending").exists() and time.monotonic() < until:
        time.sleep(0.1)
    made = Notice.objects.filter(pk__in=waiting, rendering="rendered")
    moments = sorted(made.values_list("rendered_at", flat=True))
    assert len(moments) == STACK
    seconds = (moments[-1] - moments[0]).total_seconds()
    return {"papers": STACK, "per_second": round((STACK - 1) / seconds, 2)}


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
    html = re.sub(rf"{SCHEME}:[0-9a-f:]+", lambda name: _as_svg(name[0]), html)

    def write() -> None:
        assert HTML(string=html).write_pdf().startswith(b"%PDF")

    return write


def _as_svg(name: str) -> str:
    """Return a QR as programs that make QRs write it: one stroke for each run of dark modules."""
    picture = QrPicture(name)
    strokes = "".join(f"M{x} {y}.5h{length}" for x, y, length in picture.runs())
    side, wide = picture.side, f"{picture.side_mm:.3f}mm"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{wide}"'
        f' viewBox="0 0 {side} {side}"><path stroke="#000" d="{strokes}"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
