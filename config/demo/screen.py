"""The one clear screen of the demonstration: addresses, people, what to try first."""

from __future__ import annotations

from config.demo.people import DEVICES
from config.demo.running import Portal

ROLE_WORDS = {
    "Reviewing officer": "Cán bộ duyệt",
    "Signing leader": "Lãnh đạo ký",
    "Supervisor": "Chỉ huy ca trực",
    "Clerk": "Văn thư",
    "Accountant": "Kế toán",
    "Camera technician": "Kỹ thuật viên camera",
    "Auditor": "Kiểm tra viên",
    "Administrator": "Quản trị viên",
}


def screen(running: Portal) -> str:
    """Return the screen as text. The passwords and secrets are this clone's own, made at random."""
    lines = [
        "",
        "=" * 100,
        "  CỔNG VI PHẠM GIAO THÔNG · môi trường thử nghiệm, dữ liệu giả / trial, fictitious data",
        "=" * 100,
        f"  Công dân / citizens     {running.origin}/",
        f"  Cán bộ / staff          {running.origin}/can-bo/",
        f"  Dữ liệu / data (admin)  {running.origin}/quan-tri/",
        f"  Ngân hàng / bank        {running.bank_url}/      (sandbox)",
        f"  Đăng ký xe / register   {running.register_url}/  (sandbox)",
        f"  Thư, tin nhắn / messages {running.messages_url}/ (sandbox)",
        f"  Định danh / identity    {running.identity_url}/  (sandbox)",
        f"  Nhận sự kiện / webhooks {running.partner_url}/  (sandbox)",
        f"  Nhật ký / logs          {running.family.logs}",
        "",
        "  Đăng nhập cán bộ: mật khẩu + mã TOTP thật (nhập khóa vào ứng dụng xác thực).",
        "  Staff sign-in: password + a real TOTP code (enter the secret in an authenticator app).",
        "",
        f"  {'tài khoản':<10} {'mật khẩu':<18} {'khóa TOTP':<34} {'vai trò, đơn vị'}",
    ]
    for person in running.sign_ins:
        role = f"{ROLE_WORDS[person.role]}, {person.unit} ({person.name})"
        lines.append(
            f"  {person.username:<10} {person.password:<18} {person.totp_secret:<34} {role}"
        )
    lines += ["", "  otpauth://"]
    lines += [f"  {person.totp_uri}" for person in running.sign_ins]
    lines += ["", f"  API ({running.origin}/api/v1/), khóa / keys:"]
    lines += [f"  {name:<22} {key}" for name, key in running.partner_keys.items()]
    lines += [f"  Số liệu mở / open data  {running.origin}/so-lieu/"]
    cameras = ", ".join(device.code for device in DEVICES)
    lines += [
        "",
        f"  Camera mô phỏng / simulated cameras: {cameras}.",
        "  Thử: lan duyệt → lập thông báo → minh ký → hoa in, gửi → tra cứu bằng mã trên giấy.",
        "  Try: lan reviews, draws up the notice → minh signs → hoa prints → look up by its code.",
        "  Dừng / stop: Ctrl-C",
        "=" * 100,
        "",
    ]
    return "\n".join(lines)
