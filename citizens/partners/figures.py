"""The open figures for machines: which months there are, and all figures of one."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from citizens.figures import reading
from citizens.models import FigureRelease, OpenFigure
from citizens.partners.calls import Metered
from citizens.partners.cases import IF_NONE_MATCH, tagged

MONTH = OpenApiParameter(
    "month",
    {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
    OpenApiParameter.PATH,
)


class ReleaseSerializer(serializers.ModelSerializer[FigureRelease]):
    """One published month."""

    month = serializers.SerializerMethodField()

    class Meta:
        model = FigureRelease
        fields = ("month", "version", "least", "correction", "is_sample", "published_at")

    def get_month(self, release: FigureRelease) -> str:
        """Return the month as year and month."""
        return f"{release.month:%Y-%m}"


class ReleasesSerializer(serializers.Serializer[Any]):
    """The months there are, the newest first, each in its last version."""

    results = ReleaseSerializer(many=True)


class FigureSerializer(serializers.ModelSerializer[OpenFigure]):
    """One figure; null where it would stand for too few cases."""

    class Meta:
        model = OpenFigure
        fields = ("measure", "level", "province", "unit", "category", "value")


class MonthSerializer(ReleaseSerializer):
    """All figures of a month."""

    figures = FigureSerializer(many=True)

    class Meta(ReleaseSerializer.Meta):
        fields = (*ReleaseSerializer.Meta.fields, "figures")


class FigureView(Metered, GenericAPIView[FigureRelease]):
    """What both views of figures share."""

    scope = "figures:read"
    queryset = FigureRelease.objects.none()
    filter_backends = ()
    pagination_class = None


class Months(FigureView):
    """The published months, the newest first."""

    serializer_class = ReleaseSerializer

    @extend_schema(operation_id="list_months", responses=ReleasesSerializer)
    def get(self, request: Request) -> Response:
        """Return every month in its last version."""
        return Response({"results": self.get_serializer(reading.releases(), many=True).data})


class Month(FigureView):
    """All figures of one month."""

    serializer_class = MonthSerializer

    @extend_schema(
        operation_id="show_month",
        parameters=[MONTH, IF_NONE_MATCH],
        responses={200: MonthSerializer, 304: None},
    )
    def get(self, request: Request, month: str) -> Response:
        """Return the figures of a month. Raises Http404 for one that is not published."""
        release = reading.release_of(month)
        if release is None:
            raise Http404
        return tagged(request, self.get_serializer(release).data)
