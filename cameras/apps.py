"""The app's name as Django admin shows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CamerasConfig(AppConfig):
    """What the device saw, and can we prove it?"""

    name = "cameras"
    verbose_name = _("Cameras")
