"""Write the sandbox bank's pages: plain HTML, no script, one style sheet of its own."""

from collections.abc import Mapping, Sequence
from html import escape
from itertools import groupby
from sqlite3 import Row
from urllib.parse import urlsplit

from citizens.gateways.sandbox_scenarios import CARDS, ONE_TIME_CODE, SCENARIOS

STATUS_WORDS = {
    "00": "Đã trừ tiền",
    "01": "Chưa xong",
    "02": "Không nộp được",
    "04": "Đã đảo lại",
    "07": "Nghi ngờ gian lận",
}
CARD_WORDS = {
    "ok": "thẻ dùng được",
    "no_funds": "không đủ số dư",
    "card_locked": "thẻ bị khóa",
    "card_expired": "thẻ hết hạn",
}


def security_headers(return_url: str = "") -> dict[str, str]:
    """Give the headers of a page; the form may lead back to the merchant and nowhere else."""
    parts = urlsplit(return_url)
    merchant = f" {parts.scheme}://{parts.netloc}" if return_url else ""
    return {
        "Content-Security-Policy": (
            "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
            f"form-action 'self'{merchant}"
        ),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def pay_page(payment: Row, *, terminal: str, beneficiary: str, error: str = "") -> str:
    """Ask the payer for a card, or for the scenario to play."""
    cards = "".join(
        f'<label class="choice"><input type="radio" name="card" value="{number}"'
        f"{' checked' if key == 'ok' else ''}>"
        f'<span><span class="mono">{_grouped(number)}</span>'
        f'<span class="hint">NCB, {CARD_WORDS[key]}</span></span></label>'
        for number, key in CARDS.items()
    )
    token = f'<input type="hidden" name="token" value="{escape(payment["token"])}">'
    alert = f'<p class="error" id="otp-error" role="alert">{escape(error)}</p>' if error else ""
    described = "otp-hint otp-error" if error else "otp-hint"
    groups = "".join(
        f'<h3>{escape(name)}</h3><div class="buttons">'
        + "".join(
            f'<button class="second" name="scenario" value="{scenario.key}">'
            f"{escape(scenario.label)}</button>"
            for scenario in members
        )
        + "</div>"
        for name, members in groupby(SCENARIOS.values(), key=lambda scenario: scenario.group)
        if name
    )
    amount = _dong(payment["amount"])
    body = f"""
<h1>Nộp {amount}</h1>
<section class="card">
<dl>
<div><dt>Người nhận tiền</dt><dd>{escape(beneficiary)}</dd></div>
<div><dt>Nội dung</dt><dd>{escape(payment["order_info"])}</dd></div>
<div><dt>Mã giao dịch</dt><dd class="mono">{escape(payment["txn_ref"])}</dd></div>
<div><dt>Điểm nhận</dt><dd class="mono">{escape(terminal)}</dd></div>
</dl>
<p class="note">Người nhận tiền phải là Kho bạc Nhà nước. Nếu ngân hàng hiện tên khác, xin dừng
lại và đóng trang này.</p>
</section>
<form class="card" method="post" action="/paymentv2/pay">
{token}
<fieldset><legend><h2>Thẻ thử nghiệm</h2></legend>{cards}</fieldset>
<label class="field" for="otp">Mã OTP</label>
<p class="hint" id="otp-hint">Thẻ thử nghiệm luôn dùng mã {ONE_TIME_CODE}.</p>
{alert}
<input id="otp" name="otp" inputmode="numeric" autocomplete="one-time-code" maxlength="6"
 aria-describedby="{described}" required>
<button class="first">Nộp {amount}</button>
</form>
<form class="card" method="post" action="/paymentv2/pay">
{token}
<button class="second" name="scenario" value="cancel">Hủy giao dịch</button>
<details><summary>Kịch bản thử nghiệm</summary>{groups}</details>
</form>"""
    return _page(f"Nộp {amount}", body)


def finished_page(return_link: str) -> str:
    """Say that this payment has already ended and lead back."""
    body = f"""
<h1>Giao dịch này đã kết thúc</h1>
<p>Kết quả đã được ghi nhận. Xin trở lại trang nộp phạt để xem.</p>
<p><a class="first" href="{escape(return_link)}">Trở lại trang nộp phạt</a></p>"""
    return _page("Giao dịch này đã kết thúc", body)


def refusal_page(title: str, sentence: str) -> str:
    """Say why a payment cannot start and what to do."""
    return _page(title, f"<h1>{escape(title)}</h1><p>{escape(sentence)}</p>")


def front_page(payments: Sequence[Row]) -> str:
    """Show the newest payments and how the merchant answered the bank's messages."""
    rows = "".join(
        f'<tr><td class="mono">{escape(payment["txn_ref"])}</td>'
        f'<td class="number">{_dong(payment["amount"])}</td>'
        f"<td>{STATUS_WORDS[payment['status']]}</td>"
        f"<td>{escape(_scenario_label(payment))}</td>"
        f'<td class="number">{payment["calls"] or 0}</td>'
        f'<td class="mono">{escape(payment["last_reply"] or "-")}</td></tr>'
        for payment in payments
    )
    table = f"""
<div class="scroll" role="region" aria-label="Giao dịch" tabindex="0"><table>
<thead><tr><th scope="col">Mã</th><th scope="col">Số tiền</th><th scope="col">Kết quả</th>
<th scope="col">Kịch bản</th><th scope="col">Số lần báo tin</th><th scope="col">Trả lời</th></tr>
</thead><tbody>{rows}</tbody></table></div>"""
    body = "<h1>Giao dịch gần đây</h1>" + (table if payments else "<p>Chưa có giao dịch nào.</p>")
    return _page("Giao dịch gần đây", body)


def settlement_csv(rows: Sequence[Mapping[str, str | int]]) -> str:
    """Write the settlement file; amounts are whole đồng, moments are GMT+7."""
    columns = ("terminal", "merchant_ref", "transaction_no", "kind", "amount_vnd", "paid_at")
    lines = [",".join(columns)]
    lines += [",".join(str(row[column]) for column in columns) for row in rows]
    return "\r\n".join(lines) + "\r\n"


def _scenario_label(payment: Row) -> str:
    return SCENARIOS[payment["scenario"]].label if payment["scenario"] else "-"


def _dong(hundredths: int) -> str:
    return f"{hundredths // 100:,}".replace(",", ".") + "\N{NO-BREAK SPACE}₫"


def _grouped(number: str) -> str:
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def _page(title: str, body: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)} - Ngân hàng thử nghiệm</title>
<link rel="stylesheet" href="/sandbox_bank.css">
</head>
<body>
<header><p class="test-bar"><strong>Ngân hàng thử nghiệm.</strong> Không có tiền thật, không nhập
thẻ thật.</p></header>
<main>{body}
</main>
</body>
</html>
"""
