"""The page in plain words that lies in every evidence pack (DOC-TOI.txt)."""

from __future__ import annotations

from typing import Any

from cameras.models import Detection
from cameras.pack_names import (
    CHECKPOINT,
    COVER,
    MANIFEST,
    SUMS,
    SUMS_SIGNATURE,
    TIMESTAMP,
)


def readme(detection: Detection, manifest: dict[str, Any]) -> str:
    """Return how to check the pack, with a tool everybody has and with the offline verifier."""
    first, checkpoint = manifest["deliveries"][0], manifest["checkpoint"]
    key = manifest["signed_by"]["public_key"]
    level = (
        "được thiết bị gửi ký số (Ed25519), nên cả quãng đường từ thiết bị gửi cũng kiểm tra được"
        if first["authenticity"] == "A"
        else "không được ký số; chuỗi lưu giữ bắt đầu từ lúc hệ thống nhận"
    )
    return f"""BỘ HỒ SƠ CHỨNG CỨ ĐIỆN TỬ
Kết quả thu thập: {detection.pk}
Thiết bị: {detection.device.code} (số hiệu {detection.device.serial})

TRONG BỘ NÀY CÓ GÌ
  anh-…, phim-…     Ảnh, phim gốc, đúng từng byte như thiết bị đã gửi.
  goi-tin-goc….bin  Toàn bộ gói tin thiết bị đã gửi; ảnh gốc là các đoạn byte của gói tin này
                    (tệp ghi "uploaded" trong {MANIFEST} được gửi riêng, gói tin ghi mã băm của nó).
  {MANIFEST}     Bảng kê: mã băm, thiết bị, giấy chứng nhận, nhật ký lưu giữ.
  {CHECKPOINT}  Điểm kiểm tra: lời xác nhận có ký số về toàn bộ nhật ký lưu giữ.
  {TIMESTAMP} Dấu thời gian của tổ chức cấp dấu thời gian (nếu có).
  {SUMS}        Mã băm SHA-256 của từng tệp; {SUMS_SIGNATURE} là chữ ký của trung tâm.
  {COVER}         Văn bản kèm theo (nếu có).

CÁCH TỰ KIỂM TRA, KHÔNG CẦN HỆ THỐNG CỦA CƠ QUAN
1. Giải nén, mở cửa sổ lệnh tại thư mục đó và chạy:
       sha256sum -c {SUMS}
   Mỗi dòng phải là "OK". (Windows: certutil -hashfile TÊN_TỆP SHA256 rồi so với {SUMS}.)
2. Mã băm của {first["file"]} phải là
       {first["sha256"]}
   như ghi trong {MANIFEST} và trong nhật ký lưu giữ.
3. Mỗi ảnh nằm trong gói tin gốc. Ảnh có "encoding" là "identity": lấy offset_in_delivery và bytes
   trong {MANIFEST}, ví dụ
       tail -c +$((OFFSET+1)) goi-tin-goc.bin | head -c BYTES | sha256sum
   phải cho đúng mã băm của ảnh. "base64": lấy encoded_bytes thay cho bytes rồi giải mã base64.
Gói tin này {level}.

KIỂM TRA ĐẦY ĐỦ BẰNG CHƯƠNG TRÌNH
Chương trình kiểm tra chạy không cần mạng, không cần cơ sở dữ liệu:
       python -m cameras.verify TÊN_BỘ_HỒ_SƠ.zip --key KHÓA_CÔNG_KHAI
Khóa công khai của trung tâm {manifest["centre"]} được công bố tại
       {checkpoint["published_at"]}
Khóa ghi trong bộ hồ sơ này là
       {key}
Chỉ tin khóa này khi nó trùng với khóa đã công bố.
Mỗi dòng nhật ký có mã băm; "inclusion_proof" dẫn từ mã băm đó đến gốc cây Merkle (RFC 6962) trong
{CHECKPOINT}; gốc đó được ký. Sửa, xóa hay đổi chỗ một dòng thì không còn khớp với gốc đã ký.
Nếu có {TIMESTAMP}, với chứng thư của tổ chức cấp dấu thời gian:
       openssl ts -verify -data {CHECKPOINT} -in {TIMESTAMP} -CAfile CHỨNG_THƯ.pem

IN ENGLISH
Originals are byte ranges of the raw delivery (base64 text where "encoding" says so), or objects
uploaded beside it, whose hash the delivery names. Run "sha256sum -c {SUMS}" in this folder: every
line must say OK. {MANIFEST} lists the hashes, the device with its certificates and the custody
rows; a row's hash is SHA-256 over the byte 0x01, the previous hash and the row as canonical JSON
(RFC 8785). Its inclusion proof leads to the Merkle root (RFC 6962; the leaf's data is the row hash)
in {CHECKPOINT}, which the centre signs with Ed25519. "python -m cameras.verify PACK --key
PUBLIC_KEY" checks all of it without network or database; trust the key above only if it is the one
published at the address above. A time stamp is checked with openssl as shown.
"""
