"""Make and seal the PDF of an issued paper, once, whatever happens to the worker in between."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from notices.key_places import KeyRefused, KeyUnavailable
from notices.library_versions import library_versions
from notices.models import Notice, PaperEvent, SigningKey
from notices.register import lookup_code
from notices.rendering import Rendered, RenderError, render, template_version
from notices.seals import level, seal
from notices.signing_keys import key_in_use

CLAIM_LASTS = timedelta(minutes=3)  # above the worker's time limit: a live worker keeps its claim
ATTEMPTS = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=30)


def produce(notice_id: uuid.UUID, *, at: datetime) -> bool:
    """Render and seal one paper and keep its bytes; returns whether this call made it.

    The claim is a compare-and-set, so two workers never make one paper at once; a killed worker's
    claim runs out and another takes over, until ``ATTEMPTS`` workers were lost over the paper. The
    same frozen contents give the same bytes before the seal; a crash between storing the sealed
    bytes and noting them leaves a file that no row names and nothing serves. A paper that cannot be
    made is marked with the reason and blocks no other; while token or time-stamp service do not
    answer, or when it took too long, it waits, each time longer, with the reason.
    """
    free = Q(claimed_at__isnull=True) | Q(claimed_at__lt=at - CLAIM_LASTS)
    pending = Notice.objects.filter(free, pk=notice_id, rendering=Notice.Rendering.PENDING)
    with transaction.atomic():  # one flush to the disk for the claim and the attempt
        if not pending.update(claimed_at=at):
            return False
        notice = Notice.objects.get(pk=notice_id)
        if not _begin(notice):
            return False
    try:
        rendered = render(
            notice.kind,
            notice.context,
            _pictures(notice),
            lookup_code=lookup_code(notice.pk),
            stamp=None if notice.stamp is None else bytes(notice.stamp),
        )
        unsigned_sha256 = sha256(rendered.pdf).hexdigest()
        key = key_in_use(notice.unit_code, at=at)
        sealed = seal(
            rendered.pdf,
            key,
            mark=rendered.mark,
            reason=f"Ban hành văn bản số {notice.number_text}",
            location=notice.context["unit"]["place"],
            at=at,
        )
    except RenderError as fault:
        _fail(notice, str(fault))
        return False
    except KeyRefused as fault:
        _fail(notice, str(fault), unsigned_sha256=unsigned_sha256)
        return False
    except KeyUnavailable as fault:
        _wait(notice, str(fault), at)
        return False
    except SoftTimeLimitExceeded:
        # Its message is done: sent again at once, it would only take the next worker's time.
        _give_up_or_wait(notice, gettext("Making the paper took too long."), at)
        return False
    except Exception:
        # An unexpected fault (memory, library) may pass; after some attempts a person looks.
        _give_up_or_wait(notice, gettext("An unexpected fault stopped the making."), at)
        raise
    pdf_sha256 = storages["papers"].put(sealed)  # type: ignore[attr-defined]  # ContentStore
    with transaction.atomic():
        if not SigningKey.objects.filter(pk=key.pk, retired_at=None).exists():
            # Retired while it signed: the paper waits for the next key, at the next sweep.
            Notice.objects.filter(pk=notice.pk).update(claimed_at=None, render_fault="")
            return False
        made = Notice.objects.filter(pk=notice.pk, rendering=Notice.Rendering.PENDING).update(
            rendering=Notice.Rendering.RENDERED,
            render_attempts=notice.render_attempts + 1,
            render_fault="",
            rendered_at=at,
            pdf_sha256=pdf_sha256,
            pdf_size=len(sealed),
            pages=rendered.pages,
            unsigned_sha256=unsigned_sha256,
            seal_key=key,
            sealed_at=at,
        )
        if made:
            _note_making(notice, rendered, unsigned_sha256, at=at)
            _note(
                notice,
                PaperEvent.What.SEALED,
                {"sha256": pdf_sha256, "kid": key.kid, "level": level()},
                at=at,
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


def unsealed(unit_code: str) -> list[uuid.UUID]:
    """Return the failed papers of a unit that were laid out and only lack their seal."""
    failed = Notice.objects.filter(unit_code=unit_code, rendering=Notice.Rendering.FAILED)
    return list(failed.exclude(unsigned_sha256="").values_list("pk", flat=True))


def _begin(notice: Notice) -> bool:
    """Note that an attempt begins; False marks a paper over which too many workers were lost.

    A worker that is killed (no memory, hard time limit) writes nothing down, so the attempt that
    begins is written first, in the place of the fault, and every other end writes over it.
    """
    begun = {_attempt(number): number for number in range(1, ATTEMPTS + 1)}
    lost = begun.get(notice.render_fault, 0)
    if lost >= ATTEMPTS:
        _fail(
            notice,
            gettext("%(count)d attempts to make the paper were cut off; tell the administrator.")
            % {"count": lost},
        )
        return False
    Notice.objects.filter(pk=notice.pk).update(render_fault=_attempt(lost + 1))
    return True


def _attempt(number: int) -> str:
    return gettext("Being made, attempt %(number)d.") % {"number": number}


def _pictures(notice: Notice) -> dict[str, bytes]:
    """Read the pictures to print: the stored copies, under the names of their originals."""
    store = storages["evidence"]
    return {
        picture["sha256"]: store.read(picture["copy_sha256"])  # type: ignore[attr-defined]
        for picture in notice.images
        if store.exists(picture["copy_sha256"])
    }


def _fail(notice: Notice, reason: str, *, unsigned_sha256: str = "") -> None:
    """Mark a paper as one that a person must look at; one that was laid out keeps its hash."""
    Notice.objects.filter(pk=notice.pk).update(
        rendering=Notice.Rendering.FAILED,
        render_attempts=notice.render_attempts + 1,
        render_fault=reason[:300],
        claimed_at=None,
        unsigned_sha256=unsigned_sha256,
    )


def _give_up_or_wait(notice: Notice, reason: str, at: datetime) -> None:
    """Let a paper wait after a fault of the works, or leave it to a person after some attempts."""
    if notice.render_attempts + 1 < ATTEMPTS:
        _wait(notice, reason, at)
        return
    _fail(
        notice,
        reason + " " + gettext("The paper could not be made; tell the administrator."),
    )


def _wait(notice: Notice, reason: str, at: datetime) -> None:
    """Let a paper wait for what does not answer, twice as long each time, at most half an hour.

    The wait is a claim that nobody holds, so the sweep passes the paper over until it has run out.
    """
    wait = min(FIRST_WAIT * 2 ** min(notice.render_attempts, 10), LONGEST_WAIT)
    Notice.objects.filter(pk=notice.pk, rendering=Notice.Rendering.PENDING).update(
        render_attempts=notice.render_attempts + 1,
        render_fault=reason[:300],
        claimed_at=at + wait - CLAIM_LASTS,
    )


def _note_making(notice: Notice, rendered: Rendered, unsigned_sha256: str, *, at: datetime) -> None:
    """Note with what the bytes before the seal were made, so that they can be made again."""
    facts = {
        "sha256": unsigned_sha256,
        "size": len(rendered.pdf),
        "pages": rendered.pages,
        "form": template_version(),
        "libraries": library_versions(),
    }
    _note(notice, PaperEvent.What.RENDERED, facts, at=at)


def _note(notice: Notice, what: PaperEvent.What, facts: dict[str, Any], *, at: datetime) -> None:
    PaperEvent.objects.create(notice=notice, what=what, at=at, by_name="Hệ thống", facts=facts)
