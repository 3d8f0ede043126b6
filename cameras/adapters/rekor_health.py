"""The figures of a Rekor heartbeat in the words of our health record."""

from cameras.adapters.figures import whole_number
from cameras.adapters.vendor_json import VendorFields


def facts_of(message: VendorFields) -> dict[str, int | str | bool]:
    """Return the figures that are there, whole numbers only; percentages are rounded down.

    ``fps`` is that of the slowest stream; a stream that does not run counts in ``streams_down``.
    """
    facts: dict[str, int | str | bool] = {}
    _put(facts, "uptime_s", whole_number(message.text("system_uptime_seconds")))
    _put(facts, "agent_uptime_s", whole_number(message.text("daemon_uptime_seconds")))
    _put(facts, "queue_depth", whole_number(message.text("beanstalk_queue_size")))
    cpu = message.text("cpu_usage_percent").partition(".")[0]
    _put(facts, "cpu_pct", whole_number(cpu))
    _put(
        facts,
        "disk_free_pct",
        _free(message, "disk_quota_total_bytes", "disk_quota_consumed_bytes"),
    )
    _put(facts, "memory_free_pct", _free(message, "memory_total_bytes", "memory_consumed_bytes"))
    streams = message.items("video_streams")
    rates = [whole_number(stream.text("fps").partition(".")[0]) for stream in streams]
    _put(facts, "fps", min((rate for rate in rates if rate is not None), default=None))
    if streams:
        facts["streams_down"] = sum(not stream.truth("is_streaming") for stream in streams)
    return facts


def _put(facts: dict[str, int | str | bool], name: str, value: int | None) -> None:
    if value is not None:
        facts[name] = value


def _free(message: VendorFields, total: str, consumed: str) -> int | None:
    whole, used = _bytes(message.text(total)), _bytes(message.text(consumed))
    if not whole or used is None:
        return None
    return max(0, (whole - used) * 100 // whole)


def _bytes(text: str) -> int | None:
    """Return a number of bytes, which may have more digits than any other figure."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
