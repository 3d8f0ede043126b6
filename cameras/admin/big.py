"""List pages that stay quick at ten million rows, and show each person the rows of their units.

Measured on plain Django admin: counting, facets, date hierarchies and unnamed joins cost seconds.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin import widgets
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras.admin.paging import (
    MOST_COUNTED,
    MOST_COUNTED_BY_JOINS,
    CappedPaginator,
    TooSlow,
    patience,
)
from cameras.models import Unit

MOST_FOUND = 1_000  # rows of one search field; who wants others adds a filter

__all__ = [
    "MOST_COUNTED",
    "BigAdmin",
    "CappedPaginator",
    "KnownValuesFilter",
    "PeriodFilter",
    "ReadOnlyAdmin",
    "within_units",
]


class BigAdmin(admin.ModelAdmin):
    """A list over a large table. ``unit_path`` leads from a row to the code of its unit.

    What costs seconds at ten million rows is off here; a list turns on what an index serves:
    columns to sort by, the joins of its lines. Foreign keys of a form are looked up, not listed.
    """

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    sortable_by: Any = ()
    list_select_related: Any = ()
    unit_path = ""
    #: Whether rows come by the thousand; lists of reference data say no.
    is_large = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Keep the rows of the person's units, and those that belong to none."""
        rows = super().get_queryset(request)
        kept = within_units(rows, request.user, self.unit_path)
        by_joins = "__" in self.unit_path.removesuffix("__code")
        request.most_counted = (  # type: ignore[attr-defined]
            MOST_COUNTED_BY_JOINS if kept is not rows and by_joins else MOST_COUNTED
        )
        return kept

    def get_paginator(self, request: HttpRequest, *args: Any, **options: Any) -> CappedPaginator:
        """Count less far where each of the person's rows is found through other tables."""
        made: CappedPaginator = super().get_paginator(request, *args, **options)
        made.most_counted = getattr(request, "most_counted", MOST_COUNTED)
        return made

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Draw the list within five seconds, or say in a sentence what to do instead.

        Acts on chosen rows have transactions of their own and take the time they need.
        """
        if request.method not in ("GET", "HEAD"):
            return super().changelist_view(request, extra_context)
        try:
            with patience():
                answer = super().changelist_view(request, extra_context)
                if isinstance(answer, TemplateResponse):
                    answer.render()
                return answer
        except TooSlow:
            context = self.admin_site.each_context(request) | {
                "title": self.opts.verbose_name_plural,
                "list_url": request.path,
            }
            return render(request, "cameras/list_too_slow.html", context, status=503)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Ask each search field by itself, its newest thousand, so that its own index serves.

        Joined by OR over two tables, as Django asks, no index serves at all.
        """
        fields = self.get_search_fields(request)
        term = search_term.strip()
        if not self.is_large or not fields or not term:
            return super().get_search_results(request, queryset, search_term)
        found: set[Any] = set()
        for name in fields:
            rows = _searched(queryset, name, term).order_by("-pk")
            found.update(rows.values_list("pk", flat=True)[:MOST_FOUND])
        return queryset.filter(pk__in=found), False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Ask for the number of a row of a large table: a list of them would never end."""
        there = self.admin_site._registry.get(db_field.related_model)
        named = {*self.get_autocomplete_fields(request), *self.raw_id_fields}
        if (
            isinstance(there, BigAdmin)
            and there.is_large
            and db_field.name not in named
            and "queryset" not in kwargs
        ):
            kwargs["widget"] = widgets.ForeignKeyRawIdWidget(
                db_field.remote_field, self.admin_site, using=kwargs.get("using")
            )
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any
    ) -> HttpResponse:
        """Name a related row without a link to it where its page is closed to this reader.

        Django links every related row that has a page, whoever looks.
        """
        form = context["adminform"]
        shown = {name: self._open_to(request, name) for name in form.readonly_fields}
        form.readonly_fields = list(shown.values())
        form.fieldsets = [
            (title, {**parts, "fields": [shown.get(name, name) for name in parts["fields"]]})
            for title, parts in form.fieldsets
        ]
        return super().render_change_form(request, context, *args, **options)

    def _open_to(self, request: HttpRequest, name: Any) -> Any:
        """Return a field to show, or in its place a function that shows the same words unlinked."""
        relation = {field.name: field for field in self.opts.fields if field.is_relation}.get(name)
        if relation is None or not self.admin_site.is_registered(relation.related_model):
            return name
        there = self.admin_site.get_model_admin(relation.related_model)
        if there.has_view_or_change_permission(request):
            return name

        @admin.display(description=relation.verbose_name)
        def words(row: Model) -> str:
            related = getattr(row, relation.name)
            return self.get_empty_value_display() if related is None else str(related)

        words.__name__ = relation.name
        return words

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing here is deleted: rows that papers and cases rest on stay."""
        return False


