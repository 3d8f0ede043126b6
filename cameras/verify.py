"""``python -m cameras.verify PACK``: check an evidence pack without portal, network or database.

It prints one line for each thing checked and ends with status 1 when anything is wrong, 2 when the
file is no pack at all. Without ``--key`` it shows the key the pack names, which proves something
only if it is the one the centre publishes.
"""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from cameras.pack_checks import check_pack
from cameras.pack_reading import PackUnreadable, read_pack
from cameras.pack_report import FAULT
from cameras.signed_texts import PUBLIC_KEY_BYTES


def main(arguments: list[str]) -> int:
    """Print the findings about one pack; return 0 when it is whole, 1 when not, 2 when no pack."""
    parser = argparse.ArgumentParser(prog="python -m cameras.verify", description=__doc__)
    parser.add_argument("pack", type=Path, metavar="PACK")
    parser.add_argument(
        "--key", type=_key, metavar="PUBLIC_KEY_HEX", help="the key the centre publishes"
    )
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    try:
        contents = read_pack(options.pack)
    except PackUnreadable as error:
        print(f"KHÔNG PHẢI BỘ HỒ SƠ / NOT A PACK: {error}")
        return 2
    lines = check_pack(contents, options.key)
    for line in lines:
        print(_printable(f"{line.state:<6}{line.subject}: {line.vi} / {line.en}"))
    wrong = sum(line.state == FAULT for line in lines)
    print(
        f"KẾT LUẬN: {wrong} CHỖ SAI / VERDICT: {wrong} WRONG"
        if wrong
        else "KẾT LUẬN: NGUYÊN VẸN / VERDICT: WHOLE"
    )
    return 1 if wrong else 0


def _key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != PUBLIC_KEY_BYTES:
        raise argparse.ArgumentTypeError("a public key has 64 hexadecimal digits")
    return key


def _printable(text: str) -> str:
    """Keep what a pack says from steering the terminal it is printed on."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
