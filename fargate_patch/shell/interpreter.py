"""Who reads a script: the shells that images have, and the `#!` that names another program."""

from __future__ import annotations

SHELLS = frozenset(("sh", "bash", "dash", "ash"))
_SPLIT = ("-S", "-vS", "--split-string")  # of `env`: the rest of the line is several words


def shebang(text: str) -> tuple[str, ...]:
    """A script's interpreter and its arguments; () without a `#!`, which a shell reads as its own.

    `env` is left out, unless it is given options (`#!/usr/bin/env -S -i bash`).
    """
    first = text.partition("\n")[0].rstrip("\r")
    words = first[2:].split() if first.startswith("#!") else []
    if words and words[0].endswith("/env"):
        words = [w for w in words[1:] if w not in _SPLIT]
        if words and words[0].startswith("-"):
            return ("env", *words)
        words = [w for w in words if not w.startswith("-") and "=" not in w]
    return tuple(words)
