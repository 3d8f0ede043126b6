"""Begin, settle and call off the attempts to bring a paper to a person. Luật XLVPHC Đ70

Called inside the transaction of the act that needs it: the ledger (``PaperEvent``) and the state of
the attempt are written together.
"""

from __future__ import annotations

from datetime import datetime

from notices.models import Notice, PaperDelivery, PaperKind

# Papers that a person must receive; others lie in the file or go to an agency.
POSTED_KINDS = (
    PaperKind.NOTICE,
    PaperKind.DECISION,
    PaperKind.CANCELLATION,
    PaperKind.RECALL_LETTER,
)


def begin(
    notice: Notice, route: str, *, at: datetime, by_name: str, destination: str = ""
) -> PaperDelivery:
    """Begin one attempt by one route; the post room or a worker takes it from there.

    ``at`` is aware. Raises django.db.IntegrityError when an attempt by this route is still open.
    """
    addressee = notice.context.get("addressee") or {"lines": []}
    return PaperDelivery.objects.create(
        notice=notice,
        route=route,
        unit_code=notice.unit_code,
        area=(addressee["lines"] or [""])[-1][:120],
        destination=destination,
        begun_at=at,
        begun_by_name=by_name,
        next_attempt_at=at,
    )
