"""Files of answers, as the evidence store knows them: re-hashed, kept, and gone with the evidence.

They belong to the detection of their case: while it is open, contested or held they are kept. What
was erased by itself (``citizens.erasure``) is no file of the store any more.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import F, QuerySet

from cameras.companions import Companion
from citizens.models import SubmissionFile


def _rows() -> QuerySet[Any]:
    kept = SubmissionFile.objects.filter(erased_at__isnull=True)
    return kept.annotate(of_detection=F("submission__case__detection"))


def _of(detection_ids: Collection[uuid.UUID]) -> QuerySet[Any]:
    kept = SubmissionFile.objects.filter(erased_at__isnull=True)
    return kept.filter(submission__case__detection__in=detection_ids)


FILES = Companion("answer_file", _rows, _of)
