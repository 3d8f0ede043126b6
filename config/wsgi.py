"""WSGI entry point for gunicorn: devices' pushes to their own door, everything else to Django."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

from config.requirements_check import require_system_packages

require_system_packages()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
portal = get_wsgi_application()

from cameras import door  # noqa: E402  # its settings and models are ready only now


def application(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request."""
    chosen = door.application if door.is_push(environment) else portal
    answer: Iterable[bytes] = chosen(environment, start_response)
    return answer
