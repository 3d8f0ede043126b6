"""What a person handed in or signed, as the evidence store knows it: re-hashed, kept, disposed of.

The files belong to the detection of their case. So a case that is open, contested or held keeps
them, and they go with its evidence, under the same class of records.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from cameras.companions import Companion
from violations.models import PaperSignature, SessionDocument, Violation


def _documents() -> QuerySet[Any]:
    kept = SessionDocument.objects.exclude(sha256="")
    return kept.annotate(of_detection=F("case__detection"))


def _documents_of(detection_ids: Collection[uuid.UUID]) -> QuerySet[Any]:
    return SessionDocument.objects.exclude(sha256="").filter(case__detection__in=detection_ids)


def _signatures() -> QuerySet[Any]:
    # The subject of a paper of a case is the number of the case.
    case = Violation.objects.filter(number=OuterRef("notice__subject"))
    kept = PaperSignature.objects.exclude(sha256="")
    return kept.annotate(of_detection=Subquery(case.values("detection")[:1]))


def _signatures_of(detection_ids: Collection[uuid.UUID]) -> QuerySet[Any]:
    numbers = Violation.objects.filter(detection__in=detection_ids).values_list("number", flat=True)
    kept = PaperSignature.objects.exclude(sha256="")
    return kept.filter(notice__subject__in=list(numbers))


DOCUMENTS = Companion("session_document", _documents, _documents_of)
SIGNATURES = Companion("signature", _signatures, _signatures_of)
