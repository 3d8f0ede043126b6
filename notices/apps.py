"""The app's name as Django admin shows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """What was put on paper, when it was served, which clock that started."""

    name = "notices"
    verbose_name = _("Papers")

    def ready(self) -> None:
        """Register the checks, and what a worker does when it starts."""
        from notices import checks, worker_start  # noqa: F401  # registered by being imported
