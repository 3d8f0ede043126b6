"""The one page of the sandbox: who are you, and what shall go wrong."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client
from django.contrib.auth import get_user_model, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.views.decorators.http import require_http_methods, require_safe

from citizens.identity_sandbox.claims import CHOSEN, FAULTS
from citizens.identity_sandbox.people import SAMPLES, person_by
from notices.message_sandbox_page import STYLE

AUTHORISE = "/identity/o/authorize"
MORE_STYLE = """
form.card { display: grid; gap: 14px; }
fieldset { margin: 0; padding: 0; border: 0; display: grid; gap: 2px; }
legend { padding: 0; font-weight: 600; margin-bottom: 4px; }
label { display: flex; gap: 10px; align-items: center; min-height: 40px; }
input[type=text] { min-height: 40px; padding: 4px 10px; font: inherit; color: inherit;
  background: var(--ground); border: 1px solid var(--ink-2); border-radius: 8px; }
input[type=radio] { width: 20px; height: 20px; }
.error { color: #a1260d; font-weight: 600; } input:focus-visible { outline: 3px solid var(--ring); }
@media (prefers-color-scheme: dark) { .error { color: #ffb4a3; } }
"""


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Let somebody be anybody, and go on to the portal that asked; consent is not asked."""
    there = request.GET.get("next", "") or request.POST.get("next", "")
    if request.method != "POST":
        return HttpResponse(_page(request, there))
    person = person_by(request.POST.get("other", "").strip() or request.POST.get("person", ""))
    fault = request.POST.get("fault", "none")
    if person is None or fault not in FAULTS:
        return HttpResponse(_page(request, there, is_wrong=True), status=422)
    if not there.startswith(f"{AUTHORISE}?"):
        return HttpResponse(_page(request, ""), status=422)
    if fault == "refused":
        return _refused(there)
    user, _is_new = get_user_model().objects.get_or_create(username=person.number)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    CHOSEN[get_adapter().get_user_sub(None, user)] = fault
    request.session["fault"] = fault
    return HttpResponseRedirect(there)


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Return the style sheet."""
    return HttpResponse(STYLE + MORE_STYLE, content_type="text/css; charset=utf-8")


class WrongStateMiddleware:
    """Change ``state`` on the way back, where that fault was chosen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        goes_back = request.path == AUTHORISE and "code=" in answer.headers.get("Location", "")
        if goes_back and request.session.get("fault") == "state":
            parts = urlsplit(answer["Location"])
            told = {name: values[0] for name, values in parse_qs(parts.query).items()}
            query = urlencode(told | {"state": "mot-state-khac"})
            answer["Location"] = urlunsplit(parts._replace(query=query))
        return answer


def _refused(there: str) -> HttpResponse:
    """Go back as though the person had said no (RFC 6749 section 4.1.2.1)."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
    client = Client.objects.filter(pk=asked.get("client_id", "")).first()
    if client is None or asked.get("redirect_uri") not in client.get_redirect_uris():
        return HttpResponse(status=400)
    query = urlencode({"error": "access_denied", "state": asked.get("state", "")})
    return HttpResponseRedirect(f"{asked['redirect_uri']}?{query}")


def _page(request: HttpRequest, there: str, *, is_wrong: bool = False) -> str:
    people = "".join(
        f'<label><input type="radio" name="person" value="{each.number}"'
        f"{' checked' if index == 0 else ''}>{escape(each.name)} · {each.number}</label>"
        for index, each in enumerate(SAMPLES)
    )
    faults = "".join(
        f'<label><input type="radio" name="fault" value="{key}"'
        f"{' checked' if key == 'none' else ''}>{escape(words)}</label>"
        for key, words in FAULTS.items()
    )
    wrong = '<p class="error" role="alert">Số định danh có 12 chữ số, mã doanh nghiệp có 10.</p>'
    idle = '<p class="card">Trang này mở ra khi một cổng hỏi danh tính. Chưa có cổng nào hỏi.</p>'
    form = (
        f'<form class="card" method="post" action="/dang-nhap/">'
        f'<input type="hidden" name="csrfmiddlewaretoken" value="{get_token(request)}">'
        f'<input type="hidden" name="next" value="{escape(there)}">'
        f"{wrong if is_wrong else ''}"
        f"<fieldset><legend>Người đăng nhập</legend>{people}</fieldset>"
        f'<label for="other">Hoặc số khác</label>'
        f'<input id="other" type="text" name="other" inputmode="numeric" autocomplete="off">'
        f"<fieldset><legend>Tình huống</legend>{faults}</fieldset>"
        f"<div><button>Đăng nhập</button></div></form>"
    )
    return (
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<title>Định danh điện tử thử nghiệm</title><link rel="icon" href="data:,">'
        '<link rel="stylesheet" href="/sandbox.css"></head><body>'
        '<p class="test-bar">Môi trường thử nghiệm: ai cũng có thể là bất kỳ ai</p>'
        "<main><h1>Định danh điện tử (mẫu)</h1>"
        f"{form if there else idle}</main></body></html>"
    )
