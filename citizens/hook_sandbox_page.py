"""The page of the receiver of webhooks: plain HTML, no script, one style sheet of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from citizens.hook_sandbox_book import SCENARIOS

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
h2 { margin: 0 0 8px; font-size: 19px; overflow-wrap: anywhere; }
.card { margin: 0 0 16px; padding: 16px 20px; background: var(--surface);
  border: 1px solid var(--line); border-radius: 12px; }
p.quiet { margin: 0; color: var(--ink-2); font-size: 15px; overflow-wrap: anywhere; }
pre { margin: 8px 0 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 15px; }
form { display: flex; flex-wrap: wrap; gap: 8px; align-items: center; }
button { min-height: 40px; padding: 6px 12px; font: inherit; color: var(--brand);
  background: none; border: 1px solid var(--brand); border-radius: 8px; cursor: pointer; }
button[aria-pressed="true"] { color: var(--on-brand); background: var(--brand); }
button:focus-visible { outline: 3px solid var(--ring); outline-offset: 2px; }
"""


def page(messages: Sequence[Mapping[str, Any]], chosen: str, unsigned: int) -> str:
    """Return the page: how it behaves now, and what came, the newest first."""
    buttons = "".join(
        f'<button name="scenario" value="{key}" aria-pressed="{str(key == chosen).lower()}">'
        f"{escape(words)}</button>"
        for key, words in SCENARIOS.items()
    )
    came = "".join(map(_message, messages)) or '<p class="card">Chưa có sự kiện nào.</p>'
    return (
        '<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Đơn vị kết nối thử nghiệm</title>"
        '<link rel="stylesheet" href="/sandbox.css"></head><body>'
        '<p class="test-bar">Môi trường thử nghiệm: vai một đơn vị kết nối nhận sự kiện</p>'
        f"<main><h1>Sự kiện đã nhận ({len(messages)})</h1>"
        '<section class="card"><h2>Cách trả lời các lần gửi tới</h2>'
        f'<form method="post" action="/scenario">{buttons}</form></section>'
        f'<p class="card">Lần gửi không có chữ ký đúng, không giữ lại: {unsigned}</p>'
        f"{came}</main></body></html>"
    )


def _message(message: Mapping[str, Any]) -> str:
    told = message["told"]
    answers = ", ".join(str(one["answer"]) for one in message["attempts"])
    case = told.get("data", {}).get("case", "") if isinstance(told.get("data"), dict) else ""
    return (
        f'<article class="card"><h2>{escape(str(told.get("type", "")))} {escape(str(case))}</h2>'
        f'<p class="quiet">{escape(message["id"])}, {escape(message["at"])}, chữ ký đúng, '
        f"gửi {message['times']} lần (đã trả lời: {escape(answers)})</p>"
        f"<pre>{escape(json.dumps(told, ensure_ascii=False, indent=1))}</pre></article>"
    )
