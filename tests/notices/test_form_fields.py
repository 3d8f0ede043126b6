"""Each statutory form beside its list of fields: every line is there, in the order of the form.

The lists are those of shared/domain/law.md §3.3 to §3.8, whose numbers stand before each text.
"""

import re
from functools import cache
from typing import Any

import pytest

from tests.notices.making import made, run
from tests.notices.particulars import COMPANY, RED_LIGHT, SPEEDING

pytestmark = pytest.mark.gate

HEAD = [
    ("superior agency", "PHÒNG CẢNH SÁT GIAO THÔNG (MẪU)"),
    ("issuing agency", "ĐỘI CSGT SỐ 2 (MẪU)"),
]
NATION = [
    ("national name", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
    ("motto", "Độc lập - Tự do - Hạnh phúc"),
]

FIELDS: dict[str, list[tuple[str, str]]] = {
    "TB0173": [  # §3.3
        ("4 title", "THÔNG BÁO"),
        ("4 title", "Vi phạm hành chính về trật tự, an toàn giao thông đường bộ"),
        ("5 to", "Kính gửi: Ông Trần Văn Hiếu"),
        ("6 unit", "Đội Cảnh sát giao thông số 2 (mẫu) đã sử dụng phương tiện, thiết bị kỹ thuật"),
        ("6 found", "phát hiện và ghi nhận vi phạm hành chính như sau:"),
        ("7 class", "1. Phương tiện: ô tô con;"),
        ("7 plate", "biển số: 51K-208.64;"),
        ("7 colour", "màu biển số: nền trắng, chữ đen."),
        ("8 owner", "2. Chủ phương tiện: Trần Văn Hiếu;"),
        ("8 number", "số định danh/CCCD: 0xx0xx00xxxx;"),
        ("8 address", "địa chỉ: số 27, ngõ 114 đường Hoa Ban"),
        ("9 time", "3. Thời gian vi phạm: 17 giờ 42 phút 08 giây, ngày 12 tháng 10 năm 2026."),
        ("9 place", "Địa điểm vi phạm: nút giao Lê Lai – Trần Phú"),
        ("10 act", "4. Hành vi vi phạm: không chấp hành hiệu lệnh của đèn tín hiệu giao thông;"),
        ("10 provision", "quy định tại điểm b khoản 9 Điều 6 Nghị định số 168/2024/NĐ-CP"),
        ("10 measured", "màu đỏ được 2,4 giây"),
        ("11 prevention", "5. Biện pháp ngăn chặn (nếu có): không."),
        ("12 when", "có mặt lúc 08 giờ 00 phút, ngày 27 tháng 10 năm 2026"),
        ("12 where", "tại Đội Cảnh sát giao thông số 2 (mẫu), số 1 đường Ví Dụ"),
        ("12 phone", "điện thoại 028 0000 0002"),
        ("12 nearer", "Trường hợp đi lại khó khăn, ông có thể đến Công an phường Minh Hòa (mẫu)"),
        ("12 nearer, when", "vào cùng thời gian trên"),
        ("13 this notice", "Khi đến mang theo: thông báo này;"),
        ("13 vehicle papers", "giấy tờ của phương tiện;"),
        ("13 driver's papers", "giấy tờ của người điều khiển phương tiện tại thời điểm vi phạm."),
        ("14 time limit", "vụ việc sẽ được giải quyết theo quy định của pháp luật"),
        ("15 annex", "Kèm theo kết quả thu thập được bằng phương tiện, thiết bị kỹ thuật nghiệp"),
        ("16 recipients", "Nơi nhận:"),
        ("16 as above", "- Như trên;"),
        ("16 handling unit", "- Công an phường Minh Hòa (để phối hợp);"),
        ("16 file", "- Lưu: hồ sơ vụ việc."),
        ("16 signature", "THỦ TRƯỞNG ĐƠN VỊ"),
        ("16 digital", "Chữ ký số"),
        ("16 name", "Lê Quang Minh"),
    ],
    "TB0273": [  # §3.4
        ("title", "THÔNG BÁO"),
        ("title", "Trừ điểm giấy phép lái xe"),
        ("to", "Kính gửi: Ông Trần Văn Hiếu"),
        ("decision", "Quyết định xử phạt vi phạm hành chính số 0187/QĐ-XPHC ngày 05 tháng 11 năm"),
        ("ông/bà", "1. Ông: TRẦN VĂN HIẾU."),
        ("vehicle type", "2. Loại phương tiện: ô tô con;"),
        ("plate", "biển số: 51K-208.64;"),
        ("colour", "màu biển số: nền trắng, chữ đen;"),
        ("registration", "số đăng ký xe: không có thông tin."),
        ("số định danh", "3. Số định danh cá nhân/Hộ chiếu: 000000000000."),
        ("residence", "4. Nơi cư trú: số 27, ngõ 114 đường Hoa Ban"),
        ("licence type", "5. Giấy phép lái xe: loại: phần có thời hạn (xe ô tô);"),
        ("licence number", "số: 000000000789;"),
        ("licence class", "hạng: A1, B2;"),
        ("licence day", "ngày cấp: 04/05/2020;"),
        ("licence place", "nơi cấp: Sở Giao thông vận tải (mẫu)."),
        ("points before", "6. Số điểm trước khi trừ: 12 điểm."),
        ("points deducted", "7. Số điểm bị trừ: 04 điểm;"),
        ("day", "ngày trừ: 05 tháng 11 năm 2026."),
        ("points left", "8. Số điểm còn lại: 08 điểm."),
        ("signature", "THỦ TRƯỞNG ĐƠN VỊ"),
        ("name", "Lê Quang Minh"),
    ],
    "PC0373": [  # §3.5
        *HEAD,
        *NATION,
        ("number", "Số: 0031/PC-ĐCSGT2"),
        ("day", "Cầu Đông, ngày 16 tháng 10 năm 2026"),
        ("title", "PHIẾU CHUYỂN"),
        ("title", "Kết quả thu thập được bằng phương tiện, thiết bị kỹ thuật nghiệp vụ"),
        ("to unit", "Kính gửi: Công an phường Minh Hòa (mẫu)"),
        ("from unit", "Đội Cảnh sát giao thông số 2 (mẫu) chuyển đến Công an phường Minh Hòa"),
        ("vehicle", "1. Phương tiện: ô tô con; biển số: 51K-208.64;"),
        ("owner", "2. Chủ phương tiện: Trần Văn Hiếu; số định danh/CCCD: 000000000000;"),
        ("address", "địa chỉ: số 27, ngõ 114 đường Hoa Ban"),
        ("time", "3. Thời gian vi phạm: 17 giờ 42 phút 08 giây"),
        ("place", "Địa điểm vi phạm: nút giao Lê Lai"),
        ("act", "4. Hành vi vi phạm: không chấp hành hiệu lệnh"),
        ("legal basis", "quy định tại điểm b khoản 9 Điều 6"),
        ("notice sent", "5. Ngày gửi thông báo cho chủ phương tiện: 16 tháng 10 năm 2026"),
        ("request", "Đề nghị Công an phường Minh Hòa (mẫu) giải quyết vụ việc theo thẩm quyền"),
        ("attached", "Kèm theo kết quả thu thập được bằng phương tiện"),
        ("attached", "anh-1.jpg"),
        ("recipients", "Nơi nhận:"),
        ("signature", "THỦ TRƯỞNG ĐƠN VỊ"),
    ],
    "PG04": [  # §3.5: the slip, then the report below the cut
        *HEAD,
        *NATION,
        ("number", "Số: 0007/PG-ĐCSGT2"),
        ("title", "PHIẾU GỬI"),
        ("to", "Kính gửi: Công an phường Minh Hòa (mẫu)"),
        ("notice number", "Thông báo vi phạm hành chính số 0412/TB-ĐCSGT2"),
        ("vehicle", "1. Phương tiện: mô tô; biển số: 59-T1 123.45;"),
        ("owner", "2. Chủ phương tiện: Trần Văn Hiếu;"),
        ("address", "địa chỉ: số 27, ngõ 114 đường Hoa Ban"),
        ("deliver", "chuyển Thông báo đến chủ phương tiện"),
        ("urge", "yêu cầu chủ phương tiện chấp hành"),
        ("signature", "THỦ TRƯỞNG ĐƠN VỊ"),
        ("cut", "(Cắt theo đường này"),
        ("report", "PHIẾU BÁO"),
        ("back to", "Kính gửi: Đội Cảnh sát giao thông số 2 (mẫu)"),
        ("delivered", "Đã giao thông báo ngày"),
        ("not delivered", "Chưa giao được thông báo, lý do:"),
        ("not resident", "Không cư trú tại địa phương."),
        ("moved", "Đã chuyển đi nơi khác, địa chỉ mới:"),
        ("sold", "Đã bán phương tiện. Họ và tên người mua:"),
        ("buyer's address", "Địa chỉ:"),
        ("buyer's phone", "Điện thoại:"),
        ("signature", "THỦ TRƯỞNG ĐƠN VỊ"),
        ("signature", "(Ký, ghi rõ họ và tên, đóng dấu)"),
    ],
    "MBB01": [  # §3.6
        *HEAD,
        *NATION,
        ("number", "Số: 0163/BB-VPHC"),
        ("title", "BIÊN BẢN VI PHẠM HÀNH CHÍNH"),
        ("Về …", "Về trật tự, an toàn giao thông đường bộ"),
        ("started", "Hôm nay, hồi 08 giờ 10 phút, ngày 27 tháng 10 năm 2026"),
        ("place", "tại trụ sở Đội Cảnh sát giao thông số 2 (mẫu)"),
        ("reason", "Lý do lập biên bản tại trụ sở cơ quan hoặc địa điểm khác: vi phạm được phát"),
        ("bases", "Căn cứ Điều 58, Điều 64 Luật Xử lý vi phạm hành chính (sửa đổi, bổ sung năm"),
        ("device", "thiết bị CAM-0412, số sê-ri MAU-0412-88"),
        ("device, day", "ngày 12/10/2026"),
        ("device, file", "hồ sơ số PN-2026-000412"),
        ("A1 officer", "Họ và tên: Phạm Thu Hà. Chức vụ: Cán bộ. Cơ quan: Đội Cảnh sát giao thông"),
        (
            "A2 witness",
            "1) Họ và tên: Vũ Thị Lan. Nghề nghiệp: không có thông tin. Địa chỉ: phường",
        ),
        ("A2 authority", "Đại diện chính quyền: Ngô Văn Tám. Chức vụ: Phó Chủ tịch."),
        ("A3 interpreter", "3. Người phiên dịch: Họ và tên: Lê Anh. Nghề nghiệp: phiên dịch."),
        ("B1 name", "1. Ông: TRẦN VĂN HIẾU."),
        ("B1 gender", "Giới tính: nam."),
        ("B1 born", "Ngày, tháng, năm sinh: 01/02/1984."),
        ("B1 nationality", "Quốc tịch: Việt Nam."),
        ("B1 occupation", "Nghề nghiệp: kinh doanh."),
        ("B1 residence", "Nơi ở hiện tại: số 27"),
        ("B1 number", "Số định danh cá nhân/Hộ chiếu: 000000000000;"),
        ("B1 issued on", "ngày cấp: 04/05/2021;"),
        ("B1 issued by", "nơi cấp: Cục Cảnh sát (mẫu)."),
        ("B2 acts", "2. Đã có hành vi vi phạm hành chính:"),
        ("B2 act", "Không chấp hành hiệu lệnh của đèn tín hiệu giao thông;"),
        ("B2 time", "thời gian: 17 giờ 42 phút 08 giây"),
        ("B2 place", "địa điểm: nút giao"),
        ("B2 aggravating", "Tình tiết tăng nặng: không."),
        ("B2 mitigating", "Tình tiết giảm nhẹ: tự nguyện khai báo"),
        ("B3 provision", "3. Quy định tại: điểm b khoản 9 Điều 6"),
        ("B4 injured", "4. Cá nhân, tổ chức bị thiệt hại: bà Hồ Thị Sáu."),
        ("B5 statement", "5. Ý kiến trình bày của cá nhân, tổ chức vi phạm: thừa nhận hành vi"),
        ("B6 statement", "6. Ý kiến trình bày của người chứng kiến, đại diện chính quyền"),
        ("B7 statement", "7. Ý kiến trình bày của cá nhân, tổ chức bị thiệt hại"),
        ("B8 stop", "8. Yêu cầu chấm dứt ngay hành vi vi phạm"),
        ("B9 prevention", "9. Biện pháp ngăn chặn và bảo đảm xử lý vi phạm hành chính"),
        ("B9 table", "TT Tên Đơn vị tính Số lượng Chủng loại Tình trạng Ghi chú"),
        ("B9 item", "Giấy phép lái xe"),
        ("B10", "10. Quyền giải trình:"),
        ("B10 box", "x Có quyền giải trình theo Điều 61"),
        ("B10 to", "gửi đến Đội trưởng Đội Cảnh sát giao thông số 2 (mẫu)"),
        ("B10 a", "a) Văn bản yêu cầu được giải trình trực tiếp trong thời hạn 02 ngày làm việc"),
        ("B10 b", "b) Văn bản giải trình trong thời hạn 05 ngày làm việc"),
        ("B10 none", "Không thuộc trường hợp giải trình."),
        ("appointment", "có mặt lúc 08 giờ 00 phút, ngày 06 tháng 11 năm 2026 tại Đội Cảnh sát"),
        ("closed", "Biên bản lập xong hồi 09 giờ 00 phút"),
        ("pages", "gồm 3 trang,"),
        ("copies", "được lập thành 02 bản"),
        ("given to", "đã giao cho ông Trần Văn Hiếu 01 bản"),
        ("electronic", "Biên bản điện tử được gửi qua VNeID mức độ 2"),
        ("electronic", "số điện thoại 090 000 0000"),
        ("electronic", "thư điện tử hieu@example.invalid"),
        ("unsigned", "Lý do cá nhân, tổ chức vi phạm không ký biên bản: không."),
        ("signature", "CÁ NHÂN, ĐẠI DIỆN TỔ CHỨC VI PHẠM"),
        ("signature", "NGƯỜI LẬP BIÊN BẢN"),
        ("signature", "NGƯỜI BỊ THIỆT HẠI"),
        ("signature", "ĐẠI DIỆN CHÍNH QUYỀN"),
        ("signature", "NGƯỜI PHIÊN DỊCH"),
        ("signature", "NGƯỜI CHỨNG KIẾN"),
        ("back", "Biên bản đã giao trực tiếp cho cá nhân, đại diện tổ chức vi phạm vào hồi"),
        ("back, name", "họ và tên người nhận:"),
        ("back, hand", "NGƯỜI NHẬN BIÊN BẢN"),
    ],
    "MQD02": [  # §3.7
        *HEAD,
        *NATION,
        ("number", "Số: 0187/QĐ-XPHC"),
        ("title", "QUYẾT ĐỊNH Xử phạt vi phạm hành chính"),
        ("authority", "ĐỘI TRƯỞNG ĐỘI CẢNH SÁT GIAO THÔNG SỐ 2 (MẪU)"),
        ("articles", "Căn cứ Điều 57, Điều 68, Điều 70, Điều 78, Điều 85 Luật Xử lý vi phạm hành"),
        ("law", "(sửa đổi, bổ sung năm 2020 và năm 2025)"),
        ("decree", "Nghị định số 168/2024/NĐ-CP, được sửa đổi, bổ sung bởi Nghị định số 238/2026"),
        ("record", "Căn cứ Biên bản vi phạm hành chính số 0163/BB-VPHC lập ngày 27 tháng 10"),
        ("hearing", "Căn cứ Biên bản phiên giải trình số 0002/BB-GTTT lập ngày 02 tháng 11"),
        ("verification", "Căn cứ Biên bản xác minh số 0005/BB-XM lập ngày 30 tháng 10"),
        (
            "delegation",
            "Căn cứ Quyết định giao quyền xử phạt số 12/QĐ-GQ ngày 05 tháng 01 năm 2026",
        ),
        ("Điều 1", "Điều 1. Xử phạt vi phạm hành chính đối với cá nhân có tên sau đây:"),
        ("1.1 person", "1. Ông: TRẦN VĂN HIẾU. Giới tính: nam. Ngày, tháng, năm sinh: 01/02/1984."),
        ("1.1 number", "Số định danh cá nhân/Hộ chiếu: 000000000000;"),
        ("1.2 acts", "2. Đã thực hiện hành vi vi phạm hành chính:"),
        ("1.3 provision", "3. Quy định tại: điểm b khoản 9"),
        ("1.4 aggravating", "4. Các tình tiết tăng nặng: không."),
        ("1.5 mitigating", "5. Các tình tiết giảm nhẹ: không."),
        ("1.6 sanctions", "6. Bị áp dụng hình thức xử phạt, biện pháp khắc phục hậu quả như sau:"),
        ("1.6a per act", "hành vi 1: 19.000.000 đồng; hành vi 2: 5.000.000 đồng."),
        ("1.6a total", "Tổng mức phạt: 24.000.000 đồng (bằng chữ: hai mươi tư triệu đồng chẵn)."),
        (
            "1.6b",
            "b) Hình thức xử phạt bổ sung: tước quyền sử dụng giấy phép lái xe 02 tháng, kể từ",
        ),
        ("1.6c", "c) Biện pháp khắc phục hậu quả: buộc tháo gỡ thiết bị lắp thêm."),
        ("1.6c deadline", "Thời hạn thực hiện: 10 ngày kể từ ngày nhận được Quyết định này."),
        ("1.6c refund", "Chi phí thực hiện phải hoàn trả: 500.000 đồng."),
        ("Điều 2", "Điều 2. Quyết định này có hiệu lực thi hành kể từ ngày 05 tháng 11 năm 2026."),
        ("Điều 3", "Điều 3. Quyết định này được:"),
        ("3.1", "1. Giao cho ông Trần Văn Hiếu để chấp hành."),
        ("3.1 enforcement", "bị cưỡng chế thi hành; cứ mỗi ngày chậm nộp phải nộp thêm 0,05%"),
        ("3.1a treasury", "a) Nộp tiền phạt tại Kho bạc Nhà nước khu vực (mẫu)"),
        ("3.1a bank", "Ngân hàng thương mại ủy nhiệm thu (mẫu)"),
        ("3.1a days", "trong thời hạn 10 ngày kể từ ngày nhận được Quyết định này"),
        ("3.1a account", "Tài khoản thu NSNN 7111.0.0000000"),
        ("3.1a authority", "Mã cơ quan ra quyết định xử phạt 0000000"),
        ("3.1a chapter", "Mã chương 000"),
        ("3.1a item", "Mã NDKT (tiểu mục) 0000"),
        ("3.1b", "b) Tang vật, phương tiện, giấy tờ bị tạm giữ: giấy phép lái xe."),
        ("3.1c", "có quyền khiếu nại hoặc khởi kiện vụ án hành chính"),
        ("3.2", "2. Gửi cho Kho bạc Nhà nước khu vực (mẫu) để thu tiền phạt."),
        ("3.3", "3. Gửi cho Đội Cảnh sát giao thông số 2 (mẫu) để tổ chức thực hiện."),
        ("3.4", "4. Gửi cho Công an phường Minh Hòa (mẫu) để phối hợp thực hiện."),
        ("recipients", "Nơi nhận:"),
        ("signature", "KT. ĐỘI TRƯỞNG PHÓ ĐỘI TRƯỞNG"),
        ("back", "Quyết định đã giao trực tiếp cho cá nhân bị xử phạt vào hồi"),
        ("back, hand", "NGƯỜI NHẬN QUYẾT ĐỊNH"),
    ],
    "KN01": [  # §3.8
        *NATION,
        ("place, date", "ngày …… tháng …… năm"),
        ("title", "ĐƠN KHIẾU NẠI"),
        ("to", "Kính gửi: Đội trưởng Đội Cảnh sát giao thông số 2 (mẫu)"),
        ("1 name", "1. Họ và tên người khiếu nại:"),
        ("1 number", "Số căn cước/số định danh cá nhân/giấy chứng nhận căn cước/hộ chiếu:"),
        ("1 date", "Ngày cấp:"),
        ("1 place", "Nơi cấp:"),
        ("2 authorised", "2. Người được ủy quyền khiếu nại (nếu có):"),
        ("3 against", "3. Cơ quan, người bị khiếu nại: Đội Cảnh sát giao thông số 2 (mẫu)"),
        ("4 about", "4. Khiếu nại về việc: Quyết định xử phạt vi phạm hành chính số 0187/QĐ-XPHC"),
        ("5 content", "5. Nội dung khiếu nại"),
        ("attachments", "Tài liệu, chứng cứ kèm theo (nếu có):"),
        ("signature", "NGƯỜI KHIẾU NẠI (Ký hoặc điểm chỉ, ghi rõ họ và tên)"),
    ],
    "KN03": [  # §3.8
        ("title", "THÔNG BÁO"),
        ("title", "Về việc thụ lý giải quyết khiếu nại lần đầu"),
        ("received", "Ngày 10 tháng 11 năm 2026, Đội Cảnh sát giao thông số 2 (mẫu) nhận được đơn"),
        ("of", "của ông Trần Văn Hiếu;"),
        ("address", "địa chỉ: số 27, ngõ 114 đường Hoa Ban"),
        ("ID", "số định danh cá nhân/Hộ chiếu/mã số doanh nghiệp: 000000000000"),
        ("about", "Khiếu nại về việc: Quyết định xử phạt vi phạm hành chính số 0187/QĐ-XPHC"),
        ("content", "Nội dung khiếu nại: Tôi không điều khiển xe"),
        ("accepted", "được thụ lý giải quyết kể từ ngày 16 tháng 11 năm 2026"),
        ("deadline", "chậm nhất ngày 16 tháng 12 năm 2026"),
        ("signature", "THỦ TRƯỞNG ĐƠN VỊ"),
    ],
    "KN04": [  # §3.8
        ("title", "THÔNG BÁO"),
        ("title", "Về việc không thụ lý giải quyết khiếu nại lần đầu"),
        ("received", "Ngày 10 tháng 11 năm 2026, Đội Cảnh sát giao thông số 2 (mẫu) nhận được đơn"),
        ("of", "của ông Trần Văn Hiếu;"),
        ("address", "địa chỉ: số 27, ngõ 114 đường Hoa Ban"),
        ("ID", "số định danh cá nhân/Hộ chiếu/mã số doanh nghiệp: 000000000000"),
        ("about", "Khiếu nại về việc: Quyết định xử phạt vi phạm hành chính số 0187/QĐ-XPHC"),
        ("refused", "không đủ điều kiện thụ lý giải quyết vì lý do sau đây:"),
        (
            "ground",
            "thời hiệu, thời hạn khiếu nại đã hết mà không có lý do chính đáng (khoản 6 Điều",
        ),
        ("reason", "Lý do cụ thể: Đơn nhận sau 90 ngày"),
        ("signature", "THỦ TRƯỞNG ĐƠN VỊ"),
    ],
}
# In a letter the head is set last, over the window; it is asked for apart.
LETTER_HEAD = [*HEAD, *NATION]
IN_FULL = {
    "MBB01": {
        "local_authority": {
            "name": "Ngô Văn Tám",
            "position": "Phó Chủ tịch",
            "unit": "Ủy ban nhân dân phường Cầu Đông (mẫu)",
        },
        "interpreter": {
            "name": "Lê Anh",
            "occupation": "phiên dịch",
            "address": "phường Cầu Đông, tỉnh Mẫu",
        },
        "injured_party": "bà Hồ Thị Sáu",
        "electronic": {
            "phone": "090 000 0000",
            "email": "hieu@example.invalid",
            "channel": "VNeID mức độ 2",
        },
    },
    "MQD02": {
        "violations": [
            {**RED_LIGHT, "fine_vnd": 19_000_000},
            {**SPEEDING, "fine_vnd": 5_000_000},
        ],
        "fine_total_vnd": 24_000_000,
        "hearing_record": {"number": "0002/BB-GTTT", "made_on": "2026-11-02"},
        "verification_record": {"number": "0005/BB-XM", "made_on": "2026-10-30"},
        "additional": [
            "tước quyền sử dụng giấy phép lái xe 02 tháng, kể từ ngày Quyết định này có hiệu lực"
        ],
        "remedial": ["buộc tháo gỡ thiết bị lắp thêm"],
        "remedial_deadline": "10 ngày kể từ ngày nhận được Quyết định này",
        "cost_refund": "500.000 đồng",
        "seized_note": "giấy phép lái xe",
    },
}


def text_of(kind: str, **changes: Any) -> str:
    """Print a form and read it back in the order it was set, without the foot of each page."""
    pdf = made(kind, trial=False, **changes).pdf
    pages = run(["pdftotext", "-raw", "-", "-"], pdf).decode().split("\f")
    bodies = [re.split(r"\nMẫu [^\n]*số \d", page)[0] for page in pages]
    text = re.sub(r"\s+", " ", " ".join(bodies))
    return re.sub(r"(?:\. ){3,}", " ", text).replace("  ", " ")


@cache
def read(kind: str) -> str:
    """Print a form with every field filled and read it back."""
    return text_of(kind, **IN_FULL.get(kind, {}))


@pytest.mark.parametrize("kind", FIELDS)
def test_every_line_of_the_form_is_printed_in_its_order(kind: str) -> None:
    text, place, missing = read(kind), 0, []
    for line, words in FIELDS[kind]:
        found = text.find(words, place)
        if found < 0:
            missing.append((line, words, "out of order" if words in text else "missing"))
        else:
            place = found
    assert missing == []


@pytest.mark.parametrize("kind", ["TB0173", "TB0273", "KN03", "KN04"])
def test_a_letter_has_the_whole_head(kind: str) -> None:
    text = read(kind)
    assert [words for _, words in LETTER_HEAD if words not in text] == []
    assert re.search(r"Số: 0\d+/TB-\S+", text)
    assert re.search(r"Cầu Đông, ngày \d\d tháng \d\d năm 2026", text)


@pytest.mark.parametrize("kind", ["MBB01", "MQD02"])
def test_an_organisation_has_its_own_particulars(kind: str) -> None:
    """law.md §3.6 B: name, HQ, code, registration, legal and authorised representative"""
    text = text_of(kind, offender=COMPANY)
    for words in (
        "CÔNG TY TNHH VẬN TẢI VÍ DỤ (MẪU)",
        "Địa chỉ trụ sở chính: số 5 đường Thử Nghiệm",
        "Mã số doanh nghiệp: 0000000000.",
        "giấy phép thành lập/đăng ký hoạt động: 0000000000; ngày cấp: 20/03/2019; nơi cấp: Sở",
        "Người đại diện theo pháp luật: Nguyễn Thị Mai; giới tính: nữ; chức danh: Giám đốc.",
        "Người được ủy quyền: Lý Văn Bình; giới tính: nam; chức danh: Trưởng phòng điều hành.",
    ):
        assert words in text


def test_many_are_fined_by_one_decision_each_his_own_sum() -> None:
    """MQĐ02 is for one person or many. law.md §3.7"""
    other = {
        "person": COMPANY,
        "violations": [{**SPEEDING, "fine_vnd": 14_000_000}],
        "aggravating": ["tái phạm"],
        "mitigating": [],
        "fine_total_vnd": 14_000_000,
        "additional": [],
    }
    text = text_of("MQD02", others=[other])
    for words in (
        "đối với 02 cá nhân, tổ chức có tên sau đây",
        "1) Ông: TRẦN VĂN HIẾU",
        "2) Tên tổ chức: CÔNG TY TNHH VẬN TẢI VÍ DỤ (MẪU)",
        "Trần Văn Hiếu: phạt tiền, mức phạt: 19.000.000 đồng",
        "Công ty TNHH Vận tải Ví Dụ (mẫu): phạt tiền, mức phạt: 14.000.000 đồng (bằng chữ: mười",
        "Giao cho ông Trần Văn Hiếu, Công ty TNHH Vận tải Ví Dụ (mẫu) để chấp hành",
        "Số tiền Trần Văn Hiếu: 19.000.000 đồng Công ty TNHH Vận tải Ví Dụ (mẫu): 14.000.000 đồng",
    ):
        assert words in text


def test_a_licence_without_points_names_the_test() -> None:
    """§3.4: after 06 months may take the test"""
    text = text_of("TB0273", points_before=2, points_after=0, test_from="2027-05-06")
    assert "Số điểm bị trừ: 02 điểm" in text
    assert "Mức trừ theo Quyết định nêu trên là 04 điểm; số điểm còn lại ít hơn" in text
    assert "Sau thời hạn ít nhất 06 tháng kể từ ngày bị trừ hết điểm (từ ngày 06 tháng 5" in text


def test_a_transfer_before_the_notice_says_so() -> None:
    assert "chưa gửi thông báo." in text_of("PC0373", notice=None)
