"""What is said to a person in an e-mail or a text message. Pure.

No link, no name, no amount, and nothing that a telephone would make a link of: the official
address is named in words and typed by hand (payments and citizens §6; law.md §7.5, scams).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

SHORT_AT_MOST = 320  # two joined text messages of GSM 03.38


@dataclass(frozen=True)
class Message:
    """One message in both forms: ``short`` for a telephone, in plain letters; the rest for mail."""

    subject: str
    body: str
    short: str


def waiting_paper(number: str, unit_code: str) -> Message:
    """Tell that a paper waits: its number, its unit, and which address is to be typed."""
    place = settings.MESSAGES["official_address"]
    body = (
        f"Văn bản số {number} của {unit_code} đang chờ trong hộp thư văn bản.\n\n"
        f"Ông/bà tự gõ địa chỉ: {place}, rồi chọn «Hộp thư văn bản». Mở văn bản tại đó được ghi"
        " nhận là đã nhận; không mở thì văn bản giấy được gửi qua bưu điện.\n\n"
        "Thư này không có đường dẫn, không hỏi tiền, không hỏi mật khẩu. Cán bộ không bao giờ xin"
        " mã một lần của ông/bà.\n"
    )
    short = (
        f"CSGT: van ban so {number} cua {unit_code} dang cho trong hop thu van ban. "
        f"Tu go dia chi: {place}. Tin nay khong co duong dan va khong hoi tien."
    )
    return Message("Văn bản đang chờ trong hộp thư", body, plain_letters(short))


def one_time_code(code: str) -> Message:
    """Give the code that opens the inbox, and say whom never to tell it."""
    body = (
        f"Mã một lần để mở hộp thư văn bản: {code}\n\n"
        "Mã dùng được trong 10 phút, một lần. Cán bộ không bao giờ hỏi mã này.\n"
    )
    short = f"Ma mo hop thu van ban: {code}, dung trong 10 phut. Can bo khong bao gio hoi ma nay."
    return Message("Mã mở hộp thư văn bản", body, short)


def named_as_driver(code: str, unit_code: str, until: datetime) -> Message:
    """Tell a person that somebody named him as the driver: the code that opens what is said.

    ``until`` is in Viet Nam's time. No plate and no place: the address may be a stranger's.
    """
    place = settings.MESSAGES["official_address"]
    body = (
        f"Có người nêu tên ông/bà là người lái xe trong một vụ việc giao thông do {unit_code}"
        " giải quyết.\n\n"
        f"Mã để xem và trả lời: {code}\n\n"
        f"Ông/bà tự gõ địa chỉ: {place}, rồi chọn «Được nêu tên là người lái xe». Trả lời trước"
        f" {until:%H:%M} ngày {until:%d/%m/%Y}: nhận, không nhận, hoặc cho biết ai đã lái.\n\n"
        "Thư này không có đường dẫn, không hỏi tiền, không hỏi mật khẩu. Được nêu tên chưa phải là"
        " bị xử phạt.\n"
    )
    short = (
        f"CSGT {unit_code}: co nguoi neu ten ong/ba la nguoi lai xe. Ma: {code}. "
        f"Tu go dia chi: {place}, chon Duoc neu ten, tra loi truoc {until:%d/%m/%Y}. "
        "Tin nay khong co duong dan va khong hoi tien."
    )
    return Message("Được nêu tên là người lái xe", body, plain_letters(short))


def plain_letters(text: str) -> str:
    """Return a text in the letters every telephone shows: accents off, ``đ`` as ``d``.

    One accented letter would halve what fits into a message (GSM 03.38, UCS-2).
    """
    unbarred = text.translate({ord("đ"): "d", ord("Đ"): "D"})
    folded = unicodedata.normalize("NFD", unbarred)
    return "".join(sign for sign in folded if sign.isascii())[:SHORT_AT_MOST]
