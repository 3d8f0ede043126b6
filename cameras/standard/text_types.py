"""The words of the pages about what the standard is and which information it carries."""

from __future__ import annotations

from cameras.adapters.vocabulary import VIOLATION_TYPES
from cameras.standard.pages import Page, Pair, Section, Table, code, field_table, word
from cameras.standard.schemas import gateway_schema

VIOLATION_WORDS: dict[str, Pair] = {
    "speed_over": Pair("chạy quá tốc độ", "speeding"),
    "speed_under": Pair("chạy dưới tốc độ tối thiểu", "slower than the minimum"),
    "red_light": Pair("vượt đèn đỏ", "through a red light"),
    "stop_line": Pair("đè vạch dừng", "over the stop line"),
    "wrong_way": Pair("đi ngược chiều", "against the traffic"),
    "wrong_lane": Pair("đi sai làn", "in the wrong lane"),
    "lane_marking": Pair("đè vạch, lấn làn", "over a lane marking"),
    "illegal_turn": Pair("rẽ nơi cấm rẽ", "forbidden turn"),
    "illegal_u_turn": Pair("quay đầu nơi cấm", "forbidden U-turn"),
    "illegal_reverse": Pair("lùi xe nơi cấm", "forbidden reversing"),
    "illegal_stop_parking": Pair("dừng, đỗ nơi cấm", "forbidden stopping or parking"),
    "emergency_lane": Pair("đi vào làn khẩn cấp", "in the emergency lane"),
    "restricted_time_or_vehicle": Pair("cấm giờ, cấm loại xe", "forbidden time or vehicle"),
    "no_helmet": Pair("không đội mũ bảo hiểm", "no helmet"),
    "riders_over_limit": Pair("chở quá số người", "too many riders"),
    "no_seat_belt": Pair("không thắt dây an toàn", "no seat belt"),
    "phone_use": Pair("dùng điện thoại", "telephone in use"),
    "umbrella_use": Pair("sử dụng ô", "umbrella in use"),
    "pedestrian_priority": Pair("không nhường người đi bộ", "priority of pedestrians"),
    "bus_lane": Pair("đi vào làn xe buýt", "in the bus lane"),
    "motorcycle_on_expressway": Pair("xe máy vào cao tốc", "motorcycle on an expressway"),
    "box_junction": Pair("dừng trong ô kẻ vàng", "stopped in the box junction"),
    "following_distance": Pair("không giữ khoảng cách", "following too close"),
    "overload_weight": Pair("chở quá tải", "overloaded"),
    "no_or_obscured_plate": Pair("không có hoặc che biển số", "plate missing or hidden"),
    "other": Pair("khác, giữ mã của hãng", "other, the maker's code is kept"),
}

START = Page(
    "start",
    "",
    Pair("Chuẩn dữ liệu camera giao thông", "Data standard for traffic cameras"),
    Pair(
        "Một bản tin, một lược đồ, một cách kết nối cho mọi hãng: loại thông tin, kết nối, chia "
        "sẻ.",
        "One message, one schema, one connection for every maker: information types, connection, "
        "sharing.",
    ),
    (
        Section(
            "gioi-thieu",
            Pair("Chuẩn này là gì", "What this standard is"),
            (
                Pair(
                    "Một sự kiện nói về một xe, tại một thời điểm: hành vi nghi vi phạm, một lượt "
                    "qua, hoặc tình trạng của thiết bị. Sự kiện là JSON, kèm các ảnh và phim gốc "
                    "được gọi tên bằng SHA-256 của chúng.",
                    "An event speaks of one vehicle at one moment: a candidate violation, a "
                    "passage, or the health of a device. It is JSON, with its original pictures "
                    "and films named by their SHA-256.",
                ),
                Pair(
                    "Camera không nói được chuẩn này vẫn kết nối được bằng bộ đọc của từng hãng; "
                    "trung tâm lưu mọi sự kiện theo cùng một mẫu.",
                    "A camera that does not speak it is connected by an adapter of its maker; the "
                    "centre stores every event in the same form.",
                ),
            ),
        ),
        Section(
            "nguyen-tac",
            Pair("Nguyên tắc", "Principles"),
            points=(
                Pair(
                    "Thiết bị chỉ ghi điều nó thấy. Căn cứ pháp luật do cán bộ xác định.",
                    "A device writes down what it saw. The legal reference is set by an officer.",
                ),
                Pair(
                    "Trường lạ bị từ chối, để lỗi lộ ra ngay ngày thử đầu tiên.",
                    "An unknown field is refused, so that a slip shows on the first day of trials.",
                ),
                Pair(
                    "Số đo luôn có đơn vị; thời điểm luôn có múi giờ.",
                    "Every figure has a unit; every moment has its zone.",
                ),
                Pair(
                    "Byte gốc của ảnh không bao giờ đổi; mọi bản sao đều nối về mã băm của bản "
                    "gốc.",
                    "The original bytes never change; every copy leads back to the original's "
                    "hash.",
                ),
                Pair(
                    "Câu trả lời báo lỗi chỉ ra trường sai, không nhắc lại biển số.",
                    "An answer about a fault names the field and never repeats a plate.",
                ),
            ),
        ),
        Section(
            "phien-ban",
            Pair("Phiên bản", "Versions"),
            (
                Pair(
                    "Số sau dấu gạch chéo chỉ tăng khi thay đổi làm bản tin cũ không còn hợp lệ. "
                    "Trong một phiên bản chỉ thêm trường tùy chọn và giá trị mới. Địa chỉ tải của "
                    "một phiên bản không đổi.",
                    "The number after the slash grows only when old messages would cease to be "
                    "valid. Within a version only optional fields and new words are added. The "
                    "addresses of a version do not change.",
                ),
            ),
        ),
        Section(
            "tu-kiem-tra",
            Pair("Hãng tự kiểm tra", "For makers: test it yourself"),
            (
                Pair(
                    "Lệnh dưới đây đọc một sự kiện, một bản tin trọn vẹn hoặc cả thư mục và nêu "
                    "mọi "
                    "lỗi: ở trường nào, thấy gì, cho phép gì. Với địa chỉ của thiết bị thử, lệnh "
                    "gửi mẫu đúng và mẫu sai rồi so câu trả lời với chuẩn.",
                    "The command reads one event, one whole delivery or a folder and names every "
                    "fault: in which field, what was found, what is allowed. Given the address of "
                    "a "
                    "sandbox device it sends right and wrong samples and compares the answers with "
                    "the standard.",
                ),
            ),
            code=(
                "python manage.py conformance event.json\n"
                "python manage.py conformance body.bin --content-type "
                '"multipart/form-data; boundary=…"\n'
                "python manage.py conformance https://…/api/intake/v1/<token>/events "
                "--serial MAU-0001 --key gateway.pem"
            ),
        ),
    ),
)

