"""Who reads a script: the shells that images have, and the `#!` that names another program."""

from __future__ import annotations

SHELLS = frozenset(("sh", "bash", "dash", "ash"))


def shebang(text: str) -> tuple[str, ...]:
    """A script's interpreter and its arguments, `env` left out; () without a `#!`, which a shell reads as its own."""
    first = text.partition("\n")[0].rstrip("\r")
    words = first[2:].split() if first.startswith("#!") else []
    if words and words[0].endswith("/env"):
        words = [w for w in words[1:] if not w.startswith("-") and "=" not in w]
    return tuple(words)
