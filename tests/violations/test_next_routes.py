"""Which way a paper goes next: each line with its article."""

from __future__ import annotations

from typing import Any

import pytest

from violations.next_routes import next_routes

pytestmark = pytest.mark.gate


@pytest.mark.parametrize(
    ("state", "facts", "first", "article"),
    [
        pytest.param(
            "returned",
            {"reason": "no_address"},
            "",
            "Luật XLVPHC Đ70",
            id="Đ70: no such address, so the address is looked up again",
        ),
        pytest.param(
            "returned",
            {"reason": "moved", "is_notice": True},
            "commune",
            "TT 73/2024 Đ24 k5 đ.b",
            id="TT 73 Đ24 k5 đ.b: moved, so the commune police",
        ),
        pytest.param(
            "returned",
            {"reason": "absent", "returned": 1},
            "post",
            "NĐ 118/2021 Đ17a",
            id="Đ17a: absent, so a second letter",
        ),
        pytest.param(
            "returned",
            {"reason": "absent", "returned": 2},
            "post",
            "NĐ 118/2021 Đ17a",
            id="Đ17a: absent twice, so a third letter",
        ),
        pytest.param(
            "returned",
            {"reason": "absent", "returned": 3},
            "",
            "NĐ 118/2021 Đ17a",
            id="Đ17a: the third return is deemed service",
        ),
        pytest.param(
            "returned",
            {"reason": "absent", "returned": 3, "is_notice": True},
            "commune",
            "TT 73/2024 Đ24 k5 đ.b",
            id="TT 73 Đ24 k5: a notice is never deemed served",
        ),
        pytest.param(
            "returned",
            {"reason": "refused", "returned": 1},
            "hand",
            "NĐ 118/2021 Đ17a",
            id="Đ17a: refused at the door, so in person with minutes",
        ),
        pytest.param(
            "refused", {}, "", "NĐ 118/2021 Đ17a", id="Đ17a: a refusal needs its minutes MBB06"
        ),
        pytest.param(
            "returned",
            {"reason": "damaged", "returned": 1},
            "post",
            "Luật XLVPHC Đ70",
            id="Đ70: damaged, so print it again",
        ),
        pytest.param(
            "returned",
            {"reason": "deceased", "returned": 1},
            "",
            "Luật XLVPHC Đ65",
            id="Đ65: deceased, so nothing more is sent",
        ),
        pytest.param(
            "failed", {}, "post", "NĐ 118/2021 Đ28b", id="Đ28b: the system failed, so paper"
        ),
    ],
)
def test_the_next_route_follows_from_the_outcome(
    state: str, facts: dict[str, Any], first: str, article: str
) -> None:
    found = next_routes(state, **facts)
    assert (found[0].route, found[0].article) == (first, article)


@pytest.mark.parametrize("state", ["waiting", "printing", "sent", "delivered", "opened"])
def test_nothing_follows_while_it_is_on_its_way_or_has_arrived(state: str) -> None:
    assert next_routes(state) == []