class ReadOnlyAdmin(BigAdmin):
    """A list of what happened; nobody writes there by hand."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from devices and from acts, never from a form."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """What happened is not edited."""
        return False


def within_units(rows: QuerySet[Any], user: Any, path: str) -> QuerySet[Any]:
    """Keep the rows whose unit the user belongs to; rows without a unit are everybody's.

    The codes are asked one by one, because a national officer's set holds every code there is. A
    path that ends at a unit is asked by the unit's key, and a single one by equality: so an index
    that begins with the unit serves the list in its order.
    """
    if not path:
        return rows
    known = list(Unit.objects.values_list("pk", "code"))
    own = [(pk, code) for pk, code in known if code in user.unit_codes]
    if len(own) == len(known):
        return rows
    is_key = path.endswith("unit__code")
    column = path.removesuffix("__code") if is_key else path
    wanted = [pk if is_key else code for pk, code in own]
    ours = Q(**{column: wanted[0]}) if len(wanted) == 1 else Q(**{f"{column}__in": wanted})
    return rows.filter(Q(**{f"{column}__isnull": True}) | ours if _is_open(rows, path) else ours)


def _is_open(rows: QuerySet[Any], path: str) -> bool:
    """Tell whether a row may lead to no unit at all."""
    model: Any = rows.model
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            return True
        if not field.concrete or field.null:
            return True
        model = field.related_model
    return False


def _searched(rows: QuerySet[Any], name: str, term: str) -> QuerySet[Any]:
    """Keep the rows one search field of which is the term; what it names in another table first."""
    path = name if name.rpartition("__")[2] in ("exact", "startswith") else f"{name}__contains"
    relation, _, rest = path.partition("__")
    field = rows.model._meta.get_field(relation)
    if not field.is_relation:
        return rows.filter(**{path: term})
    named = field.related_model._default_manager.filter(**{rest: term}).order_by()
    keys = list(named.values_list("pk", flat=True)[:MOST_FOUND])
    return (
        rows.filter(**{f"{relation}__in": keys})
        if len(keys) != 1
        else rows.filter(**{relation: keys[0]})
    )


class PeriodFilter(admin.SimpleListFilter):
    """The last day, week or month; far cheaper than a date hierarchy."""

    title = _("period")
    parameter_name = "period"
    moment = "received_at"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the choices."""
        return [("1", _("24 hours")), ("7", _("7 days")), ("30", _("30 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep what lies within the chosen days."""
        if self.value() not in {"1", "7", "30"}:
            return queryset
        since = timezone.now() - timedelta(days=int(self.value()))
        return queryset.filter(**{f"{self.moment}__gte": since})


class KnownValuesFilter(admin.SimpleListFilter):
    """One of the values the portal knows; Django would ask the whole table which there are."""

    values: tuple[str, ...] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the values."""
        return [(value, value) for value in self.values]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Keep the rows of one value."""
        if self.value() not in self.values:
            return queryset
        return queryset.filter(**{str(self.parameter_name): self.value()})
