"""A context that is not complete never reaches the printer."""

import json
from copy import deepcopy
from typing import Any

import pytest

from notices.completeness import ContentError, check_contents
from tests.notices.contexts import KINDS, context
from tests.notices.particulars import COMPANY, RED_LIGHT, SPEEDING

pytestmark = pytest.mark.gate


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List the way to every key in a JSON value."""
    found: list[tuple[Any, ...]] = []
    if isinstance(value, dict):
        for key, item in value.items():
            found += [(*path, key), *places(item, (*path, key))]
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += places(item, (*path, index))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_the_golden_contexts_are_complete_and_plain_json(kind: str) -> None:
    check_contents(kind, context(kind))
    assert json.loads(json.dumps(context(kind))) == context(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_no_key_may_be_missing_anywhere(kind: str) -> None:
    for path in places(context(kind)):
        broken = context(kind)
        holder = broken
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        with pytest.raises(ContentError) as refused:
            check_contents(kind, broken)
        assert f"{kind}.{path[0]}" in str(refused.value)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("TB0173", {"fine_vnd": 19_000_000}),
        ("TB0173", {"acts": []}),
        ("TB0173", {"images": []}),
        ("TB0173", {"honorific": " "}),
        ("TB0173", {"honorific": None}),
        ("TB0173", {"issued_at": "2026-10-16T01:12:40+00:00"}),
        ("TB0173", {"issued_at": "2026-10-16"}),
        ("TB0173", {"issued_at": "2026-02-30T08:00:00+07:00"}),
        ("TB0173", {"respond_by": "27/10/2026"}),
        ("TB0173", {"authenticity": "device_signed"}),
        ("TB0173", {"draft": 0}),
        ("MBB01", {"copies": "2"}),
        ("MBB01", {"officers": []}),
        ("MQD02", {"fine_total_vnd": 18_000_000}),
        ("MQD02", {"fine_total_vnd": 19_000_000.0}),
        ("MQD02", {"violations": [{**RED_LIGHT, "fine_vnd": 0}], "fine_total_vnd": 0}),
        ("MQD02", {"payment": None}),
        ("MQD02", {"violations": [{**RED_LIGHT, "fine_vnd": -1}, {**SPEEDING, "fine_vnd": 1}]}),
        ("XNNT", {"paid_vnd": 19_000_000}),
        ("XNNT", {"balance_vnd": 1}),
        ("BKIN", {"totals": {"items": 40, "pages": 120, "sheets": 79, "with_tracking": 32}}),
        ("BKIN", {"totals": {"items": 40, "pages": 120, "sheets": 80, "with_tracking": 31}}),
    ],
)
def test_a_wrong_value_is_refused(kind: str, changes: dict[str, Any]) -> None:
    with pytest.raises(ContentError):
        check_contents(kind, context(kind, **changes))


def test_a_tracking_number_stands_on_one_paper_only() -> None:
    manifest = context("BKIN")
    manifest["items"][1]["tracking_number"] = manifest["items"][0]["tracking_number"]
    with pytest.raises(ContentError, match="tracking_number"):
        check_contents("BKIN", manifest)


def test_each_kind_of_measurement_and_person_has_its_own_shape() -> None:
    two_acts = [{**RED_LIGHT, "fine_vnd": 40_000_000}, {**SPEEDING, "fine_vnd": 14_000_000}]
    decision = context("MQD02", offender=COMPANY, violations=two_acts, fine_total_vnd=54_000_000)
    check_contents("MQD02", decision)
    mixed = deepcopy(decision)
    mixed["violations"][0]["measurement"] = {"kind": "speed", "red_since_ms": 2400}
    with pytest.raises(ContentError):
        check_contents("MQD02", mixed)
    mixed["violations"][0]["measurement"] = {"kind": "weight"}
    with pytest.raises(ContentError):
        check_contents("MQD02", mixed)


def test_a_decision_that_only_warns_asks_for_no_payment() -> None:
    warned = {"violations": [{**RED_LIGHT, "fine_vnd": 0}], "fine_total_vnd": 0}
    check_contents("MQD02", context("MQD02", payment=None, **warned))
    with pytest.raises(ContentError, match="payment"):
        check_contents("MQD02", context("MQD02", **warned))


def test_the_refusal_names_the_place_and_never_the_value() -> None:
    broken = context("MQD02")
    broken["offender"]["born_on"] = "mười hai"
    with pytest.raises(ContentError) as refused:
        check_contents("MQD02", broken)
    assert "MQD02.offender.born_on" in str(refused.value)
    assert "mười" not in str(refused.value)


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(ContentError):
        check_contents("MQD99", {})
