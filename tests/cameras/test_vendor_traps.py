"""The traps every JSON dialect must pass alike: clocks, pictures that are none, hostile bodies."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cameras.adapters.contract import ParsedDetection, RawEnvelope, Rejected, Secrets
from cameras.adapters.http_credentials import digest_ha1
from cameras.adapters.ranges import cut
from cameras.adapters.registry import adapter_for
from cameras.adapters.vocabulary import OUTCOMES
from cameras.models import Device
from tests.cameras.factories import multipart
from tests.cameras.vendor_bodies import (
    GAT1400,
    HAPPENED,
    MILESIGHT,
    OVERVIEW,
    PLATE,
    RECEIVED,
    SVG,
    UNIVIEW,
    VENDORS,
    Vendor,
    archive,
    as_text,
    envelope,
    jpeg,
)

pytestmark = pytest.mark.gate

every_vendor = pytest.mark.parametrize("vendor", VENDORS, ids=lambda item: item.adapter.key)


def overview_of(found: ParsedDetection):
    return next(image for image in found.images if image.role == "overview_1")


@every_vendor
def test_the_register_offers_the_adapter_and_the_registry_has_it(vendor: Vendor):
    offered = dict(Device._meta.get_field("adapter").choices)
    assert vendor.adapter.key in offered
    assert adapter_for(vendor.adapter.key).key == vendor.adapter.key


@every_vendor
def test_a_passage_is_read_with_its_plate_its_moment_and_its_picture(vendor: Vendor):
    message = envelope(vendor.body())
    [found] = vendor.adapter.parse(message, vendor.profile)
    assert isinstance(found, ParsedDetection)
    assert (found.kind, found.violation_type, found.plate_raw) == ("passage", None, PLATE)
    assert (found.vehicle_class, found.vehicle_colour) == ("car", "grey")
    assert found.time.occurred_at.replace(microsecond=0) == HAPPENED
    assert (found.time.quality, found.time.late_reason) == ("unknown", "none")
    assert found.warnings == ()
    assert found.unknown_fields == 0
    picture = overview_of(found)
    assert cut(message.body, picture.where) == OVERVIEW
    assert picture.sha256 == hashlib.sha256(OVERVIEW).hexdigest()


@every_vendor
def test_a_box_is_a_share_of_the_picture_and_keeps_what_was_sent(vendor: Vendor):
    box = overview_of(vendor.detect(vendor.body())).boxes[0]
    assert (box.x, box.y) == (0.5, 0.5)
    assert 0 < box.width <= 0.25 and 0 < box.height <= 0.3
    assert box.raw.count(",") == 3


@every_vendor
def test_a_clock_in_2034_is_kept_but_called_impossible(vendor: Vendor):
    found = vendor.detect(vendor.body(at=datetime(2034, 1, 1, 1, tzinfo=UTC)))
    assert found.time.occurred_at.year == 2034
    assert found.time.quality == "impossible"
    assert "clock_impossible" in found.warnings


@every_vendor
def test_a_camera_on_china_time_is_an_hour_ahead_and_never_believed_in_silence(vendor: Vendor):
    ahead = vendor.detect(vendor.body(at=HAPPENED + timedelta(hours=1)))
    assert ahead.time.quality == "impossible"


@every_vendor
def test_the_same_bytes_have_the_same_key_and_another_moment_has_another(vendor: Vendor):
    first, again = vendor.detect(vendor.body()), vendor.detect(vendor.body())
    assert first.source_key == again.source_key
    assert first.source_key.startswith(f"{vendor.adapter.key}|SER-1|")
    later = {"at": HAPPENED + timedelta(seconds=2)}
    if vendor is GAT1400:
        later["identity"] = "330101010012100000010220261118210635022060269900"
    assert vendor.detect(vendor.body(**later)).source_key != first.source_key


@every_vendor
def test_an_unknown_code_is_other_and_a_device_may_explain_it(vendor: Vendor):
    body = vendor.body(code="77001")
    found = vendor.detect(body)
    assert (found.kind, found.violation_type) == ("violation_candidate", "other")
    assert found.vendor_code == "77001"
    assert "code_unknown" in found.warnings
    taught = vendor.detect(body, vendor.taught({"code_map": {"77001": "box_junction"}}))
    assert taught.violation_type == "box_junction"
    assert "code_unknown" not in taught.warnings


@pytest.mark.parametrize("vendor", [MILESIGHT, UNIVIEW, GAT1400], ids=lambda v: v.adapter.key)
def test_a_known_code_has_its_meaning(vendor: Vendor):
    found = vendor.detect(vendor.body(code=vendor.code))
    assert (found.kind, found.violation_type) == ("violation_candidate", "wrong_way")


@every_vendor
@pytest.mark.parametrize("written", ["unknown", "Unlicensed", "无车牌"])
def test_no_plate_is_not_a_plate(vendor: Vendor, written: str):
    found = vendor.detect(vendor.body(plate=written, code="77001"))
    assert found.plate_raw == ""
    assert {"plate_unread", "no_plate"} & set(found.warnings)


@every_vendor
@pytest.mark.parametrize(
    ("data", "warning"),
    [(SVG, "picture_not_jpeg"), (archive(), "picture_not_jpeg"), (b"", "picture_empty")],
    ids=["svg", "zip", "empty"],
)
def test_what_is_no_picture_is_left_out_with_a_warning(vendor: Vendor, data: bytes, warning: str):
    found = vendor.detect(vendor.body(as_text(data)))
    assert not [image for image in found.images if image.role.startswith("overview")]
    assert warning in found.warnings


@every_vendor
def test_base64_cut_short_is_kept_as_far_as_it_goes_and_flagged(vendor: Vendor):
    text = as_text(OVERVIEW)[: len(as_text(OVERVIEW)) // 2 + 1]
    message = envelope(vendor.body(text))
    [found] = vendor.adapter.parse(message, vendor.profile)
    kept = cut(message.body, overview_of(found).where)
    assert OVERVIEW.startswith(kept) and len(kept) > 100
    assert "picture_truncated" in found.warnings


@every_vendor
def test_two_pictures_joined_in_one_text_are_both_kept(vendor: Vendor):
    second = jpeg("blue")
    message = envelope(vendor.body(as_text(OVERVIEW + second)))
    [found] = vendor.adapter.parse(message, vendor.profile)
    first = overview_of(found)
    [context] = [image for image in found.images if image.role == "context"]
    assert cut(message.body, first.where) == OVERVIEW
    assert cut(message.body, context.where) == second
    assert "picture_joined" in found.warnings


@every_vendor
def test_a_data_address_before_the_base64_does_no_harm(vendor: Vendor):
    message = envelope(vendor.body("data:image/jpeg;base64," + as_text(OVERVIEW)))
    [found] = vendor.adapter.parse(message, vendor.profile)
    assert cut(message.body, overview_of(found).where) == OVERVIEW


@every_vendor
def test_escaped_slashes_in_the_base64_are_found_again(vendor: Vendor):
    body = json.dumps(vendor.body()).replace("/9j/", "\\/9j\\/").encode()
    message = envelope(body)
    [found] = vendor.adapter.parse(message, vendor.profile)
    assert cut(message.body, overview_of(found).where) == OVERVIEW


@every_vendor
def test_a_byte_order_mark_and_trailing_zero_bytes_do_no_harm(vendor: Vendor):
    body = b"\xef\xbb\xbf" + json.dumps(vendor.body()).encode() + b"\x00\x00"
    message = envelope(body)
    [found] = vendor.adapter.parse(message, vendor.profile)
    assert found.plate_raw == PLATE
    assert cut(message.body, overview_of(found).where) == OVERVIEW


@every_vendor
def test_a_message_in_a_multipart_body_keeps_its_pictures_in_place(vendor: Vendor):
    event = json.dumps(vendor.body()).encode()
    body = multipart([("event", "", "application/json", event)])
    message = envelope(body, content_type="multipart/form-data; boundary=MauBoundary")
    [found] = vendor.adapter.parse(message, vendor.profile)
    assert cut(message.body, overview_of(found).where) == OVERVIEW


@every_vendor
def test_fields_of_newer_firmware_are_counted(vendor: Vendor):
    known = vendor.detect(vendor.body())
    newer = vendor.body()
    inner = newer["MotorVehicleListObject"]["MotorVehicleObject"][0] if vendor is GAT1400 else newer
    inner |= {"brandNewField": "7", "brandNewEmpty": "-"}
    assert vendor.detect(newer).unknown_fields == known.unknown_fields + 1


@every_vendor
def test_a_picture_kind_that_the_device_must_not_send_is_refused(vendor: Vendor):
    kind = {"milesight": "full_image", "uniview-lapi": "1", "gat1400": "01"}
    refused = {"refused_pictures": [kind.get(vendor.adapter.key, "overview")]}
    found = vendor.detect(vendor.body(), vendor.taught(refused))
    assert not [image for image in found.images if image.role.startswith("overview")]
    assert "picture_refused" in found.warnings


@every_vendor
def test_fewer_pictures_than_agreed_are_noticed(vendor: Vendor):
    found = vendor.detect(vendor.body(), vendor.taught({"expected_pictures": 5}))
    assert "fewer_pictures_than_announced" in found.warnings


@every_vendor
def test_what_the_installation_record_draws_is_in_every_overview(vendor: Vendor):
    line = {"kind": "line", "x": 0.1, "y": 0.8, "width": 0.8, "height": 0.02}
    found = vendor.detect(vendor.body(), vendor.taught({"fixed_boxes": [line]}))
    assert overview_of(found).boxes[-1].kind == "line"


@every_vendor
@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "json_empty"),
        (b"{", "json_malformed"),
        (b"[1, 2]", "json_malformed"),
        (b"{}", "message_unknown"),
        (b'{"hello": "world"}', "message_unknown"),
        (b'{"a":' * 30 + b"1" + b"}" * 30, "json_too_deep"),
        (b'{"a":' * 100_000, "json_malformed"),
    ],
    ids=["empty", "half", "list", "nothing", "foreign", "deep", "abyss"],
)
def test_a_message_that_is_none_says_why(vendor: Vendor, body: bytes, code: str):
    assert vendor.refuse(body) == code


@every_vendor
def test_a_list_of_one_message_is_read_and_a_list_of_two_is_put_aside_whole(vendor: Vendor):
    assert vendor.detect(json.dumps([vendor.body()]).encode()).plate_raw == PLATE
    assert vendor.refuse(json.dumps([vendor.body(), vendor.body()]).encode()) == "too_many_parts"


@every_vendor
def test_neither_warnings_nor_refusals_hold_the_plate(vendor: Vendor):
    found = vendor.detect(vendor.body(as_text(SVG), code="77001"))
    assert not [word for word in (*found.warnings, found.source_key) if PLATE in word]


@every_vendor
def test_the_sender_is_proven_by_the_network_only(vendor: Vendor):
    message = envelope(vendor.body())
    assert vendor.adapter.authenticate(message, Secrets(), RECEIVED) == "D"
    assert vendor.adapter.replay_token(message) is None


@every_vendor
def test_a_registered_password_is_asked_for_and_proves_level_c(vendor: Vendor):
    secrets = Secrets(credential=f"cam:{digest_ha1('cam', vendor.adapter.realm, 'mat-khau-mau')}")
    silent = vendor.adapter.authenticate(envelope(vendor.body()), secrets, RECEIVED)
    assert isinstance(silent, Rejected) and silent.code == "credential_missing"
    for password, proof in (("mat-khau-mau", "C"), ("sai", "credential_wrong")):
        token = base64.b64encode(f"cam:{password}".encode()).decode()
        message = envelope(vendor.body())
        told = replace(message, headers=(*message.headers, ("Authorization", f"Basic {token}")))
        found = vendor.adapter.authenticate(told, secrets, RECEIVED)
        assert getattr(found, "code", found) == proof


@every_vendor
def test_the_camera_gets_200_whenever_its_bytes_are_kept(vendor: Vendor):
    closed = {"forbidden", "unauthenticated", "too_large", "full"}
    kept = {vendor.adapter.acknowledge(outcome).status for outcome in OUTCOMES - closed}
    assert kept == {200}
    statuses = [
        vendor.adapter.acknowledge(word).status for word in ("forbidden", "too_large", "full")
    ]
    assert statuses == [403, 413, 503]
    with pytest.raises(ValueError, match="unknown outcome"):
        vendor.adapter.acknowledge("perhaps")


@every_vendor
@settings(max_examples=120, deadline=None)
@given(body=st.binary(max_size=400))
def test_garbage_is_never_an_exception(vendor: Vendor, body: bytes):
    for content_type in ("application/json", "multipart/form-data; boundary=b"):
        assert vendor.adapter.parse(envelope(body, content_type=content_type), vendor.profile)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3)
    ),
    max_leaves=8,
)


@every_vendor
@settings(max_examples=200, deadline=None)
@given(value=_JSON, number=st.integers(min_value=0, max_value=400))
def test_any_value_in_any_place_is_never_an_exception(vendor: Vendor, value, number: int):
    body = vendor.body(as_text(OVERVIEW[:90]))
    places = list(_places(body))
    holder, name = places[number % len(places)]
    holder[name] = value
    assert vendor.adapter.parse(envelope(body), vendor.profile)


@every_vendor
@settings(max_examples=120, deadline=None)
@given(put=st.binary(min_size=1, max_size=6), place=st.integers(min_value=0))
def test_a_damaged_good_body_is_never_an_exception(vendor: Vendor, put: bytes, place: int):
    whole = json.dumps(vendor.body()).encode()
    place %= len(whole)
    message = envelope(whole[:place] + put + whole[place + len(put) :])
    found = vendor.adapter.parse(message, vendor.profile)
    assert found
    for image in getattr(found[0], "images", ()):
        assert hashlib.sha256(cut(message.body, image.where)).hexdigest() == image.sha256


def _places(value):
    """Yield every place of a JSON value that can be overwritten, as its holder and name."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in list(items):
        yield value, name
        if isinstance(item, dict | list):
            yield from _places(item)


def test_a_delivery_larger_than_allowed_is_refused_before_it_is_read():
    large = RawEnvelope((), b" " * (12 * 1024 * 1024 + 1), RECEIVED, "/x", "POST")
    for vendor in VENDORS:
        [found] = vendor.adapter.parse(large, vendor.profile)
        assert found.code == "too_large"
