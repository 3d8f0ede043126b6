"""The form of a site: its place in degrees, as a map shows it; kept in whole millionths."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cameras.models import Site

PLACE = ["longitude_microdegrees", "latitude_microdegrees"]
MILLION = 1_000_000
WRITTEN = re.compile(r"(-?)([0-9]{1,3})(?:[.,]([0-9]{1,6}))?")


def degrees(microdegrees: int) -> str:
    """Write millionths of a degree as degrees with six decimals and a comma: 105,850000."""
    whole, rest = divmod(abs(microdegrees), MILLION)
    return f"{'-' if microdegrees < 0 else ''}{whole},{rest:06d}"


def microdegrees(text: str) -> int | None:
    """Read degrees, with a comma or a point, as whole millionths; None when it is no number."""
    found = WRITTEN.fullmatch(text.strip().replace("−", "-"))
    if found is None:
        return None
    sign, whole, rest = found.groups()
    size = int(whole) * MILLION + int((rest or "").ljust(6, "0"))
    return -size if sign else size


class DegreesField(forms.CharField):
    """Degrees on the page, millionths in the row; ``most`` is the largest there is."""

    def __init__(self, *, most: int, **given: Any) -> None:
        self.most = most
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        super().__init__(max_length=12, widget=widget, **given)

    def prepare_value(self, value: Any) -> Any:
        """Show what the row holds in degrees; what was typed stays as it was typed."""
        return degrees(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """Return millionths. Raises ValidationError for no number, or one of no place on earth."""
        found = microdegrees(super().clean(value))
        if found is None:
            raise ValidationError(
                _("Write degrees with at most six decimals: 105,850000."), code="invalid"
            )
        if abs(found) > self.most * MILLION:
            raise ValidationError(
                _("Degrees here lie between −%(most)d and %(most)d."),
                code="range",
                params={"most": self.most},
            )
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another place is meant: 105,85 is 105,850000."""
        return bool(microdegrees(str(data or "")) != initial)


class SiteForm(forms.ModelForm):
    """A site; its place is typed in degrees."""

    longitude_microdegrees = DegreesField(most=180, label=_("Longitude, degrees"))
    latitude_microdegrees = DegreesField(most=90, label=_("Latitude, degrees"))

    class Meta:
        model = Site
        fields = ["code", "name", "direction", "road_code", "unit", *PLACE]
