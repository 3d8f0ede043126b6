"""Check that a frozen context is complete before it is printed.

A template engine prints nothing for a missing value; on a legal paper that would be an empty field
over an officer's signature. So a missing or unknown key, a wrong type and a sum that does not add
up are all refused, and the sentence names the place in the context, never its value.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from django.utils.translation import gettext

from notices.contents import CONTENTS
from notices.form_versions import FormError, form_in_force

_NOTATIONS = {
    "sha256": re.compile(r"[0-9a-f]{64}"),
    "day": re.compile(r"\d{4}-\d\d-\d\d"),
    "moment": re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+07:00"),
}
_AT_LEAST_ONE = {
    "TB0173": ("addressee_names", "acts", "images", "files"),
    "MBB01": ("bases", "officers", "acts", "files"),
    "MQD02": ("bases", "violations"),
    "TB0273": (),
    "PC0373": ("acts", "files"),
    "PG04": ("acts",),
    "KN01": (),
    "KN03": (),
    "KN04": (),
    "TODC": ("enclosed",),
    "GBP": ("enclosures",),
    "XNNT": ("payments",),
    "BKIN": ("items",),
    "BKCC": ("acts", "files"),
}


class ContentError(Exception):
    """The contents of a paper are not complete or contradict themselves."""


def check_contents(kind: str, context: Mapping[str, Any]) -> None:
    """Check a context against the shape of its form, the form against its day, and its sums.

    Raises ContentError with a sentence that names the faulty place.
    """
    if kind not in CONTENTS:
        raise ContentError(gettext("There is no paper of the kind %(kind)s.") % {"kind": kind})
    _match(context, CONTENTS[kind], kind)
    try:
        form_in_force(kind, date.fromisoformat(context["issued_at"][:10]))
    except FormError as fault:
        raise ContentError(str(fault)) from fault
    for key in _AT_LEAST_ONE.get(kind, ("articles",)):
        if not context[key]:
            _refuse(f"{kind}.{key}")
    if kind == "MQD02":
        _check_decision(context)
    elif kind == "TB0273":
        _check_points(context)
    elif kind == "XNNT":
        _check_confirmation(context)
    elif kind == "BKIN":
        _check_manifest(context)


def _check_decision(context: Mapping[str, Any]) -> None:
    """Add up the fines of each offender; only a paper that fines somebody says how to pay."""
    total = 0
    for place, one in (
        ("MQD02", context),
        *((f"MQD02.others.{index}", one) for index, one in enumerate(context["others"])),
    ):
        if not one["violations"]:
            _refuse(f"{place}.violations")
        fines = [act["fine_vnd"] for act in one["violations"]]
        _agree(one["fine_total_vnd"] == sum(fines) and min(fines) >= 0, f"{place}.fine_total_vnd")
        total += sum(fines)
    # Nothing is paid for warnings alone, and no fine is decided without a way to pay it.
    _agree((total > 0) == (context["payment"] is not None), "MQD02.payment")


def _check_points(context: Mapping[str, Any]) -> None:
    """Take no more points than there were, and no more than the decision says."""
    taken = context["points_before"] - context["points_after"]
    _agree(0 <= context["points_after"] <= context["points_before"], "TB0273.points_after")
    _agree(taken <= context["points_decided"], "TB0273.points_decided")


def _check_confirmation(context: Mapping[str, Any]) -> None:
    paid = sum(payment["amount_vnd"] for payment in context["payments"])
    balance = context["due_vnd"] + context["late_charge_vnd"] - paid
    _agree(context["paid_vnd"] == paid, "XNNT.paid_vnd")
    _agree(context["balance_vnd"] == balance, "XNNT.balance_vnd")


def _check_manifest(context: Mapping[str, Any]) -> None:
    items, totals = context["items"], context["totals"]
    _agree([item["order"] for item in items] == [*range(1, len(items) + 1)], "BKIN.items.order")
    _agree(totals["items"] == len(items), "BKIN.totals.items")
    for key in ("pages", "sheets"):
        _agree(totals[key] == sum(item[key] for item in items), f"BKIN.totals.{key}")
    tracked = [item["tracking_number"] for item in items if item["tracking_number"]]
    _agree(totals["with_tracking"] == len(tracked), "BKIN.totals.with_tracking")
    _agree(len(set(tracked)) == len(tracked), "BKIN.items.tracking_number")


def _match(value: Any, wanted: Any, place: str) -> None:
    """Compare a value with a type: shapes, lists, alternatives, fixed words and plain values."""
    origin = get_origin(wanted)
    if origin is Annotated:
        _match_notation(value, wanted.__metadata__[0], place)
    elif origin in (Union, UnionType):
        _match_alternative(value, get_args(wanted), place)
    elif origin is Literal:
        _require(value in get_args(wanted), place)
    elif origin is list:
        _require(isinstance(value, list), place)
        for index, item in enumerate(value):
            _match(item, get_args(wanted)[0], f"{place}.{index}")
    elif is_typeddict(wanted):
        _match_shape(value, wanted, place)
    elif wanted is str:
        _require(isinstance(value, str) and bool(value.strip()), place)
    else:
        _require(type(value) is wanted, place)  # not isinstance: True is no number of đồng


def _match_shape(value: Any, wanted: type, place: str) -> None:
    _require(isinstance(value, Mapping), place)
    hints = _hints(wanted)
    may_lack = {key for key, hint in hints.items() if get_origin(hint) is NotRequired}
    for key in sorted((set(hints) ^ set(value)) - (may_lack - set(value))):
        _refuse(f"{place}.{key}")
    for key, hint in hints.items():
        if key in value:
            inner = get_args(hint)[0] if key in may_lack else hint
            _match(value[key], inner, f"{place}.{key}")


def _match_alternative(value: Any, alternatives: tuple[Any, ...], place: str) -> None:
    if value is None:
        _require(NoneType in alternatives, place)
        return
    others = [each for each in alternatives if each is not NoneType]
    if len(others) > 1:  # shapes told apart by their key "kind"
        kind = value.get("kind") if isinstance(value, Mapping) else None
        others = [each for each in others if get_args(_hints(each)["kind"]) == (kind,)]
        _require(len(others) == 1, place)
    _match(value, others[0], place)


def _match_notation(value: Any, notation: str, place: str) -> None:
    """Check a string that must be a day, a moment in Vietnam's offset, or a SHA-256."""
    _require(isinstance(value, str) and bool(_NOTATIONS[notation].fullmatch(value)), place)
    if notation != "sha256":
        try:
            datetime.fromisoformat(value)
        except ValueError:
            _refuse(place)


@cache
def _hints(shape: type) -> dict[str, Any]:
    return get_type_hints(shape, include_extras=True)


def _require(fits: bool, place: str) -> None:
    if not fits:
        _refuse(place)


def _refuse(place: str) -> None:
    raise ContentError(
        gettext("The contents of the paper are missing or wrong at %(place)s.") % {"place": place}
    )


def _agree(agrees: bool, place: str) -> None:
    if not agrees:
        raise ContentError(
            gettext("The sums of the paper do not agree at %(place)s.") % {"place": place}
        )
