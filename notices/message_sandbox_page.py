"""The page of the sandbox for messages: plain HTML, no script, one style sheet of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from notices.message_sandbox_book import ROUTES, SCENARIOS

ROUTE_WORDS = {"email": "Thư điện tử", "sms": "Tin nhắn"}
STYLE = """
:root { color-scheme: light dark; --ground: #f3f6f7; --surface: #fff; --line: #d3dcdf;
  --ink: #10232b; --ink-2: #42555d; --brand: #214f9a; --on-brand: #fff; --ring: #10232b; }
@media (prefers-color-scheme: dark) { :root { --ground: #0d1619; --surface: #142024;
  --line: #2b3d43; --ink: #e8f0f2; --ink-2: #b5c5ca; --brand: #a0c0f6; --on-brand: #0b1b36;
  --ring: #e8f0f2; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 17px/1.55 system-ui, "Segoe UI", "Noto Sans", sans-serif; }
.test-bar { margin: 0; padding: 10px 16px; color: #2a1d00; text-align: center;
  background: repeating-linear-gradient(135deg, #ffd979 0 18px, #ffcf5c 18px 36px); }
main { max-width: 860px; margin: 0 auto; padding: 24px 16px 56px; }
h1 { margin: 0 0 20px; font-size: 29px; line-height: 1.22; }
h2 { margin: 0 0 8px; font-size: 19px; }
.card { margin: 0 0 16px; padding: 16px 20px; background: var(--surface);
  border: 1px solid var(--line); border-radius: 12px; }
p.quiet { margin: 0; color: var(--ink-2); font-size: 15px; }
pre { margin: 8px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; }
form { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
button { min-height: 40px; padding: 6px 12px; font: inherit; color: var(--brand);
  background: none; border: 1px solid var(--brand); border-radius: 8px; cursor: pointer; }
button[aria-pressed="true"] { color: var(--on-brand); background: var(--brand); }
button:focus-visible { outline: 3px solid var(--ring); outline-offset: 2px; }
"""


def page(messages: Sequence[Mapping[str, Any]], scenarios: Mapping[str, str]) -> str:
    """Return the page: how each way behaves now, and what was caught, the newest first."""
    ways = "".join(_way(route, scenarios[route]) for route in ROUTES)
    caught = "".join(map(_message, messages)) or '<p class="card">Chưa có tin nào.</p>'
    return (
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Hộp bắt tin nhắn thử nghiệm</title>"
        '<link rel="stylesheet" href="/sandbox.css"></head><body>'
        '<p class="test-bar">Môi trường thử nghiệm: không tin nào ra ngoài máy này</p>'
        f"<main><h1>Tin nhắn và thư đã bắt ({len(messages)})</h1>"
        f"{ways}{caught}</main></body></html>"
    )


def _way(route: str, chosen: str) -> str:
    buttons = "".join(
        f'<button name="scenario" value="{key}" aria-pressed="{str(key == chosen).lower()}">'
        f"{escape(words)}</button>"
        for key, words in SCENARIOS.items()
    )
    return (
        f'<section class="card"><h2>{ROUTE_WORDS[route]}</h2>'
        f'<form method="post" action="/scenario"><input type="hidden" name="route" value="{route}">'
        f"{buttons}</form></section>"
    )


def _message(message: Mapping[str, Any]) -> str:
    times = f", {message['times']} lần" if message["times"] > 1 else ""
    subject = f"<h2>{escape(message['subject'])}</h2>" if message["subject"] else ""
    return (
        f'<article class="card"><p class="quiet">{ROUTE_WORDS[message["route"]]} tới '
        f"{escape(message['to'])}, {escape(message['at'])}{times}</p>{subject}"
        f"<pre>{escape(message['text'])}</pre></article>"
    )
