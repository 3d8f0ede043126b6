"""The words of the page about the connection: addresses, signature, answers, limits."""

from __future__ import annotations

import json

from cameras.adapters.contract import MAX_BODY_BYTES, MAX_PICTURE_BYTES, MAX_PICTURES
from cameras.adapters.event_schema import MAX_EVENT_BYTES, MAX_FILMS
from cameras.adapters.generic_signed import GenericSigned
from cameras.adapters.json_shapes import MAX_DEPTH
from cameras.adapters.signatures import COVERED, FRESH, MAX_NONCE, MIN_NONCE, NONCE_KEPT
from cameras.films import MAX_FILM_BYTES
from cameras.images import MAX_PIXELS
from cameras.standard.pages import Page, Pair, Section, Table, code, word

_MIB = 1024 * 1024
_COVERED = " ".join(f'"{name}"' for name in COVERED)
_FRESH = int(FRESH.total_seconds())
_KEPT = int(NONCE_KEPT.total_seconds()) // 3600

#: What each answer means and what a gateway does then; the status is the adapter's own.
ANSWERS: dict[str, tuple[Pair, Pair]] = {
    "stored": (
        Pair("Đã lưu.", "Stored."),
        Pair("Có thể bỏ bản sao.", "The copy may be dropped."),
    ),
    "clock_impossible": (
        Pair(
            "Đã lưu, nhưng đồng hồ sai quá mức; sự kiện bị giữ lại.",
            "Stored, but the clock is impossible; the event is held.",
        ),
        Pair("Chỉnh đồng hồ.", "Set the clock."),
    ),
    "duplicate": (
        Pair("Đã có đúng các byte này.", "These very bytes are here already."),
        Pair("Có thể bỏ bản sao.", "The copy may be dropped."),
    ),
    "heartbeat": (
        Pair("Đã ghi tình trạng.", "Health noted."),
        Pair("Không cần làm gì.", "Nothing."),
    ),
    "malformed": (
        Pair("Không đọc được.", "It cannot be read."),
        Pair("Sửa rồi gửi lại, cùng khóa.", "Mend it and send it again, same key."),
    ),
    "unauthenticated": (
        Pair(
            "Chữ ký sai, thiếu, cũ, hoặc nonce đã dùng.",
            "Signature wrong, missing, stale, or its nonce used before.",
        ),
        Pair("Ký lại với nonce mới.", "Sign again with a new nonce."),
    ),
    "forbidden": (
        Pair("Địa chỉ không của thiết bị nào.", "The address belongs to no device."),
        Pair("Liên hệ trung tâm.", "Ask the centre."),
    ),
    "in_progress": (
        Pair("Bản trước cùng khóa đang được lưu.", "The first under this key is still at work."),
        Pair("Gửi lại sau Retry-After.", "Send again after Retry-After."),
    ),
    "too_large": (
        Pair("Lớn hơn giới hạn.", "Larger than allowed."),
        Pair("Giảm cỡ ảnh, hoặc dùng PUT.", "Make pictures smaller, or use PUT."),
    ),
    "conflict": (
        Pair("Khóa đã dùng cho các byte khác.", "The key was used for other bytes."),
        Pair("Dùng event_id mới.", "Use a new event_id."),
    ),
    "schema": (
        Pair(
            "Không theo lược đồ; errors nêu từng trường sai.",
            "Not according to the schema; errors names every wrong field.",
        ),
        Pair("Sửa rồi gửi lại, cùng khóa.", "Mend it and send it again, same key."),
    ),
    "flooding": (
        Pair("Gửi quá nhanh.", "Too many a second."),
        Pair("Gửi lại sau Retry-After.", "Send again after Retry-After."),
    ),
    "full": (
        Pair("Chưa lưu được lúc này.", "It cannot be kept now."),
        Pair("Gửi lại sau Retry-After.", "Send again after Retry-After."),
    ),
}


