"""Every list of the officers' site, as it must be for ten million rows, and as it asks for few."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.db import OperationalError, connection, models
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cameras.admin import paging
from cameras.admin.big import BigAdmin
from cameras.models import CustodyEvent, DeviceAlarm, Disposal, Rehash
from citizens.models import LookupEntry
from tests.citizens.conftest import clock, place
from tests.journeys import World
from tests.violations.bulk_support import loaded_here
from tests.violations.desk import NOW, signed_in
from violations.models import Violation

__all__ = ["clock", "place"]
pytestmark = [pytest.mark.gate, pytest.mark.django_db]

#: Lists that a library registers: of staff alone, a few rows a person.
OF_LIBRARIES = {"account.emailaddress", "mfa.authenticator", "usersessions.usersession"}
#: Reference data: thousands of rows in a country, not millions. Everything else is large.
SMALL = {
    "cameras.unit",
    "cameras.site",
    "cameras.device",
    "cameras.retentionrule",
    "notices.calendarday",
    "notices.calendarchange",
    "notices.calendaryear",
    "notices.envelopetype",
    "notices.postrange",
    "violations.penaltyrule",
    "violations.delegation",
    "violations.beneficiary",
    "violations.officer",
    "citizens.user",
    "citizens.canaryplate",
    "citizens.canaryalarm",
}
MOST_QUERIES = 8  # beside session, person, rights and the tabs of the header


def lists() -> list[Any]:
    """Return the admin of every model, each under its name."""
    return [
        pytest.param(model_admin, id=model._meta.label_lower)
        for model, model_admin in admin.site._registry.items()
        if model._meta.label_lower not in OF_LIBRARIES
    ]


def is_foreign(model: type[models.Model], name: Any) -> bool:
    """Tell whether a column of a list is a foreign key, which costs a query a row if unjoined."""
    fields = {field.name: field for field in model._meta.fields}
    return isinstance(name, str) and name in fields and fields[name].is_relation


@pytest.mark.parametrize("listed", lists())
def test_a_list_has_nothing_that_costs_seconds(listed: Any) -> None:
    label = listed.model._meta.label_lower
    assert isinstance(listed, BigAdmin), "derive it from BigAdmin or ReadOnlyAdmin"
    assert listed.is_large == (label not in SMALL)
    assert issubclass(listed.paginator, paging.CappedPaginator)
    assert listed.show_full_result_count is False
    assert listed.show_facets is admin.ShowFacets.NEVER
    assert listed.date_hierarchy is None
    assert listed.list_per_page <= 50
    assert listed.list_max_show_all == 0
    assert listed.sortable_by is not None, "name the columns an index can sort by"


@pytest.mark.parametrize("listed", lists())
def test_a_list_joins_every_foreign_key_it_shows(listed: Any) -> None:
    assert listed.list_select_related is not False, "name the joins, or () for none"
    joined = {path.split("__")[0] for path in listed.list_select_related}
    shown = {name for name in listed.list_display if is_foreign(listed.model, name)}
    assert shown <= joined


@pytest.mark.parametrize("listed", lists())
def test_no_filter_asks_a_table_what_there_is(listed: Any) -> None:
    """A column without choices, or a foreign key, is filtered by a class that bounds its choices."""
    for each in listed.list_filter:
        if isinstance(each, str):
            field = listed.model._meta.get_field(each)
            bounded = field.choices or isinstance(field, models.BooleanField)
            assert bounded and not field.is_relation, each
        elif isinstance(each, tuple):
            assert each[1] is admin.EmptyFieldListFilter, each


def test_no_form_lists_the_rows_of_a_large_table(place: World) -> None:
    request = RequestFactory().get("/")
    request.user = place.administrator.user
    request.user.is_superuser = True
    large = {
        model
        for model, there in admin.site._registry.items()
        if isinstance(there, BigAdmin) and there.is_large
    }
    for listed in admin.site._registry.values():
        if not isinstance(listed, BigAdmin) or not listed.has_add_permission(request):
            continue
        for name, field in listed.get_form(request)().fields.items():
            choices = getattr(field, "queryset", None)
            if choices is not None and choices.model in large:
                assert type(field.widget).__name__ != "RelatedFieldWidgetWrapper", name
                assert not hasattr(field.widget, "choices"), name


def fill(place: World) -> None:
    """Fill what bulk cases leave empty with thirty rows each, where no act is needed for it."""
    loaded_here(4_000, NOW)
    device, delivery = place.red_light_camera, None
    for number in range(30):
        at = NOW + timedelta(minutes=number)
        DeviceAlarm.objects.create(device=device, code="disk", opened_at=at, closed_at=at)
        Disposal.objects.create(
            sha256=f"{number:064d}", size=1, record_class="case", ground="mẫu", disposed_at=at
        )
        Rehash.objects.create(started_at=at, finished_at=at, checked=1)
        CustodyEvent.objects.create(
            action="viewed", delivery=delivery, object_sha256="0" * 64, actor=None, at=at
        )
        LookupEntry.objects.create(
            way="plate", subject_digest=b"0", network_digest=b"0", found=1, at=at
        )


def test_a_list_asks_as_often_for_three_rows_as_for_thirty(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One role reads each list; what grows with the rows is a query forgotten in a cell."""
    monkeypatch.setattr(paging, "PATIENCE_MS", 60_000)  # queries are counted here, not seconds
    fill(place)
    request = RequestFactory().get("/")
    grown, many, full = [], [], 0
    readers = [
        place.auditor, place.reviewer, place.technician, place.leader, place.clerk,
        place.administrator,
    ]  # fmt: skip
    clients = {reader.user: signed_in(reader) for reader in readers}
    for listed in [row.values[0] for row in lists()]:
        request.user = next(
            (user for user in clients if listed.has_view_permission(_by(request, user))), None
        )
        if request.user is None:
            continue
        meta = listed.model._meta
        address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist") + _all(listed)
        asked = {}
        clients[request.user].get(address)
        for rows in (3, 30):
            monkeypatch.setattr(listed, "list_per_page", rows)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                page = clients[request.user].get(address)
            shown = len(page.context["cl"].result_list)
            asked[rows] = len(queries)
        full += shown == 30
        if asked[30] > asked[3]:
            grown.append(f"{meta.label_lower}: {asked}")
        own = [query for query in queries if f'FROM "{meta.db_table}"' in query["sql"]]
        if len(own) > MOST_QUERIES:
            many.append(f"{meta.label_lower}: {len(own)}")
    assert full >= 14, "too few lists held thirty rows for the test to mean anything"
    assert not grown
    assert not many


