"""Files of answers, as the evidence store knows them: re-hashed, kept, and gone with the evidence.

They belong to the detection of their case: while it is open, contested or held they are kept.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import F, QuerySet

from cameras.companions import Companion
from citizens.models import SubmissionFile


def _rows() -> QuerySet[Any]:
    return SubmissionFile.objects.annotate(of_detection=F("submission__case__detection"))


def _of(detection_ids: Collection[uuid.UUID]) -> QuerySet[Any]:
    return SubmissionFile.objects.filter(submission__case__detection__in=detection_ids)


FILES = Companion("answer_file", _rows, _of)
