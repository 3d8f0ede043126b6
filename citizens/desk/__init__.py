"""The desk of the books: statements, matching, counter, claims, refunds, the daily report."""