def _by(request: Any, user: Any) -> Any:
    request.user = user
    return request


def _all(listed: Any) -> str:
    """Return the question that takes off a filter which stands without being chosen."""
    named = {getattr(each, "parameter_name", "") for each in listed.list_filter}
    return "?state=all" if "state" in named else ""


def test_an_unfiltered_list_of_many_rows_is_not_counted(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded_here(1_000, NOW)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE violations_violation")
    monkeypatch.setattr(paging, "WORTH_COUNTING", 1_000)
    with CaptureQueriesContext(connection) as queries:
        made = paging.CappedPaginator(Violation.objects.all(), 50)
        assert (made.count, made.is_capped, made.num_pages) == (10_000, True, 200)
    assert not [query for query in queries if "COUNT" in query["sql"]]
    filtered = paging.CappedPaginator(Violation.objects.filter(status="detected"), 50)
    assert 0 < filtered.count < 1_000
    assert not filtered.is_capped


def test_a_list_that_takes_too_long_says_what_to_do(
    place: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PATIENCE_MS", 50)

    def slow(self: Any, request: Any) -> Any:
        return self.model.objects.extra(where=["pg_sleep(1) IS NOT NULL"])

    loaded_here(200, NOW)
    monkeypatch.setattr(type(admin.site.get_model_admin(Violation)), "get_queryset", slow)
    page = signed_in(place.auditor).get("/quan-tri/violations/violation/")
    assert page.status_code == 503
    monkeypatch.undo()
    assert signed_in(place.auditor).get("/quan-tri/violations/violation/").status_code == 200


def test_other_faults_of_the_database_are_not_called_slow() -> None:
    with pytest.raises(OperationalError), paging.patience():
        raise OperationalError("server closed the connection")


def test_a_page_walks_indexes_and_leaves_the_planner_as_it_was() -> None:
    def costs() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setting FROM pg_settings"
                " WHERE name IN ('enable_hashjoin', 'random_page_cost') ORDER BY name"
            )
            return [row[0] for row in cursor.fetchall()]

    before = costs()
    with paging.patience():
        assert costs() == ["off", "1.1"] != before
    assert costs() == before
