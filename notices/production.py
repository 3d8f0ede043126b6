"""Make the PDF of an issued paper, once, whatever happens to the worker in between."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from notices.models import Notice, PaperEvent
from notices.register import lookup_code
from notices.rendering import RenderError, render

CLAIM_LASTS = timedelta(minutes=3)  # above the worker's time limit: a live worker keeps its claim
ATTEMPTS = 5


def produce(notice_id: uuid.UUID, *, at: datetime) -> bool:
    """Render one paper and keep its bytes; returns whether this call made it.

    The claim is a compare-and-set, so two workers never render one paper at once; a killed
    worker's claim runs out and another takes over. The same frozen contents give the same bytes,
    so a crash between storing and noting costs nothing. A paper that cannot be made is marked with
    the reason and blocks no other.
    """
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - CLAIM_LASTS)
    claimed = Notice.objects.filter(free, pk=notice_id, rendering=Notice.Rendering.PENDING).update(
        claimed_at=at
    )
    if not claimed:
        return False
    notice = Notice.objects.get(pk=notice_id)
    try:
        rendered = render(
            notice.kind,
            notice.context,
            _pictures(notice),
            lookup_code=lookup_code(notice.pk),
            stamp=None if notice.stamp is None else bytes(notice.stamp),
        )
    except RenderError as fault:
        _fail(notice, str(fault))
        return False
    except Exception:
        # An unexpected fault (memory, library) may pass; after some attempts a person looks.
        if notice.render_attempts + 1 >= ATTEMPTS:
            _fail(notice, gettext("The paper could not be made; tell the administrator."))
        else:
            Notice.objects.filter(pk=notice.pk).update(
                render_attempts=notice.render_attempts + 1, claimed_at=None
            )
        raise
    pdf_sha256 = storages["papers"].put(rendered.pdf)  # type: ignore[attr-defined]  # ContentStore
    with transaction.atomic():
        made = Notice.objects.filter(pk=notice.pk, rendering=Notice.Rendering.PENDING).update(
            rendering=Notice.Rendering.RENDERED,
            render_attempts=notice.render_attempts + 1,
            rendered_at=at,
            pdf_sha256=pdf_sha256,
            pdf_size=len(rendered.pdf),
            pages=rendered.pages,
        )
        if made:
            PaperEvent.objects.create(
                notice=notice,
                what=PaperEvent.What.RENDERED,
                at=at,
                by_name="Hệ thống",
                facts={"sha256": pdf_sha256, "pages": rendered.pages},
            )
    return bool(made)


def read_pdf(notice: Notice) -> bytes:
    """Return the stored bytes of a rendered paper. Raises FileNotFoundError before they exist."""
    if notice.rendering != Notice.Rendering.RENDERED:
        raise FileNotFoundError(notice.number_text)
    data: bytes = storages["papers"].read(notice.pdf_sha256)  # type: ignore[attr-defined]
    return data


def left_behind(*, at: datetime, limit: int = 200) -> list[uuid.UUID]:
    """Return papers whose PDF is still to be made and which nobody is making."""
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - CLAIM_LASTS)
    waiting = Notice.objects.filter(free, rendering=Notice.Rendering.PENDING)
    return list(waiting.order_by("issued_at").values_list("pk", flat=True)[:limit])


def make_again(notice_id: uuid.UUID) -> bool:
    """Let a failed paper be tried again, after a person has mended its cause."""
    failed = Notice.objects.filter(pk=notice_id, rendering=Notice.Rendering.FAILED)
    return bool(
        failed.update(
            rendering=Notice.Rendering.PENDING,
            render_attempts=0,
            render_fault="",
            claimed_at=None,
        )
    )


def _pictures(notice: Notice) -> dict[str, bytes]:
    """Read the pictures to print: the stored copies, under the names of their originals."""
    store = storages["evidence"]
    return {
        picture["sha256"]: store.read(picture["copy_sha256"])  # type: ignore[attr-defined]
        for picture in notice.images
        if store.exists(picture["copy_sha256"])
    }


def _fail(notice: Notice, reason: str) -> None:
    Notice.objects.filter(pk=notice.pk).update(
        rendering=Notice.Rendering.FAILED,
        render_attempts=notice.render_attempts + 1,
        render_fault=reason[:300],
        claimed_at=None,
    )
