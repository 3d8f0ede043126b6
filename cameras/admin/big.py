"""List pages that stay quick at ten million rows, and show each person the rows of their units.

Measured on plain Django admin: counting, facets, date hierarchies and unnamed joins cost seconds.
"""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cameras.models import Unit

MOST_COUNTED = 10_000


class CappedPaginator(Paginator):
    """Count no further than ten thousand rows: whoever wants more narrows the filter."""

    @cached_property
    def count(self) -> int:
        """Return the number of rows, at most ``MOST_COUNTED``."""
        return int(self.object_list[:MOST_COUNTED].count())

    @property
    def is_capped(self) -> bool:
        """Tell whether there may be more rows than were counted."""
        return self.count >= MOST_COUNTED


class BigAdmin(admin.ModelAdmin):
    """A list over a large table. ``unit_path`` leads from a row to the code of its unit."""

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    unit_path = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Keep the rows of the person's units, and those that belong to none."""
        return within_units(super().get_queryset(request), request.user, self.unit_path)

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

    The codes are asked one by one, because a national officer's set holds every code there is.
    """
    if not path:
        return rows
    known = Unit.objects.values_list("code", flat=True)
    own = [code for code in known if code in user.unit_codes]
    if len(own) == len(known):
        return rows
    nowhere = Q(**{f"{path}__isnull": True})
    return rows.filter(nowhere | Q(**{f"{path}__in": own}))


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
