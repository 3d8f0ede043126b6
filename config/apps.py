"""The composition root as Django apps: the portal itself and the officers' admin site."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    """Settings, commands, template tags and translations; it has no models."""

    name = "config"
    verbose_name = "Cổng Vi phạm giao thông"


class OfficersSiteConfig(AdminConfig):
    """Plain Django admin, on our own site object so that every app registers in one place."""

    default_site = "config.admin.OfficersSite"
