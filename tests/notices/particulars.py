"""Made-up people, places, devices and pictures for the papers of the tests."""

from hashlib import sha256
from io import BytesIO

from PIL import Image, ImageDraw

PAPER_ID = "01890a5d-ac96-774b-bcce-b302099a8057"


def hashed(text: str) -> str:
    """Return a SHA-256 that looks real and is the same in every run."""
    return sha256(text.encode()).hexdigest()


def photo(label: str, size: tuple[int, int] = (1600, 900)) -> bytes:
    """Draw a street photo stand-in as JPEG."""
    picture = Image.effect_noise((400, 225), 30).resize(size).convert("RGB")
    pen = ImageDraw.Draw(picture)
    width, height = size
    pen.rectangle((0, height * 0.45, width, height), fill="#3b4248")
    pen.polygon(
        ((width * 0.4, height), (width * 0.5, height * 0.45), (width * 0.6, height)), "#777"
    )
    pen.rectangle((width * 0.44, height * 0.55, width * 0.56, height * 0.75), fill="#d8dde0")
    pen.rectangle((0, 0, width, 40), fill="#000")
    pen.text((10, 10), label, fill="#fff", font_size=24)
    out = BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()


PICTURES = {
    hashed("picture 1"): photo("CAM-0412 12/10/2026 17:42:08,120 ANH 1/2 MINH HOA"),
    hashed("picture 2"): photo("CAM-0412 12/10/2026 17:42:10,520 ANH 2/2 MINH HOA"),
}

UNIT = {
    "superior": "Phòng Cảnh sát giao thông (mẫu)",
    "name": "Đội Cảnh sát giao thông số 2 (mẫu)",
    "short_name": "Đội CSGT số 2 (mẫu)",
    "place": "Cầu Đông",
    "address": "số 1 đường Ví Dụ, phường Cầu Đông, tỉnh Mẫu",
    "phone": "028 0000 0002",
}
VEHICLE = {
    "class_name": "ô tô con",
    "plate": "51K-208.64",
    "plate_colour": "nền trắng, chữ đen",
}
DEVICE = {
    "name": "CAM-0412",
    "serial": "MAU-0412-88",
    "certificate_number": "KĐ-2026/0412 (mẫu)",
    "certificate_valid_until": "2027-06-30",
    "approval": "Quyết định số 15/QĐ-PCSGT ngày 02/3/2026 (mẫu)",
    "operator": "Đại úy Phạm Thu Hà, Đội CSGT số 2 (mẫu)",
}
RED_LIGHT = {
    "description": "không chấp hành hiệu lệnh của đèn tín hiệu giao thông",
    "provision": "điểm b khoản 9 Điều 6 Nghị định số 168/2024/NĐ-CP, được sửa đổi, bổ sung bởi "
    "Nghị định số 238/2026/NĐ-CP",
    "occurred_at": "2026-10-12T17:42:08.120+07:00",
    "place": "nút giao Lê Lai – Trần Phú, hướng đi Cầu Đông, tỉnh Mẫu",
    "measurement": {"kind": "red_light", "red_since_ms": 2400},
}
SPEEDING = {
    "description": "điều khiển xe chạy quá tốc độ quy định trên 20 km/h đến 35 km/h",
    "provision": "điểm a khoản 6 Điều 6 Nghị định số 168/2024/NĐ-CP",
    "occurred_at": "2026-10-12T17:41:02.000+07:00",
    "place": "Km 12+300 đường Ví Dụ, tỉnh Mẫu",
    "measurement": {
        "kind": "speed",
        "measured_tenths": 895,
        "tolerance_tenths": 30,
        "counted_tenths": 865,
        "limit_tenths": 600,
    },
}
FILES = [
    {
        "name": f"anh-{place}.jpg",
        "sha256": hashed(f"picture {place}"),
        "bytes": 1_204_512 + place,
        "media_type": "image/jpeg",
        "captured_at": captured,
    }
    for place, captured in (
        (1, "2026-10-12T17:42:08.120+07:00"),
        (2, "2026-10-12T17:42:10.520+07:00"),
    )
]
TRAN_VAN_HIEU = {
    "kind": "individual",
    "honorific": "ông",
    "name": "Trần Văn Hiếu",
    "gender": "nam",
    "born_on": "1984-02-01",
    "nationality": "Việt Nam",
    "occupation": "kinh doanh",
    "address": "số 27, ngõ 114 đường Hoa Ban, phường Minh Hòa, tỉnh Mẫu",
    "identity_number": "000000000000",
    "identity_issued_on": "2021-05-04",
    "identity_issued_by": "Cục Cảnh sát (mẫu)",
    "business_code": None,
    "registration_number": None,
    "registered_on": None,
    "registered_at": None,
    "representative": None,
    "authorised": None,
}
COMPANY = {
    "kind": "organisation",
    "honorific": None,
    "name": "Công ty TNHH Vận tải Ví Dụ (mẫu)",
    "gender": None,
    "born_on": None,
    "nationality": None,
    "occupation": None,
    "address": "số 5 đường Thử Nghiệm, phường Minh Hòa, tỉnh Mẫu",
    "identity_number": None,
    "identity_issued_on": None,
    "identity_issued_by": None,
    "business_code": "0000000000",
    "registration_number": "0000000000",
    "registered_on": "2019-03-20",
    "registered_at": "Sở Tài chính tỉnh Mẫu",
    "representative": {"name": "Nguyễn Thị Mai", "gender": "nữ", "title": "Giám đốc"},
    "authorised": {"name": "Lý Văn Bình", "gender": "nam", "title": "Trưởng phòng điều hành"},
}
ADDRESS = {
    "name": "Ông TRẦN VĂN HIẾU",
    "lines": ["Số 27, ngõ 114 đường Hoa Ban", "Tổ 5, phường Minh Hòa", "Tỉnh Mẫu"],
}
