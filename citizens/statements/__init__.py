"""Account statements: read from a file, kept once, and matched to the money they belong to."""