_KINDS = Table(
    Pair("Loại thông tin", "Information types"),
    (
        Pair("Mã", "Code"),
        Pair("Nội dung", "What it is"),
        Pair("Phần phải có", "Parts it needs"),
    ),
    (
        (
            code("violation_candidate"),
            word("Hành vi nghi vi phạm của một xe.", "What may be a violation by one vehicle."),
            code("violation, vehicle, plate, images"),
        ),
        (
            code("passage"),
            word(
                "Một lượt xe qua, không nghi vi phạm ai.", "A vehicle passing; nobody is accused."
            ),
            code("plate, images"),
        ),
        (
            code("health"),
            word(
                "Tình trạng thiết bị, mỗi 60 giây cho từng camera.",
                "Health of a device, each 60 seconds for every camera.",
            ),
            code("health"),
        ),
        (
            code("incident"),
            word(
                "Sự cố giao thông; chỉ có giữa các trung tâm.",
                "A traffic incident; only between centres.",
            ),
            code(""),
        ),
    ),
)

TYPES = Page(
    "types",
    "loai-thong-tin/",
    Pair("Loại thông tin", "Information types"),
    Pair(
        "Cổng thu nhận gửi những gì, từng trường một.",
        "What a gateway sends, field by field.",
    ),
    (
        Section(
            "loai",
            Pair("Loại sự kiện", "Kinds of event"),
            table=_KINDS,
        ),
        Section(
            "hanh-vi",
            Pair("Loại hành vi", "Types of violation"),
            (
                Pair(
                    "Mã của hãng được giữ nguyên bên cạnh. Lỗi tốc độ phải có phần speed, vượt đèn "
                    "đỏ phải có phần signal.",
                    "The maker's own code is kept beside it. Speeding needs the part speed, a red "
                    "light the part signal.",
                ),
            ),
            table=Table(
                Pair("Loại hành vi", "Types of violation"),
                (Pair("Mã", "Code"), Pair("Hành vi", "Act")),
                tuple(
                    (code(name), word(*words))
                    for name, words in VIOLATION_WORDS.items()
                    if name in VIOLATION_TYPES
                ),
            ),
        ),
        Section(
            "anh",
            Pair("Ảnh cần có", "Pictures that are needed"),
            points=(
                Pair(
                    "Vượt đèn đỏ: ba ảnh toàn cảnh, trước vạch, trên vạch, qua vạch, thấy đèn.",
                    "Red light: three overviews, before, on and past the line, the light in view.",
                ),
                Pair(
                    "Tốc độ: một ảnh toàn cảnh; giấy kiểm định còn hạn; cách đo không phải từ "
                    "phim.",
                    "Speed: one overview; a valid certificate; a method other than video.",
                ),
                Pair(
                    "Dừng, đỗ: hai ảnh cách nhau ít nhất 10 giây, cùng góc nhìn.",
                    "Parking: two overviews at least 10 seconds apart, in the same view.",
                ),
                Pair(
                    "Hành vi khác: hai ảnh toàn cảnh ở hai thời điểm. Mỗi ảnh từ 1280 × 720.",
                    "Anything else: two overviews at two moments. Each at least 1280 × 720.",
                ),
            ),
        ),
        Section(
            "truong",
            Pair("Các trường cổng thu nhận gửi", "Fields a gateway sends"),
            (
                Pair(
                    "Bảng này sinh ra từ chính lược đồ mà cổng dùng để kiểm tra.",
                    "This table is made from the very schema the portal checks by.",
                ),
            ),
            table=field_table(
                gateway_schema(), Pair("Các trường cổng thu nhận gửi", "Fields a gateway sends")
            ),
        ),
    ),
)
