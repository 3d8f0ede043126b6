"""Why a step may not be taken: one small function a rule, answering with a sentence or None.

Guards read the case under its row lock, and the rows beside it as ``case.beside``; they write
nothing. Their docstrings cite the article.
"""

from violations.guards.base import VIET_NAM, Guard, Refused, day_in_viet_nam, print_day

__all__ = ["VIET_NAM", "Guard", "Refused", "day_in_viet_nam", "print_day"]
