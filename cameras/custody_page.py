"""The public page with the centre's key: whoever checks an evidence pack compares it with this."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cameras import custody_keys, signed_texts
from cameras.models import Checkpoint


@require_safe
def custody_key(request: HttpRequest) -> HttpResponse:
    """Show the public keys, today's first, and the newest checkpoint with its signature.

    A checkpoint names no person and no case. Who keeps a copy is a witness.
    """
    lines = [f"centre: {settings.CENTRE_CODE}", f"public-key: {custody_keys.public_key().hex()}"]
    lines += [f"former-public-key: {key}" for key in settings.CUSTODY_FORMER_KEYS]
    lines.append(f"key-id: {signed_texts.key_id(custody_keys.public_key())}")
    newest = Checkpoint.objects.order_by("-size").first()
    if newest is not None:
        lines += [f"checkpoint: {newest.body}", f"signature: {bytes(newest.signature).hex()}"]
    text = "\n".join(lines) + "\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