def _answers() -> Table:
    rows = []
    for outcome, (meaning, act) in ANSWERS.items():
        reply = GenericSigned().acknowledge(outcome)
        problem = json.loads(reply.body).get("type", "").rpartition(":")[2]
        rows.append((code(reply.status), code(problem), word(*meaning), word(*act)))
    return Table(
        Pair("Câu trả lời", "Answers"),
        (
            Pair("Mã HTTP", "Status"),
            Pair("Mã lỗi", "Problem"),
            Pair("Nghĩa", "Meaning"),
            Pair("Cổng thu nhận làm gì", "What the gateway does"),
        ),
        tuple(rows),
    )


_ADDRESSES = Table(
    Pair("Địa chỉ", "Addresses"),
    (Pair("Yêu cầu", "Request"), Pair("Nội dung", "Body"), Pair("Dùng để", "For")),
    (
        (
            code("POST /api/intake/v1/<token>/events"),
            code("multipart/form-data: event, image_1 … image_n, video_1 …"),
            word("Sự kiện và ảnh trong một lần gửi.", "The event and its pictures at once."),
        ),
        (
            code("POST /api/intake/v1/<token>/events"),
            code("application/json"),
            word(
                "Sự kiện trước; ảnh, phim gửi riêng bằng PUT.",
                "The event first; pictures and films by PUT.",
            ),
        ),
        (
            code("PUT /api/intake/v1/<token>/objects/<sha256>"),
            code("image/jpeg, video/mp4"),
            word("Một ảnh hoặc một phim.", "One picture or one film."),
        ),
    ),
)

_LIMITS = Table(
    Pair("Giới hạn", "Limits"),
    (Pair("Điều gì", "What"), Pair("Giới hạn", "Limit")),
    (
        (word("Một bản tin", "One delivery"), code(f"{MAX_BODY_BYTES // _MIB} MiB")),
        (word("Phần event", "The part event"), code(f"{MAX_EVENT_BYTES // 1024} KiB")),
        (word("Cấp lồng của JSON", "Depth of the JSON"), code(MAX_DEPTH)),
        (word("Số ảnh", "Pictures"), code(MAX_PICTURES)),
        (
            word("Một ảnh JPEG", "One JPEG picture"),
            code(f"{MAX_PICTURE_BYTES // _MIB} MiB, {MAX_PIXELS // 10**6} MP"),
        ),
        (
            word("Phim MP4, gửi bằng PUT", "MP4 films, by PUT"),
            code(f"{MAX_FILMS} × {MAX_FILM_BYTES // _MIB} MiB"),
        ),
        (
            word("Tốc độ gửi của một cổng thu nhận", "Rate of one gateway"),
            code("50/s, burst 100"),
        ),
        (
            word("Tuổi của chữ ký", "Age of a signature"),
            code(f"± {_FRESH} s"),
        ),
        (
            word("Sự kiện chờ ảnh gửi bằng PUT", "An event waits for pictures by PUT"),
            code("1 h"),
        ),
    ),
)

