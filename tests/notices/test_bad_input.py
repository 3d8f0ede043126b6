"""What people type: each odd value is printed right on every form, or refused with a sentence."""

import re
import unicodedata
from collections.abc import Callable
from copy import deepcopy
from typing import Any, get_args, get_type_hints

import pytest

from notices.contents import CONTENTS
from notices.contents_post import SHEET_KINDS
from notices.rendering import RenderError
from tests.notices.contexts import KINDS, context
from tests.notices.making import made, run, text_of
from tests.notices.particulars import COMPANY, RED_LIGHT, TRAN_VAN_HIEU

pytestmark = pytest.mark.gate

LETTERS = ("TB0173", "TB0273", "KN03", "KN04", "TBTC", "TODC", "GBP")
NAMED = {  # where each form holds a person's name
    "TB0173": ("owner", "name"),
    "TB0273": ("name",),
    "PC0373": ("owner", "name"),
    "PG04": ("owner", "name"),
    "MBB01": ("offender", "name"),
    "MQD02": ("offender", "name"),
    "KN01": ("name",),
    "KN03": ("complainant", "name"),
    "KN04": ("complainant", "name"),
    "XNNT": ("payer", "name"),
    "TODC": ("addressee", "name"),
    "GBP": ("addressee", "name"),
    "TBTC": ("addressee", "name"),
    "MBB02": ("particulars", 0, "value"),
    "MQD03": ("particulars", 0, "value"),
}
ADDRESSED = {
    "TB0173": ("owner", "address"),
    "TB0273": ("residence",),
    "PC0373": ("owner", "address"),
    "PG04": ("owner", "address"),
    "MBB01": ("offender", "address"),
    "MQD02": ("offender", "address"),
    "KN01": ("address",),
    "KN03": ("complainant", "address"),
    "KN04": ("complainant", "address"),
}
LONG_ADDRESS = (
    "Căn hộ số 1203B, tầng 12, tòa nhà hỗn hợp Ví Dụ Rất Dài, ngõ 114/27/5 ngách 8 hẻm 3, đường "
    "Nguyễn Thị Hoa Ban kéo dài, tổ dân phố số 12, khu phố Minh Hòa Thượng, phường Minh Hòa, thành "
    "phố trực thuộc trung ương Mẫu, gần ngã tư Lê Lai và Trần Phú, đối diện cổng sau trường tiểu "
    "học Mẫu Một, khu vực mi"
)


def with_value(kind: str, way: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """Return the golden context of a form with one value changed, as changes for ``made``."""
    changed = context(kind)
    holder = changed
    for step in way[:-1]:
        holder = holder[step]
    holder[way[-1]] = value
    return {way[0]: changed[way[0]]}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).casefold()


@pytest.mark.parametrize("kind", NAMED)
def test_a_name_typed_in_pieces_is_printed_composed(kind: str) -> None:
    name = "Nguyễn Thị Hoài Thương Ệ"
    pieces = unicodedata.normalize("NFD", name)
    assert pieces != name
    paper = made(kind, trial=False, **with_value(kind, NAMED[kind], pieces))
    assert squeezed(name) in squeezed(text_of(paper))


@pytest.mark.parametrize("kind", NAMED)
@pytest.mark.parametrize(
    "name", ["Trần Văn \U0001f600", "Trần \u202eVăn", "Trần\u200fVăn", "\u0623\u062d\u0645\u062f"]
)
def test_a_pictograph_or_a_mark_of_direction_is_refused_by_its_code(kind: str, name: str) -> None:
    with pytest.raises(RenderError) as refused:
        made(kind, **with_value(kind, NAMED[kind], name))
    assert re.search(r"U\+[0-9A-F]{4}", str(refused.value))
    assert name not in str(refused.value)


@pytest.mark.parametrize("kind", NAMED)
def test_markup_in_a_name_is_printed_as_the_letters_it_is(kind: str) -> None:
    sly = '<b>Trần</b> & <img src="https://evil.invalid/x">'
    paper = made(kind, trial=False, **with_value(kind, NAMED[kind], sly))
    assert squeezed(sly) in squeezed(text_of(paper))


@pytest.mark.parametrize("kind", ADDRESSED)
def test_an_address_of_three_hundred_letters_is_printed_whole(kind: str) -> None:
    assert len(LONG_ADDRESS) == 300
    paper = made(kind, trial=False, **with_value(kind, ADDRESSED[kind], LONG_ADDRESS))
    text = run(["pdftotext", "-raw", "-", "-"], paper.pdf).decode()
    assert squeezed(LONG_ADDRESS) in squeezed(re.sub(r"\nMẫu [^\f]*\f", "\n", text))


@pytest.mark.parametrize("kind", LETTERS)
def test_a_long_address_fits_its_window_or_stops_the_paper(kind: str) -> None:
    lines = [LONG_ADDRESS[:100], LONG_ADDRESS[100:200], LONG_ADDRESS[200:]]
    address = {"name": "Ông TRẦN VĂN HIẾU", "lines": lines}
    paper = made(kind, trial=False, addressee=address)
    text = squeezed(text_of(paper))
    assert all(squeezed(line) in text for line in lines)
    endless = {"name": "Ông TRẦN VĂN HIẾU", "lines": [LONG_ADDRESS] * 6}
    if kind != "GBP":  # there the address is a line of prose and has no window
        with pytest.raises(RenderError, match="1"):
            made(kind, addressee=endless)


