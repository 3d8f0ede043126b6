"""Measure two ways of doing the same in turns, and say how they compare.

Machines are noisy and noise comes in stretches, so rounds of both alternate, the ratio is taken
inside each pair of rounds, and the median of the pairs is reported with the least and the greatest.
"""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

LONGEST_SECONDS, LEAST_ROUNDS = 30, 3
Work = Callable[[], None]


def timed_round(acts: int, workers: Sequence[Work]) -> tuple[float, list[float]]:
    """Let each worker act in a loop until ``acts`` are done; wall seconds and those of each act.

    A worker's fault ends the round and is raised.
    """
    left, lock = itertools.count(acts, -1), threading.Lock()
    times: list[float] = []
    faults: list[BaseException] = []

    def loop(act: Work) -> None:
        mine = []
        try:
            while not faults:
                with lock:
                    if next(left) <= 0:
                        break
                began = time.perf_counter()
                act()
                mine.append(time.perf_counter() - began)
        except BaseException as fault:
            faults.append(fault)
        with lock:
            times.extend(mine)

    threads = [threading.Thread(target=loop, args=(act,)) for act in workers]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return time.perf_counter() - began, times


@dataclass(frozen=True)
class Comparison:
    """What was measured, and how often each side acted in all, the warming up included."""

    figures: dict[str, Any]
    acts: int


def compare(portal: Sequence[Work], bare: Sequence[Work], *, acts: int, rounds: int) -> Comparison:
    """Alternate rounds of both sides, after a short one of each that is not counted.

    A slow machine gets fewer rounds: none begins after ``LONGEST_SECONDS``, beyond the third.
    """
    sides = {"portal": portal, "bare": bare}
    warm_up = max(len(portal), acts // 4)
    for workers in sides.values():
        timed_round(warm_up, workers)
    rates: dict[str, list[float]] = {name: [] for name in sides}
    times: dict[str, list[float]] = {name: [] for name in sides}
    done, began = 0, time.monotonic()
    while done < rounds and (done < LEAST_ROUNDS or time.monotonic() - began < LONGEST_SECONDS):
        for name in sorted(sides, reverse=done % 2 == 0):  # each goes first in every other round
            wall, single = timed_round(acts, sides[name])
            rates[name].append(acts / wall)
            times[name] += single
        done += 1
    figures: dict[str, Any] = {"rounds": done, "acts_a_round": acts, "at_once": len(portal)}
    for name in sides:
        figures[name] = {
            "per_second": _spread(rates[name]),
            "p50_ms": round(_percentile(times[name], 50) * 1000, 2),
            "p99_ms": round(_percentile(times[name], 99) * 1000, 2),
        }
    pairs = zip(rates["portal"], rates["bare"], strict=True)
    figures["ratio"] = _spread([ours / theirs for ours, theirs in pairs])
    return Comparison(figures, warm_up + acts * done)


def _spread(values: Sequence[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(values), 3),
        "min": round(min(values), 3),
        "max": round(max(values), 3),
    }


def _percentile(values: Sequence[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
