"""Turn a measured speed into the act it amounts to: tolerance, excess, band.

Speeds are integer tenths of km/h. A meter may err; what it may have added is taken off before the
law is asked, and both figures are printed. ĐLVN 157:2019 permits ±3 km/h; the value is a setting.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeVar


@dataclass(frozen=True)
class Tolerance:
    """The permitted error of a speed meter (sai số cho phép), taken off in the driver's favour.

    ``fixed_tenths`` always applies; from ``percent_from_tenths`` up, ``percent`` of the measured
    speed, rounded up to a tenth, replaces it where it is larger.
    """

    fixed_tenths: int = 30
    percent: int = 0
    percent_from_tenths: int = 1_000

    def allowance(self, measured_tenths: int) -> int:
        """Return what is taken off this measurement, in tenths of km/h."""
        if measured_tenths < self.percent_from_tenths:
            return self.fixed_tenths
        return max(self.fixed_tenths, -(-measured_tenths * self.percent // 100))


class DatedRule(Protocol):
    """What choosing a rule needs of it: a row of the catalogue file or of the database."""

    @property
    def violation_type(self) -> str: ...
    @property
    def vehicle_classes(self) -> Sequence[str]: ...
    @property
    def excess_from_tenths(self) -> int | None: ...
    @property
    def excess_to_tenths(self) -> int | None: ...
    @property
    def effective_from(self) -> date: ...
    @property
    def effective_until(self) -> date | None: ...


AnyRule = TypeVar("AnyRule", bound=DatedRule)


def legal_speed(measured_tenths: int, tolerance: Tolerance) -> int:
    """Return the speed held against the driver: the measured one less the tolerance, never < 0.

    Raises ValueError for a negative measurement or a tolerance that would add to it.
    """
    taken_off = tolerance.allowance(measured_tenths)
    if measured_tenths < 0 or taken_off < 0:
        raise ValueError("neither a speed nor its tolerance is negative")
    return max(0, measured_tenths - taken_off)


def speed_excess_tenths(measured_tenths: int, limit_tenths: int, tolerance: Tolerance) -> int:
    """Return by how much the legal speed exceeds the limit; nought or less means it does not."""
    if limit_tenths <= 0:
        raise ValueError("a speed limit is more than nought")
    return legal_speed(measured_tenths, tolerance) - limit_tenths


def applicable_rule(
    rules: Iterable[AnyRule],
    violation_type: str,
    vehicle_class: str,
    act_on: date,
    *,
    excess_tenths: int | None = None,
) -> AnyRule | None:
    """Choose the one rule for an act of this kind, class and day, or None if none sanctions it.

    For speeding ``excess_tenths`` chooses the band; below 5 km/h there is none. Raises ValueError
    when speeding comes without an excess, and when two rules claim the act: the law must be mended
    before anybody is sanctioned. NĐ 168/2024 Đ6, Đ7; NĐ 238/2026 Đ21 (the day of the act decides)
    """
    found = fitting_rules(rules, violation_type, vehicle_class, act_on, excess_tenths=excess_tenths)
    if len(found) > 1:
        raise ValueError(f"{len(found)} rules claim one {violation_type} of a {vehicle_class}")
    return found[0] if found else None


def fitting_rules(
    rules: Iterable[AnyRule],
    violation_type: str,
    vehicle_class: str,
    act_on: date,
    *,
    excess_tenths: int | None = None,
) -> list[AnyRule]:
    """Return every rule of this kind, class and day; for speeding those whose band it lies in.

    Raises ValueError when speeding comes without an excess. NĐ 238/2026 Đ21
    """
    if violation_type == "speed_over" and excess_tenths is None:
        raise ValueError("speeding needs the excess over the limit")
    return [
        rule
        for rule in rules
        if rule.violation_type == violation_type
        and vehicle_class in rule.vehicle_classes
        and rule.effective_from <= act_on
        and (rule.effective_until is None or act_on <= rule.effective_until)
        and _in_band(rule, excess_tenths)
    ]


def speed_band(
    rules: Iterable[AnyRule], vehicle_class: str, excess_tenths: int, act_on: date
) -> AnyRule | None:
    """Choose the speeding band for an excess, or None below 5 km/h or for a class not covered."""
    return applicable_rule(rules, "speed_over", vehicle_class, act_on, excess_tenths=excess_tenths)


def _in_band(rule: DatedRule, excess_tenths: int | None) -> bool:
    """Tell whether the excess lies in the rule's band; a rule without a band has no bounds."""
    if rule.excess_from_tenths is None:
        return True
    if excess_tenths is None or excess_tenths < rule.excess_from_tenths:
        return False
    return rule.excess_to_tenths is None or excess_tenths <= rule.excess_to_tenths
