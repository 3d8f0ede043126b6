"""Time stamps of a licensed service over the text of a checkpoint (RFC 3161, over HTTP).

The request is fixed DER around a SHA-256 and a number of our own. Of the answer we check here what
needs no certificates: that it was granted and is over our hash and number. The rest is for
``openssl ts -verify`` with the service's certificate, years later; the pack holds the answer.
"""

from __future__ import annotations

import hashlib
import logging
import secrets

import httpx
from django.conf import settings

from cameras.timestamp_texts import answer_is_for, request_for

log = logging.getLogger(__name__)

TIME_OUT_SECONDS = 10.0
LONGEST_ANSWER = 65_536


def token_for(text: bytes) -> bytes | None:
    """Return the service's answer over a text; None when there is no service or it fails.

    A checkpoint without a time stamp is worth more than none: a failure is logged, no more.
    """
    if not settings.TIMESTAMP_URL:
        return None
    digest, nonce = hashlib.sha256(text).digest(), secrets.token_bytes(8)
    try:
        answer = httpx.post(
            settings.TIMESTAMP_URL,
            content=request_for(digest, nonce),
            headers={"Content-Type": "application/timestamp-query"},
            timeout=TIME_OUT_SECONDS,
        )
        answer.raise_for_status()
    except httpx.HTTPError as error:
        log.warning("no time stamp: %s", type(error).__name__)
        return None
    if len(answer.content) > LONGEST_ANSWER or not answer_is_for(answer.content, digest, nonce):
        log.warning("no time stamp: the service did not grant it over our hash")
        return None
    return answer.content
