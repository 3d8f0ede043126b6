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


#: What a one-time code opens, as the message says it: whoever is asked for one can tell.
DOORS = {
    "inbox": "mở hộp thư văn bản",
    "case": "mở vụ việc của ông/bà",
    "driver": "xác nhận lời khai ai lái xe",
    "sign_in": "đăng nhập tài khoản người dân",
    "contact": "xác nhận liên hệ mới",
    "delete": "xóa tài khoản người dân",
}


def one_time_code(code: str, opens: str = "inbox") -> Message:
    """Give a one-time code, say what it opens (a key of ``DOORS``) and whom never to tell it."""
    door = DOORS[opens]
    body = (
        f"Mã một lần để {door}: {code}\n\n"
        "Mã dùng được trong 10 phút, một lần. Cán bộ không bao giờ hỏi mã này.\n"
    )
    short = f"Ma {door}: {code}, dung trong 10 phut. Can bo khong bao gio hoi ma nay."
    subject = f"Mã {door.replace(' của ông/bà', '')}"
    return Message(subject, body, plain_letters(short))


def new_case(plate: str) -> Message:
    """Tell the owner of a watched vehicle that a case about it is public; no link, no amount."""
    place = settings.MESSAGES["official_address"]
    body = (
        f"Có vụ việc mới về phương tiện {plate} mà ông/bà theo dõi.\n\n"
        f"Ông/bà tự gõ địa chỉ: {place}, rồi chọn «Tài khoản» để xem. Thông báo được gửi riêng;"
        " thư này không thay cho thông báo đó và không làm bắt đầu thời hạn nào.\n\n"
        "Thư này không có đường dẫn, không hỏi tiền, không hỏi mật khẩu.\n"
    )
    short = (
        f"CSGT: co vu viec moi ve phuong tien {plate}. Tu go dia chi: {place}, chon Tai khoan. "
        "Tin nay khong co duong dan va khong hoi tien."
    )
    return Message("Vụ việc mới về phương tiện theo dõi", body, plain_letters(short))


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


def appointment_tomorrow(unit_code: str, starts_at: datetime) -> Message:
    """Remind a person of tomorrow's appointment: when, and at which unit.

    ``starts_at`` is in Viet Nam's time. Neither plate nor case nor what it is about.
    """
    place = settings.MESSAGES["official_address"]
    body = (
        f"Ông/bà có lịch hẹn tại {unit_code} lúc {starts_at:%H:%M} ngày"
        f" {starts_at:%d/%m/%Y}.\n\n"
        "Ông/bà mang theo thông báo và giấy tờ tùy thân. Để đổi hoặc hủy, ông/bà tự gõ địa chỉ:"
        f" {place}, mở vụ việc rồi chọn «Hẹn giờ đến đơn vị». Lịch hẹn không thay đổi thời hạn"
        " nào.\n\n"
        "Thư này không có đường dẫn, không hỏi tiền, không hỏi mật khẩu.\n"
    )
    short = (
        f"CSGT {unit_code}: lich hen cua ong/ba luc {starts_at:%H:%M} ngay {starts_at:%d/%m/%Y}. "
        f"Doi hoac huy: tu go dia chi {place}. Tin nay khong co duong dan va khong hoi tien."
    )
    return Message("Nhắc lịch hẹn ngày mai", body, plain_letters(short))


def plain_letters(text: str) -> str:
    """Return a text in the letters every telephone shows: accents off, ``đ`` as ``d``.

    One accented letter would halve what fits into a message (GSM 03.38, UCS-2).
    """
    unbarred = text.translate({ord("đ"): "d", ord("Đ"): "D"})
    folded = unicodedata.normalize("NFD", unbarred)
    return "".join(sign for sign in folded if sign.isascii())[:SHORT_AT_MOST]