@pytest.mark.parametrize("kind", [*KINDS, "MQD03", "MBB02", "TBTC", "GBP"])
def test_a_very_long_agency_is_printed_whole_or_stops_the_paper(kind: str) -> None:
    unit = context(kind)["unit"]
    long = unit | {
        "superior": "Phòng Cảnh sát giao thông Công an Thành phố Hồ Chí Minh (mẫu)",
        "short_name": "Đội Cảnh sát giao thông đường bộ cao tốc số 12 và đường thủy nội địa (mẫu)",
    }
    assert squeezed(long["short_name"]) in squeezed(text_of(made(kind, trial=False, unit=long)))
    absurd = unit | {"short_name": "Đội Cảnh sát giao thông " * 20}
    if kind in LETTERS and kind != "GBP":  # the head of a letter ends where the window begins
        with pytest.raises(RenderError, match="1"):
            made(kind, unit=absurd)
    else:
        assert squeezed(absurd["short_name"]) in squeezed(text_of(made(kind, unit=absurd)))


def test_thirty_acts_in_a_decision_are_each_named_and_fined() -> None:
    acts = [
        {**RED_LIGHT, "description": f"hành vi mẫu thứ {number}", "fine_vnd": 1_000_000}
        for number in range(1, 31)
    ]
    paper = made("MQD02", trial=False, violations=acts, fine_total_vnd=30_000_000)
    text = text_of(paper)
    assert all(f"{number}) Hành vi mẫu thứ {number}," in text for number in range(1, 31))
    assert "hành vi 30: 1.000.000 đồng. Tổng mức phạt: 30.000.000 đồng (bằng chữ: ba mươi" in text
    pages = [" ".join(page.split()) for page in pages_of(paper.pdf)]
    assert all(len(page) > 100 for page in pages)
    account = [page for page in pages if "Tài khoản thu NSNN" in page and "Nội dung nộp" in page]
    assert len(account) == 1


@pytest.mark.parametrize("kind", [*KINDS, *SHEET_KINDS, "MQD03", "MBB02", "TBTC"])
def test_every_field_that_may_be_empty_prints_when_it_is(kind: str) -> None:
    empty = without_what_may_be_missing(context(kind), CONTENTS[kind])
    if kind == "MQD02":
        empty["payment"] = context(kind)["payment"]  # a fine has a way to pay it
    text = text_of(made(kind, **empty))
    assert "None" not in text
    assert "⟦" not in text
    assert not re.search(r": (?:[;,]|\.(?! ?\.))", text)


@pytest.mark.parametrize("person", [TRAN_VAN_HIEU, COMPANY])
@pytest.mark.parametrize("kind", ["MBB01", "MQD02"])
def test_what_nobody_knows_of_a_person_is_said_to_be_unknown(
    kind: str, person: dict[str, Any]
) -> None:
    bare = dict.fromkeys(person) | {key: person[key] for key in ("kind", "name", "address")}
    text = text_of(made(kind, offender=bare))
    assert text.count("không có thông tin") >= 4


SPOILED: list[tuple[str, Callable[[dict[str, Any]], None]]] = [
    ("TB0173", lambda paper: paper.update(images=[])),
    ("TB0173", lambda paper: paper["images"][0].update(sha256="0" * 64)),
    ("PC0373", lambda paper: paper.update(files=[])),
    ("PG04", lambda paper: paper.update(acts=[])),
    ("TB0273", lambda paper: paper.update(points_after=13)),
    ("TB0273", lambda paper: paper.update(points_after=2)),
    ("MQD02", lambda paper: paper.update(zero_tens="lẽ")),
    ("GBP", lambda paper: paper.update(enclosures=[])),
    ("TODC", lambda paper: paper.update(enclosed=[])),
]


@pytest.mark.parametrize(("kind", "spoil"), SPOILED)
def test_a_paper_that_contradicts_itself_is_refused(
    kind: str, spoil: Callable[[dict[str, Any]], None]
) -> None:
    spoiled = context(kind)
    spoil(spoiled)
    with pytest.raises(RenderError) as refused:
        made(kind, **spoiled)
    assert str(refused.value).endswith(".")


def pages_of(pdf: bytes) -> list[str]:
    return run(["pdftotext", "-", "-"], pdf).decode().rstrip("\f").split("\f")


def without_what_may_be_missing(value: dict[str, Any], shape: type) -> dict[str, Any]:
    """Set to None what the shape of a form lets be None, at the top and one step below."""
    result = deepcopy(value)
    for key, hint in get_type_hints(shape, include_extras=True).items():
        if type(None) in get_args(hint):
            result[key] = None
        elif isinstance(result.get(key), dict) and hasattr(hint, "__annotations__"):
            result[key] = without_what_may_be_missing(result[key], hint)
    return result
