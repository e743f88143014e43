"""`required-version`: which releases of this program a configuration is for.

`1`, `1.2`, `1.2.3`, with `==`, `>=`, `~=` and the like before it, several with commas between them.
"""

from __future__ import annotations

OPERATORS = ("==", ">=", "<=", "~=", "!=", "<", ">")


def satisfies(version: str, wanted: str) -> bool:
    """Is it one of the releases that are wanted? What cannot be read as a version is not."""
    return all(_is_one(version, part.strip()) for part in wanted.split(","))


def _is_one(version: str, wanted: str) -> bool:
    operator = next((o for o in OPERATORS if wanted.startswith(o)), "")
    have, want = _numbers(version), _numbers(wanted.removeprefix(operator))
    if want is None or have is None:
        return False
    size = max(len(have), len(want))
    a, b = (n + (0,) * (size - len(n)) for n in (have, want))
    series = max(len(want) - 1, 1)  # how many numbers `~=` leaves as they are
    return {
        "": have[: len(want)] == want,
        "==": a == b,
        "!=": a != b,
        ">=": a >= b,
        "<=": a <= b,
        ">": a > b,
        "<": a < b,
        "~=": a >= b and have[:series] == want[:series],
    }[operator]


def _numbers(version: str) -> tuple[int, ...] | None:
    parts = version.strip().removesuffix(".*").split(".")
    return tuple(int(p) for p in parts) if all(p.isascii() and p.isdigit() and len(p) < 9 for p in parts) else None