CONNECTION = Page(
    "connection",
    "ket-noi/",
    Pair("Kết nối", "Connection"),
    Pair(
        "HTTPS, chữ ký số của cổng thu nhận, và câu trả lời cho từng trường hợp.",
        "HTTPS, a signature by the gateway, and an answer for every case.",
    ),
    (
        Section(
            "dia-chi",
            Pair("Địa chỉ", "Addresses"),
            (
                Pair(
                    "Mỗi thiết bị có một địa chỉ bí mật riêng do trung tâm cấp cùng số máy. Không "
                    "để lộ địa chỉ; trung tâm đổi được bất cứ lúc nào.",
                    "Every device has a secret address of its own, given out by the centre with "
                    "its "
                    "serial number. Keep it secret; the centre can change it at any time.",
                ),
                Pair(
                    "Các phần ảnh theo đúng thứ tự của images. Tên tệp trong phần không bắt buộc.",
                    "The parts follow the order of images. A part needs no file name.",
                ),
            ),
            table=_ADDRESSES,
        ),
        Section(
            "chu-ky",
            Pair("Chữ ký (RFC 9421, Ed25519)", "Signature (RFC 9421, Ed25519)"),
            points=(
                Pair(
                    "Ký đúng các thành phần trong ví dụ dưới đây, không thiếu phần nào.",
                    "Sign the components of the example below, leaving none out.",
                ),
                Pair(
                    "Content-Digest là sha-256 của toàn bộ nội dung (RFC 9530).",
                    "Content-Digest is the sha-256 of the whole body (RFC 9530).",
                ),
                Pair(
                    f"created lệch không quá {_FRESH} giây; nonce từ {MIN_NONCE} đến {MAX_NONCE} "
                    f"ký tự, mỗi chữ ký một nonce, không dùng lại trong {_KEPT} giờ.",
                    f"created within {_FRESH} seconds; a nonce of {MIN_NONCE} to {MAX_NONCE} "
                    f"characters, one for each signature, not used again for {_KEPT} hours.",
                ),
                Pair(
                    "Idempotency-Key bằng event_id; với PUT bằng SHA-256 của nội dung. Gửi lại thì "
                    "giữ nguyên khóa và các byte, ký lại với nonce mới.",
                    "Idempotency-Key is the event_id; for PUT the SHA-256 of the body. A retry "
                    "keeps "
                    "key and bytes and is signed anew with a new nonce.",
                ),
                Pair(
                    "Đăng ký khóa công khai (32 byte hoặc PEM) với trung tâm; khóa riêng ở lại "
                    "trong "
                    "TPM hoặc HSM của cổng thu nhận nếu có.",
                    "Register the public key (32 bytes or PEM) with the centre; the private key "
                    "stays in the gateway, in its TPM or HSM where there is one.",
                ),
            ),
            code=(
                "POST /api/intake/v1/<token>/events\n"
                'Content-Type: multipart/form-data; boundary="…"\n'
                "Idempotency-Key: 019a0000-0000-7000-8000-000000000001\n"
                "Content-Digest: sha-256=:…:\n"
                f"Signature-Input: gateway=({_COVERED});\n"
                '    created=1791766802;keyid="MAU-0001";alg="ed25519";nonce="…"\n'
                "Signature: gateway=:…:"
            ),
        ),
        Section(
            "tra-loi",
            Pair("Câu trả lời", "Answers"),
            (
                Pair(
                    "202 và 200 có receipt_id và raw_sha256; lỗi là application/problem+json (RFC "
                    "9457). Mỗi câu trả lời có X-Request-Id. Cổng thu nhận giữ bản sao đến khi "
                    "nhận "
                    "202 hoặc 200.",
                    "202 and 200 hold receipt_id and raw_sha256; faults are "
                    "application/problem+json "
                    "(RFC 9457). Every answer has an X-Request-Id. A gateway keeps its copy until "
                    "it "
                    "has heard 202 or 200.",
                ),
            ),
            table=_answers(),
        ),
        Section(
            "put",
            Pair("Gửi ảnh, phim bằng PUT", "Pictures and films by PUT"),
            (
                Pair(
                    "Ảnh có thể đến trước hoặc sau sự kiện. Sự kiện được xử lý khi mọi mã băm nó "
                    "liệt kê đã có đủ. Gửi lại cùng ảnh được trả lời 200.",
                    "Pictures may come before or after their event. It goes on when all the hashes "
                    "it lists are here. The same picture again is answered 200.",
                ),
                Pair(
                    "Mã băm sai, loại tệp sai: 422. Quá lớn: 413. Chữ ký được kiểm tra trước khi "
                    "đọc "
                    "nội dung.",
                    "Wrong hash or wrong type: 422. Too large: 413. The signature is checked "
                    "before "
                    "the body is read.",
                ),
            ),
        ),
        Section(
            "nhom",
            Pair("Một vi phạm, nhiều bản tin", "One violation in several messages"),
            (
                Pair(
                    "Mỗi bản tin có event_id riêng và cùng group.key; group.index đếm từ 1, "
                    "group.expected là tổng số. Thiếu bản tin khi hết giờ chờ thì vi phạm bị giữ "
                    "lại để cán bộ xem.",
                    "Every message has an event_id of its own and the same group.key; group.index "
                    "counts from 1, group.expected says how many. When some are missing at the "
                    "time-out, the violation is held for a person.",
                ),
            ),
        ),
        Section(
            "gioi-han",
            Pair("Giới hạn", "Limits"),
            table=_LIMITS,
        ),
    ),
)
