"""Settings of the pages that citizens see: languages, and what a plate alone may show."""

import os

__all__ = ["CLOSED_CASES_PUBLIC_DAYS", "LANGUAGES", "PROOF_NUMBERS", "PUBLIC_PLATE_LOOKUP"]

#: Korean and Chinese stand ready; they are offered once their words are written.
NAMES = {"vi": "Tiếng Việt", "en": "English", "ko": "한국어", "zh-hans": "简体中文"}
LANGUAGES = [(code, NAMES[code]) for code in os.environ.get("PORTAL_LANGUAGES", "vi,en").split(",")]

# What plate and vehicle type alone may show (payments_citizens.md §6.2), and of finished cases for
# how many days.
PUBLIC_PLATE_LOOKUP = os.environ.get("PUBLIC_PLATE_LOOKUP", "official_fields")
CLOSED_CASES_PUBLIC_DAYS = int(os.environ.get("CLOSED_CASES_PUBLIC_DAYS", "90"))
# The sum a browser works out before it may ask by plate (ALTCHA): numbers to try at most, the first
# time; half of them on average. A slow telephone tries about 100,000 a second.
PROOF_NUMBERS = int(os.environ.get("PROOF_NUMBERS", "100000"))
