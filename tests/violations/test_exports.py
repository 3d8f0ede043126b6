"""The evidence pack: complete, checkable with sha256sum, and every export noted."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.storage import storages

from cameras.evidence import EvidenceDamaged
from cameras.models import CustodyEvent
from tests.journeys import acting, case_at, world
from violations.exports import export
from violations.guards import Refused
from violations.models import AccessEntry

pytestmark = [pytest.mark.gate, pytest.mark.django_db]


def test_the_pack_proves_itself() -> None:
    place = world()
    case = case_at("verified", place)
    at = case.created_at + timedelta(hours=1)
    data = export(case, by=acting(place.reviewer), user=place.reviewer.user, at=at)
    archive = zipfile.ZipFile(io.BytesIO(data))
    sums = dict(
        reversed(line.split("  ", 1)) for line in archive.read("SHA256SUMS").decode().splitlines()
    )
    assert len(sums) >= 7
    for name, sha256 in sums.items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == sha256
    manifest = json.loads(archive.read("manifest.json"))
    body = archive.read("goi-tin-goc.bin")
    for original in manifest["originals"]:
        part = body[original["offset_in_delivery"] :][: original["bytes"]]
        assert hashlib.sha256(part).hexdigest() == original["sha256"]
        assert archive.read(original["file"]) == part
    assert archive.read("ho-so.pdf").startswith(b"%PDF")
    assert AccessEntry.objects.filter(case=case, what="export").count() == 1
    assert CustodyEvent.objects.filter(action="exported").count() == 1


def test_who_may_not_export_is_refused_and_nothing_is_noted() -> None:
    place = world()
    case = case_at("verified", place)
    for person in (place.clerk, place.leader, place.other_leader, place.administrator):
        with pytest.raises(Refused):
            export(case, by=acting(person), user=person.user, at=case.created_at)
    assert not AccessEntry.objects.filter(what="export").exists()


def test_an_altered_original_gives_no_pack(tmp_path: object) -> None:
    place = world()
    case = case_at("verified", place)
    store = storages["evidence"]
    path = store._path(case.detection.delivery.kept_sha256)
    path.chmod(0o640)
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(EvidenceDamaged):
        export(case, by=acting(place.reviewer), user=place.reviewer.user, at=case.created_at)
    assert not AccessEntry.objects.filter(what="export").exists()
