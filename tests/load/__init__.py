"""Benchmarks beside a bare baseline measured in the same run: ``python -m tests.load [name …]``.

Each prints one JSON line and adds it to ``figures.jsonl``. They are no tests: nothing fails by
being slow, and a figure means something only beside its baseline, in the same rounds on the same
machine. A scratch database and folder are made and removed again.
"""
