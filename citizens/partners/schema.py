"""The description of the API: OpenAPI 3.1, made from the views, and a page people can read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

from citizens.partner_models import PartnerEvent
from citizens.partners.clients import SCOPES
from citizens.partners.problems import MEDIA_TYPE, titles

PROBLEM = {
    "type": "object",
    "description": "RFC 9457.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "required": ["type", "title", "status"],
}
ALWAYS = (400, 401, 403, 405, 429, 503)
OF_WRITING = (404, 409, 413, 422)
LEFT = {
    "RateLimit-Policy": {"schema": {"type": "string"}, "description": "Quotas: q calls in w s."},
    "RateLimit": {"schema": {"type": "string"}, "description": "r calls left for t seconds."},
}


def ours_alone(endpoints: list[Any], **_more: Any) -> list[Any]:
    """Keep the addresses of this API: devices have a description of their own."""
    return [one for one in endpoints if one[0].startswith("/api/v1/") and "schema" not in one[0]]


def with_problems(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Add what every operation may answer besides what was asked for."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    with override("en"):
        words = titles()
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            more = OF_WRITING if method == "post" else (404,) if "{" in path else ()
            for status in sorted({*ALWAYS, *more}):
                operation["responses"].setdefault(
                    str(status), {"description": words[status], "content": content}
                )
            _good(operation)["headers"] = LEFT
    return result


@lru_cache(maxsize=4)
def description(language: str | None) -> dict[str, Any]:
    """Return the whole description; it changes with the code alone."""
    with override(language):
        made: dict[str, Any] = SchemaGenerator().get_schema(public=True)
    return made


@require_safe
def schema(_request: HttpRequest) -> JsonResponse:
    """Return the OpenAPI document; it names nobody and needs no key."""
    answer = JsonResponse(
        description("en") | {"servers": [{"url": settings.PORTAL_ORIGIN}]},
        json_dumps_params={"indent": 1, "ensure_ascii": False},
        content_type="application/vnd.oai.openapi+json",
    )
    answer["Cache-Control"] = "public, max-age=3600"
    return answer


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the description to people, in the look of the portal, without foreign scripts."""
    made = description(get_language())
    context = {
        "operations": [
            {
                "path": path,
                "method": method.upper(),
                "summary": operation.get("description", "").split("\n")[0],
                "parameters": [_shown(one) for one in operation.get("parameters", [])],
                "sent": _sent(operation),
                "answers": operation["responses"],
                "fields": _fields(made, operation),
            }
            for path, operations in made["paths"].items()
            for method, operation in operations.items()
        ],
        "scopes": SCOPES.items(),
        "kinds": PartnerEvent.Kind.choices,
        "origin": settings.PORTAL_ORIGIN,
    }
    return render(request, "citizens/api.html", context)


def _good(operation: dict[str, Any]) -> dict[str, Any]:
    """Return the answer an operation gives when it does what was asked."""
    answers: dict[str, dict[str, Any]] = operation["responses"]
    return answers.get("200") or answers["201"]


def _sent(operation: dict[str, Any]) -> list[dict[str, str]]:
    """Return the fields of the body an operation takes, none where it takes none."""
    taken = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    form = taken.get("schema", {})
    return [
        {"name": name, "form": _shown({"name": name, "in": "body", "schema": field})["form"]}
        | {"needed": name in form["required"]}
        for name, field in form.get("properties", {}).items()
    ]


def _shown(parameter: dict[str, Any]) -> dict[str, Any]:
    form = parameter.get("schema", {})
    words = [str(form.get("type", ""))]
    words += [str(form[name]) for name in ("format", "pattern") if form.get(name)]
    if "maximum" in form:
        words.append(f"{form.get('minimum', 0)}–{form['maximum']}")
    return {
        "name": parameter["name"],
        "place": parameter["in"],
        "form": ", ".join(word for word in words if word),
        "choices": form.get("enum", []),
        "description": parameter.get("description", ""),
    }


def _fields(made: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, str]]:
    """Return the fields of one row of the answer."""
    content = _good(operation).get("content", {}).get("application/json")
    if content is None:
        return []
    form = _resolved(made, content["schema"])
    results = form.get("properties", {}).get("results")
    if results is not None:
        form = _resolved(made, results["items"])
    return [
        {"name": name, "form": _form_of(made, field)}
        for name, field in form.get("properties", {}).items()
    ]


def _resolved(made: dict[str, Any], form: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = form
    if "$ref" in form:
        found = made["components"]["schemas"][form["$ref"].rpartition("/")[2]]
    return found


def _form_of(made: dict[str, Any], field: dict[str, Any]) -> str:
    form = _resolved(made, field)
    kinds = form.get("type", "")
    words = " | ".join(kinds) if isinstance(kinds, list) else str(kinds)
    if form.get("format"):
        words += f", {form['format']}"
    return words or "object"
