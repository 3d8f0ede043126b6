"""Settings of the partner API, its webhooks and the open figures."""

import os

__all__ = [
    "API_USE_DAYS",
    "OPEN_FIGURES_LEAST",
    "REST_FRAMEWORK",
    "SPECTACULAR_SETTINGS",
    "WEBHOOK_OPEN_NETWORKS",
]

#: How many cases a published figure stands for at least (k-anonymity); nought is published.
OPEN_FIGURES_LEAST = int(os.environ.get("OPEN_FIGURES_LEAST", "10"))
#: How long calls of the API stay in the log.
API_USE_DAYS = 90
#: Webhooks in plain HTTP and in private networks: for tests and a demonstration on one machine.
WEBHOOK_OPEN_NETWORKS = os.environ.get("WEBHOOK_OPEN_NETWORKS", "0") == "1"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "citizens.partners.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "citizens.partners.problems.AlwaysJson",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "citizens.partners.problems.answer",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Cổng Vi phạm giao thông: API",
    "DESCRIPTION": "Cases, milestones, money, figures; fleets name who drove. RFC 9457 errors.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "PREPROCESSING_HOOKS": ["citizens.partners.schema.ours_alone"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "citizens.partners.schema.with_problems",
    ],
    "ENUM_NAME_OVERRIDES": {
        "CaseStatus": "citizens.partners.fields.STATUSES",
        "NominationState": "citizens.partners.naming.STATES",
        "EventKind": "citizens.partner_models.PartnerEvent.Kind",
    },
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
}
