"""What an officer has begun and not finished: read before they move or leave."""

from __future__ import annotations

from dataclasses import dataclass, field

from violations.models import CameraPause, Draft, Lease, Officer, Recall, SigningBatch

MOST = 50


@dataclass(frozen=True)
class OpenWork:
    """Open work of one officer. Each list is cut at fifty."""

    leases: list[Lease] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    batches: list[SigningBatch] = field(default_factory=list)
    pauses: list[CameraPause] = field(default_factory=list)
    recalls: list[Recall] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Return how many things are open."""
        return sum(
            len(rows)
            for rows in (self.leases, self.drafts, self.batches, self.pauses, self.recalls)
        )


def open_work(officer: Officer) -> OpenWork:
    """Return what an officer holds, has proposed or has stopped and not yet let go on."""
    return OpenWork(
        leases=list(Lease.objects.filter(officer=officer).select_related("case")[:MOST]),
        drafts=list(
            Draft.objects.filter(proposed_by=officer, state=Draft.State.PROPOSED).select_related(
                "case"
            )[:MOST]
        ),
        batches=list(
            SigningBatch.objects.filter(leader=officer, state=SigningBatch.State.OPEN)[:MOST]
        ),
        pauses=list(
            CameraPause.objects.filter(paused_by=officer, resumed_at__isnull=True).select_related(
                "device"
            )[:MOST]
        ),
        recalls=list(
            Recall.objects.filter(
                proposed_by=officer, state__in=[Recall.State.PROPOSED, Recall.State.RUNNING]
            )[:MOST]
        ),
    )
