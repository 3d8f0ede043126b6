"""Fictitious people of the sandbox: numbers begin with 000, as in the sandbox register."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

NUMBER = re.compile(r"[0-9]{10}|[0-9]{12}")
CITIZEN, ENTERPRISE = "1", "2"


@dataclass(frozen=True)
class Person:
    """One account of the provider: its kind, a name, and the official number."""

    number: str
    name: str
    kind: str = CITIZEN

    @property
    def tech_id(self) -> str:
        """Return the provider's stable name for the account; the number cannot be read from it."""
        return hashlib.sha256(f"identity-sandbox:{self.number}".encode()).hexdigest()[:24]

    @property
    def claims(self) -> dict[str, str]:
        """Return the particulars as the national portal words them (payments_citizens.md §5.1)."""
        told = {"TechID": self.tech_id, "LoaiTaiKhoan": self.kind, "loginIdp": "BCA"}
        if self.kind == ENTERPRISE:
            return told | {"TenDoanhNghiep": self.name, "MaSoDoanhNghiep": self.number}
        return told | {"HoVaTen": self.name, "SoDinhDanh": self.number}


#: Owners of vehicles in the sandbox register, and one who owns none.
SAMPLES = (
    Person("000001010101", "Nguyễn Thị Ngọc Ánh (mẫu)"),
    Person("000002020202", "Đặng Hữu Lộc (mẫu)"),
    Person("000099999999", "Người Không Có Xe (mẫu)"),
)


def person_by(number: str) -> Person | None:
    """Return the person of a number: a sample, or one made up for it; None for what is none."""
    if not NUMBER.fullmatch(number):
        return None
    known = next((each for each in SAMPLES if each.number == number), None)
    if known is not None:
        return known
    kind = ENTERPRISE if len(number) == 10 else CITIZEN
    return Person(number, f"Người thử nghiệm …{number[-3:]} (mẫu)", kind)
