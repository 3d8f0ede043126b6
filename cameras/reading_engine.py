"""The reading engine of the optional extra ``cross-read``: RapidOCR with the models of its wheel.

It needs no network and no GPU. One instance lives in each worker process and uses one thread, so
that reading never takes the machine from those who parse. It is only ever given a JPEG which we
have encoded ourselves.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from importlib.metadata import version

from cameras.plate_lines import Engine, TextLine

#: A plate 50 pixels wide is legible in this; larger pictures only take longer.
LONGEST_SIDE = 1_600


def is_available() -> bool:
    """Tell whether the extra is installed, without loading it."""
    return all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime"))


def engine_name() -> str:
    """Return the name and version kept with every reading."""
    return f"rapidocr {version('rapidocr')}"


@cache
def engine() -> Engine:
    """Return this process's engine, loading it the first time. Raises ImportError without it."""
    import cv2
    from rapidocr import RapidOCR

    cv2.setNumThreads(1)
    reader = RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.use_cls": False,  # a vehicle's plate does not hang upside down
            "Global.max_side_len": LONGEST_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )

    def read(picture: bytes) -> list[TextLine]:
        found = reader(picture)
        if not found.txts:
            return []
        return [
            _line(text, float(score), [(float(x), float(y)) for x, y in corners])
            for text, score, corners in zip(found.txts, found.scores, found.boxes, strict=True)
        ]

    return read


def _line(text: str, score: float, corners: list[tuple[float, float]]) -> TextLine:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return TextLine(text, score, min(xs), min(ys), max(xs), max(ys))
