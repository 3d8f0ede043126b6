"""The words of the page about sharing: what goes on to others, and what proves it."""

from __future__ import annotations

from cameras.standard.pages import Page, Pair, Section, Table, code, field_table, word
from cameras.standard.schemas import full_schema

_LEVELS = Table(
    Pair("Mức xác thực", "Levels of proof"),
    (Pair("Mức", "Level"), Pair("Người gửi được xác thực bằng", "How the sender is proven")),
    (
        (code("A"), word("Chữ ký số của khóa đã đăng ký.", "A signature by the registered key.")),
        (code("B"), word("Chứng thư mTLS.", "A certificate, mTLS.")),
        (code("C"), word("Mật khẩu băm (digest).", "A password digest.")),
        (
            code("D"),
            word(
                "Chỉ địa chỉ bí mật và mạng; phiếu chứng cứ ghi rõ điều này.",
                "Only the secret address and the network; the evidence sheet says so.",
            ),
        ),
    ),
)

SHARING = Page(
    "sharing",
    "chia-se/",
    Pair("Chia sẻ", "Sharing"),
    Pair(
        "Sự kiện đầy đủ như trung tâm lưu và chia sẻ, và những gì chứng minh nó.",
        "The whole event as a centre stores and shares it, and what proves it.",
    ),
    (
        Section(
            "noi-dung",
            Pair("Chia sẻ những gì", "What is shared"),
            (
                Pair(
                    "Trung tâm thêm vị trí từ sổ đăng ký, quy tắc đổi giờ, biển số đã chuẩn hóa, "
                    "cỡ "
                    "và cờ của từng ảnh, căn cứ toàn vẹn. Điều thiết bị nói được giữ nguyên văn "
                    "bên "
                    "cạnh.",
                    "The centre adds the place from its register, the rule of the time, the plate "
                    "without marks, size and flags of every picture, and what proves the bytes. "
                    "What "
                    "the device said is kept beside it, word for word.",
                ),
                Pair(
                    "Ảnh và phim đi theo mã băm: nơi nhận tính lại SHA-256 trước khi dùng.",
                    "Pictures and films go by their hash: the receiver computes the SHA-256 again "
                    "before using them.",
                ),
            ),
        ),
        Section(
            "cap",
            Pair("Giữa các cấp", "Between levels"),
            points=(
                Pair(
                    "Cấp tỉnh lưu mọi ảnh và sự kiện của thiết bị mình, gửi sự kiện lên cấp quốc "
                    "gia theo mẫu này.",
                    "A provincial centre stores all pictures and events of its devices and sends "
                    "the events to the national level in this form.",
                ),
                Pair(
                    "Sự kiện đã chia sẻ không sửa; thông tin mới là sự kiện mới hoặc quyết định "
                    "của "
                    "cán bộ.",
                    "An event that was shared is not changed; what is new is a new event or an "
                    "officer's decision.",
                ),
                Pair(
                    "Nơi nhận chống trùng bằng source_key và integrity.raw_sha256.",
                    "A receiver finds duplicates by source_key and integrity.raw_sha256.",
                ),
            ),
        ),
        Section(
            "toan-ven",
            Pair("Toàn vẹn", "Integrity"),
            (
                Pair(
                    "Bản tin gốc và từng ảnh được lưu theo SHA-256. Nhật ký lưu giữ ghi nhận, xem, "
                    "che, xuất và nối từng dòng bằng mã băm. Gói chứng cứ của một vụ việc kiểm tra "
                    "được ngoại tuyến.",
                    "The original delivery and every picture are stored under their SHA-256. The "
                    "custody log notes receiving, viewing, redacting and exporting, each row "
                    "chained "
                    "by a hash. The evidence pack of a case can be checked offline.",
                ),
            ),
            table=_LEVELS,
        ),
        Section(
            "du-lieu-ca-nhan",
            Pair("Dữ liệu cá nhân", "Personal data"),
            points=(
                Pair(
                    "Biển số và ảnh là dữ liệu cá nhân; chỉ chia sẻ cho cơ quan có thẩm quyền.",
                    "Plates and pictures are personal data, shared with competent authorities "
                    "only.",
                ),
                Pair(
                    "Ảnh có vai trò occupant bị hạn chế; bản cho chủ xe được che phần ngoài xe.",
                    "Pictures of the role occupant are restricted; the owner's copy is blurred "
                    "outside the vehicle.",
                ),
                Pair(
                    "Lượt qua không nghi vi phạm chỉ lưu ngắn hạn, tách khỏi hồ sơ vi phạm.",
                    "Passages without suspicion are kept for a short time, apart from the cases.",
                ),
            ),
        ),
        Section(
            "truong",
            Pair("Các trường của sự kiện đầy đủ", "Fields of the whole event"),
            (
                Pair(
                    "Trường không có giá trị thì không xuất hiện.",
                    "A field without a value is left out.",
                ),
            ),
            table=field_table(
                full_schema(), Pair("Các trường của sự kiện đầy đủ", "Fields of the whole event")
            ),
        ),
    ),
)
