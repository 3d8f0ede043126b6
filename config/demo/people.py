"""Fictitious units, staff, cameras and accounts. Everything is marked "(mẫu)": nobody is real."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SampleUnit:
    """One unit of the demonstration."""

    code: str
    name: str
    superior: str
    level: str
    parent: str | None
    suffix: str
    place: str
    province: str
    address: str
    phone: str


@dataclass(frozen=True)
class SamplePerson:
    """One member of staff: sign-in name, name, role, unit, title, badge."""

    username: str
    name: str
    role: str
    unit: str
    title: str
    badge: str


@dataclass(frozen=True)
class SampleDevice:
    """One camera with its site."""

    code: str
    serial: str
    vendor: str
    model: str
    adapter: str
    site: str
    site_name: str
    direction: str
    unit: str
    longitude: int
    latitude: int
    speed_method: str
    scene: str


UNITS = (
    SampleUnit(
        "C08",
        "Cục Cảnh sát giao thông (mẫu)",
        "Bộ Công an (mẫu)",
        "national",
        None,
        "C08",
        "Hà Nội",
        "00",
        "số 0 phố Ví Dụ, phường Mẫu, thành phố Hà Nội",
        "024 0000 0008",
    ),
    SampleUnit(
        "PC08-HN",
        "Phòng Cảnh sát giao thông (mẫu)",
        "Công an thành phố Hà Nội (mẫu)",
        "provincial",
        "C08",
        "CSGT",
        "Hà Nội",
        "01",
        "số 1 phố Ví Dụ, phường Mẫu Một, thành phố Hà Nội",
        "024 0000 0001",
    ),
    SampleUnit(
        "PC08-HCM",
        "Phòng Cảnh sát giao thông (mẫu)",
        "Công an TP. Hồ Chí Minh (mẫu)",
        "provincial",
        "C08",
        "CSGT",
        "TP. Hồ Chí Minh",
        "79",
        "số 2 đường Ví Dụ, phường Mẫu Hai, Thành phố Hồ Chí Minh",
        "028 0000 0002",
    ),
    SampleUnit(
        "CAX-HN-01",
        "Công an phường Mẫu Một (mẫu)",
        "Công an thành phố Hà Nội (mẫu)",
        "commune",
        "PC08-HN",
        "CAP",
        "Mẫu Một",
        "01",
        "số 3 ngõ Ví Dụ, phường Mẫu Một, thành phố Hà Nội",
        "024 0000 0003",
    ),
    SampleUnit(
        "CAX-HCM-01",
        "Công an phường Mẫu Hai (mẫu)",
        "Công an TP. Hồ Chí Minh (mẫu)",
        "commune",
        "PC08-HCM",
        "CAP",
        "Mẫu Hai",
        "79",
        "số 4 hẻm Ví Dụ, phường Mẫu Hai, Thành phố Hồ Chí Minh",
        "028 0000 0004",
    ),
)

PEOPLE = (
    SamplePerson("lan", "Phạm Thị Lan", "Reviewing officer", "PC08-HN", "soldier", "HN-0412"),
    SamplePerson("khoa", "Nguyễn Đăng Khoa", "Reviewing officer", "PC08-HN", "soldier", "HN-0413"),
    SamplePerson("minh", "Lê Quang Minh", "Signing leader", "PC08-HN", "office_head", "HN-0001"),
    SamplePerson("hoa", "Trần Thị Hòa", "Clerk", "PC08-HN", "soldier", "HN-0520"),
    SamplePerson("mai", "Vũ Thanh Mai", "Accountant", "PC08-HN", "soldier", "HN-0530"),
    SamplePerson("tuan", "Đỗ Anh Tuấn", "Camera technician", "PC08-HN", "soldier", "HN-0610"),
    SamplePerson("duc", "Hoàng Minh Đức", "Supervisor", "PC08-HN", "deputy_team_head", "HN-0101"),
    SamplePerson("bao", "Võ Quốc Bảo", "Reviewing officer", "PC08-HCM", "soldier", "HCM-0412"),
    SamplePerson("nhung", "Lâm Thị Nhung", "Reviewing officer", "PC08-HCM", "soldier", "HCM-0413"),
    SamplePerson("ngoc", "Đặng Bích Ngọc", "Signing leader", "PC08-HCM", "office_head", "HCM-0001"),
    SamplePerson("long", "Huỳnh Kim Long", "Clerk", "PC08-HCM", "soldier", "HCM-0520"),
    SamplePerson("kim", "Tạ Thiên Kim", "Accountant", "PC08-HCM", "soldier", "HCM-0530"),
    SamplePerson("phuc", "Phan Văn Phúc", "Camera technician", "PC08-HCM", "soldier", "HCM-0610"),
    SamplePerson("vinh", "Trịnh Quang Vinh", "Supervisor", "PC08-HCM", "team_head", "HCM-0101"),
    SamplePerson(
        "dung", "Bùi Tiến Dũng", "Signing leader", "CAX-HN-01", "commune_chief", "HNX-0001"
    ),
    SamplePerson("yen", "Hồ Hải Yến", "Reviewing officer", "CAX-HCM-01", "soldier", "HCMX-0002"),
    SamplePerson("thu", "Ngô Minh Thư", "Auditor", "C08", "soldier", "C08-0700"),
    SamplePerson("quantri", "Đinh Văn Nghĩa", "Administrator", "C08", "soldier", "C08-0900"),
    SamplePerson("hanh", "Cao Mỹ Hạnh", "Administrator", "C08", "soldier", "C08-0901"),
)

DEVICES = (
    SampleDevice(
        "CAM-0412",
        "MAU-0412-88",
        "Hikvision",
        "iDS-TCV900 (mẫu)",
        "hikvision-isapi",
        "N-0412",
        "nút giao Lê Lai – Trần Phú (mẫu)",
        "hướng đi Cầu Đông",
        "PC08-HN",
        105_850_000,
        21_020_000,
        "",
        "red_light",
    ),
    SampleDevice(
        "CAM-0533",
        "MAU-0533-17",
        "Hikvision",
        "iDS-TCS900 (mẫu)",
        "hikvision-isapi",
        "C-0533",
        "Km 41+200 cao tốc Mẫu",
        "hướng Hà Nội",
        "PC08-HN",
        105_700_000,
        20_930_000,
        "radar",
        "speed_over",
    ),
    SampleDevice(
        "CAM-0227",
        "MAU-0227-05",
        "Hikvision",
        "iDS-TCV900 (mẫu)",
        "hikvision-isapi",
        "N-0227",
        "nút giao Ngô Quyền – Hùng Vương (mẫu)",
        "hướng đi trung tâm",
        "PC08-HCM",
        106_680_000,
        10_770_000,
        "",
        "red_light",
    ),
    SampleDevice(
        "CAM-0701",
        "MAU-0701-33",
        "Mẫu Việt",
        "VN-S1 (mẫu)",
        "generic-signed",
        "N-0701",
        "nút giao Võ Thị Sáu – Nguyễn Du (mẫu)",
        "hướng đi Chợ Mới",
        "PC08-HN",
        105_840_000,
        21_030_000,
        "",
        "red_light",
    ),
)
