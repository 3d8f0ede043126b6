"""What each field of the standard means, in Vietnamese and English, with its unit.

One table for both schemas and for the published page; a test holds it to the shapes.
"""

from typing import NamedTuple


class Words(NamedTuple):
    """The meaning of one field; ``unit`` is empty where there is none."""

    vi: str
    en: str
    unit: str = ""


WORDS: dict[str, Words] = {
    "schema": Words("Tên và phiên bản của chuẩn.", "Name and version of the standard."),
    "event_id": Words(
        "Mã sự kiện, UUID phiên bản 7, chữ thường. Cổng thu nhận gửi lại cùng sự kiện thì dùng lại "
        "mã này; Idempotency-Key cũng là mã này.",
        "Identifier of the event, UUID version 7, lower case. A gateway sends the same event again "
        "under the same identifier; the Idempotency-Key is the same.",
    ),
    "source_key": Words(
        "Khóa chống trùng: bộ đọc, thiết bị và mã của chính thiết bị.",
        "Key against duplicates: adapter, device and the device's own identifier.",
    ),
    "kind": Words(
        "Loại thông tin: nghi vi phạm, lượt xe qua, sự cố, tình trạng thiết bị.",
        "Information type: candidate violation, passage, incident, health of a device.",
    ),
    "centre_code": Words(
        "Mã tỉnh, thành phố của trung tâm nhận (34 đơn vị); 00 là cấp quốc gia.",
        "Province code of the receiving centre (34 units); 00 is the national level.",
    ),
    "device": Words("Thiết bị ghi hình.", "The recording device."),
    "device.id": Words("Mã thiết bị trong sổ đăng ký.", "Code of the device in the register."),
    "device.serial": Words("Số máy, đúng như đã đăng ký.", "Serial number, exactly as registered."),
    "device.vendor": Words("Hãng sản xuất.", "Maker."),
    "device.model": Words("Kiểu máy.", "Model."),
    "device.firmware": Words("Phiên bản phần mềm của thiết bị.", "Firmware version."),
    "device.adapter": Words("Bộ đọc đã dùng.", "The adapter that read the delivery."),
    "device.adapter_version": Words("Phiên bản bộ đọc.", "Version of the adapter."),
    "device.profile_version": Words(
        "Phiên bản cấu hình của thiết bị lúc đọc.", "Version of the device's profile at reading."
    ),
    "device.type_approval": Words("Số phê duyệt mẫu.", "Number of the type approval."),
    "device.calibration": Words(
        "Kiểm định; bắt buộc còn hạn với lỗi tốc độ.",
        "Verification; must be valid for a speed case.",
    ),
    "device.calibration.certificate_no": Words("Số giấy kiểm định.", "Number of the certificate."),
    "device.calibration.valid_until": Words("Ngày hết hạn kiểm định.", "Last day of validity."),
    "site": Words(
        "Vị trí, lấy từ sổ đăng ký của cơ quan; thiết bị không gửi phần này.",
        "The place, from the register; a device does not send this part.",
    ),
    "site.code": Words("Mã vị trí.", "Code of the site."),
    "site.name": Words("Tên vị trí.", "Name of the site."),
    "site.road_code": Words("Mã tuyến đường.", "Code of the road."),
    "site.km_post": Words("Lý trình.", "Kilometre post.", "km"),
    "site.lon": Words("Kinh độ WGS 84.", "Longitude, WGS 84.", "°"),
    "site.lat": Words("Vĩ độ WGS 84.", "Latitude, WGS 84.", "°"),
    "site.province_code": Words("Mã tỉnh, thành phố.", "Province code."),
    "site.ward_code": Words("Mã xã, phường.", "Ward code."),
    "site.bearing": Words(
        "Hướng đi của dòng xe được quan sát.", "Direction of the traffic watched.", "°"
    ),
    "lane": Words("Làn đường.", "Lane."),
    "lane.number": Words(
        "Số làn, tính từ dải phân cách giữa, bắt đầu từ 1.",
        "Number of the lane from the median, starting with 1.",
    ),
    "lane.type": Words("Loại làn.", "Type of lane."),
    "direction": Words("Xe đi lại gần hay đi xa camera.", "Towards the camera or away from it."),
    "time": Words("Thời gian.", "Time."),
    "time.occurred_at": Words(
        "Thời điểm xảy ra, phải ghi rõ múi giờ (ví dụ +07:00 hoặc Z).",
        "When it happened, with the zone written out (such as +07:00 or Z).",
    ),
    "time.local_text": Words(
        "Giờ in trên ảnh, chép nguyên văn.", "The time printed in the picture, as it stands."
    ),
    "time.source_field": Words(
        "Trường của bản tin gốc đã lấy giờ.", "Field of the original message the time is from."
    ),
    "time.rule": Words("Quy tắc đổi sang giờ UTC.", "Rule by which it was turned into UTC."),
    "time.utc_offset_min": Words("Múi giờ thiết bị đã ghi.", "Zone the device wrote.", "phút/min"),
    "time.clock_offset_ms": Words(
        "Đồng hồ thiết bị trừ đồng hồ chuẩn; trong ±1000 là đúng giờ.",
        "Clock of the device minus the reference; within ±1000 it is right.",
        "ms",
    ),
    "time.clock_checked_at": Words("Lần so đồng hồ gần nhất.", "When the clock was last compared."),
    "time.quality": Words("Chất lượng đồng hồ.", "Quality of the clock."),
    "time.gateway_received_at": Words(
        "Lúc cổng thu nhận được ảnh.", "When the gateway received it."
    ),
    "time.centre_received_at": Words("Lúc trung tâm nhận được.", "When the centre received it."),
    "time.late_reason": Words(
        "Vì sao đến muộn: không muộn, chờ đường truyền, tải lịch sử, gửi lại.",
        "Why it is late: not late, buffered, upload of history, sent again.",
    ),
    "violation": Words("Hành vi nghi vi phạm.", "The act that may be a violation."),
    "violation.type": Words("Loại hành vi.", "Type of the act."),
    "violation.vendor_code": Words("Mã của hãng, giữ nguyên.", "The maker's own code."),
    "violation.vendor_name": Words("Tên của hãng, giữ nguyên.", "The maker's own name for it."),
    "violation.legal_ref": Words(
        "Căn cứ pháp luật, do cán bộ xác định, không do thiết bị.",
        "Legal reference, set by an officer and never by a device.",
    ),
    "violation.duration_ms": Words("Hành vi kéo dài.", "How long the act lasted.", "ms"),
    "violation.evidence_profile": Words(
        "Bộ yêu cầu về chứng cứ được áp dụng.", "Which list of evidence applies."
    ),
    "speed": Words("Tốc độ.", "Speed."),
    "speed.measured_kmh": Words("Tốc độ đo được.", "Measured speed.", "km/h"),
    "speed.limit_kmh": Words("Tốc độ cho phép.", "Permitted speed.", "km/h"),
    "speed.margin_kmh": Words("Sai số trừ đi.", "Tolerance taken off.", "km/h"),
    "speed.legal_kmh": Words(
        "Tốc độ dùng để xử lý: đo được trừ sai số.",
        "Speed that counts: measured minus tolerance.",
        "km/h",
    ),
    "speed.method": Words(
        "Cách đo; video_estimate không đủ căn cứ xử lý tốc độ.",
        "How it was measured; video_estimate cannot found a speed case.",
    ),
    "speed.multi_target": Words(
        "Có nhiều xe trong vùng đo (OIML R 91).", "Several vehicles were in the beam (OIML R 91)."
    ),
    "speed.section": Words("Đo tốc độ trung bình trên đoạn.", "Average speed over a section."),
    "speed.section.start_site": Words("Mã điểm đầu.", "Code of the first site."),
    "speed.section.end_site": Words("Mã điểm cuối.", "Code of the last site."),
    "speed.section.length_m": Words("Chiều dài đoạn.", "Length of the section.", "m"),
    "speed.section.start_at": Words("Qua điểm đầu lúc.", "Passed the first site at."),
    "speed.section.end_at": Words("Qua điểm cuối lúc.", "Passed the last site at."),
    "signal": Words("Đèn tín hiệu.", "Traffic signal."),
    "signal.state": Words("Màu đèn lúc xảy ra.", "Light at that moment."),
    "signal.red_since_ms": Words("Đèn đã đỏ được.", "The light had been red for.", "ms"),
    "signal.phase_id": Words("Mã pha đèn.", "Identifier of the phase."),
    "signal.stop_line_cross_ms": Words(
        "Từ lúc đèn đỏ đến lúc qua vạch dừng.", "From red to the crossing of the stop line.", "ms"
    ),
    "parking": Words("Dừng, đỗ xe.", "Stopping or parking."),
    "parking.first_seen_at": Words("Lần đầu thấy xe đứng yên.", "First seen standing."),
    "parking.last_seen_at": Words(
        "Lần cuối thấy xe đứng yên; cách lần đầu ít nhất 10 giây.",
        "Last seen standing; at least 10 seconds after the first.",
    ),
    "parking.stationary_s": Words("Thời gian đứng yên.", "Time standing.", "s"),
    "parking.sign_code": Words("Số hiệu biển báo (QCVN 41).", "Number of the sign (QCVN 41)."),
    "occupants": Words("Người trên xe.", "People on or in the vehicle."),
    "occupants.riders": Words("Số người trên xe.", "Number of people.", "người/persons"),
    "occupants.helmet_driver": Words("Người lái đội mũ bảo hiểm.", "Driver wears a helmet."),
    "occupants.helmet_passengers": Words(
        "Từng người ngồi sau đội mũ bảo hiểm.", "Each passenger wears a helmet."
    ),
    "occupants.helmet_passengers[]": Words("Một người ngồi sau.", "One passenger."),
    "occupants.belt_driver": Words("Người lái thắt dây an toàn.", "Driver wears a seat belt."),
    "occupants.belt_passenger": Words(
        "Người ngồi cạnh thắt dây an toàn.", "Passenger wears a seat belt."
    ),
    "occupants.phone": Words("Người lái dùng điện thoại.", "Driver uses a telephone."),
    "weight": Words("Tải trọng.", "Weight."),
    "weight.total_kg": Words("Tổng khối lượng cân được.", "Total weight measured.", "kg"),
    "weight.limit_kg": Words("Khối lượng cho phép.", "Permitted weight.", "kg"),
    "weight.axle_kg": Words("Tải trọng từng trục.", "Weight on each axle.", "kg"),
    "weight.axle_kg[]": Words("Một trục.", "One axle.", "kg"),
    "vehicle": Words("Phương tiện.", "The vehicle."),
    "vehicle.class": Words("Loại xe.", "Class of the vehicle."),
    "vehicle.colour": Words("Màu xe.", "Colour."),
    "vehicle.make": Words("Nhãn hiệu.", "Make."),
    "vehicle.model": Words("Số loại.", "Model."),
    "plate": Words("Biển số.", "Plate."),
    "plate.raw": Words(
        "Biển số đúng như thiết bị đọc; để trống nếu không đọc được.",
        "The plate as the device read it; empty when it could not.",
    ),
    "plate.normalised": Words(
        "Biển số không dấu: «30A-123.45» thành «30A12345».",
        "Plate without marks: “30A-123.45” becomes “30A12345”.",
    ),
    "plate.lines": Words("Các dòng của biển hai dòng.", "The lines of a two-line plate."),
    "plate.lines[]": Words("Một dòng.", "One line."),
    "plate.province_prefix": Words("Ký hiệu địa phương.", "Local prefix."),
    "plate.series": Words("Sê ri.", "Series."),
    "plate.colour": Words(
        "Màu nền biển; cho biết loại chủ xe.", "Colour of the plate; tells the kind of owner."
    ),
    "plate.read_state": Words("Tình trạng đọc biển.", "How well it could be read."),
    "plate.confidence": Words("Độ tin cậy của cả biển.", "Confidence of the whole plate.", "0–1"),
    "plate.char_confidence": Words(
        "Độ tin cậy từng ký tự.", "Confidence of each character.", "0–1"
    ),
    "plate.char_confidence[]": Words("Một ký tự.", "One character.", "0–1"),
    "plate.cross_read": Words(
        "Lần đọc thứ hai của trung tâm, chỉ để tham khảo.",
        "A second reading by the centre, advisory only.",
    ),
    "plate.cross_read.text": Words("Kết quả đọc.", "What was read."),
    "plate.cross_read.engine": Words("Phần mềm đọc.", "The reader."),
    "plate.cross_read.score": Words("Điểm của phần mềm.", "Score of the reader.", "0–1"),
    "plate.cross_read.agrees": Words("Khớp với thiết bị.", "Agrees with the device."),
    "images": Words(
        "Ảnh, theo thứ tự của các phần image_1 … image_n.",
        "Pictures, in the order of the parts image_1 … image_n.",
    ),
    "images[]": Words("Một ảnh.", "One picture."),
    "images[].role": Words(
        "Vai trò của ảnh; occupant là ảnh người trong xe, hạn chế người xem.",
        "What the picture shows; occupant shows people and is restricted.",
    ),
    "images[].sha256": Words(
        "SHA-256 của đúng các byte của ảnh, hệ 16, chữ thường.",
        "SHA-256 of the very bytes of the picture, hexadecimal, lower case.",
    ),
    "images[].bytes": Words("Cỡ của ảnh.", "Size of the picture.", "byte"),
    "images[].media_type": Words("Định dạng ảnh.", "Media type."),
    "images[].width_px": Words("Chiều rộng.", "Width.", "px"),
    "images[].height_px": Words("Chiều cao.", "Height.", "px"),
    "images[].captured_local": Words(
        "Giờ chụp của riêng ảnh, như thiết bị ghi.",
        "The picture's own time as the device wrote it.",
    ),
    "images[].captured_at": Words("Giờ chụp đã đổi sang UTC.", "The picture's time in UTC."),
    "images[].index": Words("Thứ tự của ảnh, từ 1.", "Place of the picture, from 1."),
    "images[].count": Words("Số ảnh của sự kiện.", "Number of pictures of the event."),
    "images[].boxes": Words("Các khung trên ảnh.", "Boxes drawn on the picture."),
    "images[].boxes[]": Words("Một khung.", "One box."),
    "images[].boxes[].kind": Words("Khung này khoanh cái gì.", "What the box marks."),
    "images[].boxes[].x": Words("Mép trái, phần của chiều rộng.", "Left edge.", "0–1"),
    "images[].boxes[].y": Words("Mép trên, phần của chiều cao.", "Upper edge.", "0–1"),
    "images[].boxes[].w": Words("Chiều rộng khung; x + w không quá 1.", "Width; x + w ≤ 1.", "0–1"),
    "images[].boxes[].h": Words("Chiều cao khung; y + h không quá 1.", "Height; y + h ≤ 1.", "0–1"),
    "images[].boxes[].raw": Words("Số liệu gốc của thiết bị.", "The device's own figures."),
    "images[].exif": Words(
        "EXIF, chỉ là lời của thiết bị.", "EXIF, a claim of the device and no proof."
    ),
    "images[].exif.datetime_original": Words("Giờ chụp trong EXIF.", "Time of capture in EXIF."),
    "images[].exif.datetime": Words("Giờ ghi tệp trong EXIF.", "Time of the file in EXIF."),
    "images[].exif.gps": Words("Có tọa độ trong EXIF.", "Whether EXIF holds coordinates."),
    "images[].exif.orientation": Words("Chiều của ảnh.", "Orientation."),
    "images[].exif.make": Words("Hãng trong EXIF.", "Maker in EXIF."),
    "images[].exif.model": Words("Kiểu máy trong EXIF.", "Model in EXIF."),
    "images[].exif.software": Words("Phần mềm trong EXIF.", "Software in EXIF."),
    "images[].flags": Words("Điều lạ thấy trong ảnh.", "Oddities seen in the bytes."),
    "images[].flags[]": Words("Một điều lạ.", "One oddity."),
    "video": Words("Đoạn phim ngắn.", "Short films."),
    "video[]": Words("Một đoạn phim.", "One film."),
    "video[].sha256": Words(
        "SHA-256 của đúng các byte của phim.", "SHA-256 of the very bytes of the film."
    ),
    "video[].bytes": Words("Cỡ của phim.", "Size of the film.", "byte"),
    "video[].media_type": Words("Định dạng phim.", "Media type."),
    "video[].duration_ms": Words("Thời lượng.", "Duration.", "ms"),
    "video[].fps": Words("Số khung hình mỗi giây.", "Frames a second.", "1/s"),
    "group": Words(
        "Nhóm, khi một vi phạm được gửi bằng nhiều bản tin.",
        "Group, when one violation comes in several messages.",
    ),
    "group.key": Words(
        "Khóa của nhóm, giống nhau ở mọi bản tin.", "Key, the same in every message."
    ),
    "group.index": Words("Thứ tự của bản tin, từ 1.", "Place of the message, from 1."),
    "group.expected": Words("Số bản tin sẽ có.", "How many messages are to come."),
    "group.complete": Words("Đã đủ hay chưa.", "Whether all have come."),
    "health": Words("Tình trạng thiết bị, mỗi 60 giây.", "Health of the device, each 60 seconds."),
    "health.seq": Words("Số thứ tự bản tin.", "Number of the report."),
    "health.ntp_stratum": Words("Tầng NTP.", "NTP stratum."),
    "health.uptime_s": Words("Thời gian chạy liên tục.", "Time since the start.", "s"),
    "health.last_event_at": Words("Sự kiện gần nhất.", "Last event."),
    "health.queue_depth": Words("Số bản tin đang chờ gửi.", "Messages waiting to be sent."),
    "health.queue_oldest_s": Words("Bản tin chờ lâu nhất.", "Age of the oldest one waiting.", "s"),
    "health.disk_free_pct": Words("Ổ đĩa còn trống.", "Free disk.", "%"),
    "health.temp_c": Words("Nhiệt độ.", "Temperature.", "°C"),
    "health.fps": Words("Số khung hình mỗi giây.", "Frames a second.", "1/s"),
    "health.lens_state": Words("Ống kính.", "State of the lens."),
    "health.moved": Words("Camera bị xê dịch.", "The camera was moved."),
    "health.config_hash": Words("SHA-256 của cấu hình.", "SHA-256 of the configuration."),
    "health.cert_expires_at": Words("Chứng thư hết hạn.", "When the device's certificate ends."),
    "integrity": Words("Căn cứ toàn vẹn.", "What proves the bytes."),
    "integrity.receipt_id": Words("Mã lần nhận.", "Identifier of the receipt."),
    "integrity.raw_sha256": Words("SHA-256 của cả bản tin gốc.", "SHA-256 of the whole delivery."),
    "integrity.manifest_sha256": Words(
        "SHA-256 của bản kê do cổng thu nhận ký.", "SHA-256 of the gateway's signed manifest."
    ),
    "integrity.gateway_sig": Words("Chữ ký của cổng thu nhận.", "Signature of the gateway."),
    "integrity.gateway_key_id": Words("Mã khóa ký.", "Identifier of the signing key."),
    "integrity.auth_level": Words(
        "Mức xác thực: A chữ ký số, B mTLS, C mật khẩu băm, D chỉ mạng.",
        "Level of proof: A signature, B mTLS, C digest, D network only.",
    ),
    "custody_start": Words("Chuỗi lưu giữ bắt đầu từ đâu.", "Where the chain of custody begins."),
    "warnings": Words("Cảnh báo, dạng mã.", "Warnings, as codes."),
    "warnings[]": Words("Một mã.", "One code."),
}
