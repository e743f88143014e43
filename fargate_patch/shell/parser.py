"""tree-sitter-bash's own parser, with an end to its patience."""

from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Tree

SHORT = 1000  # bytes, of which even the worst takes a hundredth of a second
PATIENCE = 0.1  # seconds of the processor's time for a longer text and for every 50 kB of it: twenty times the usual
PIECE = 64  # bytes that are handed over at once; the binding (py-tree-sitter 0.26) never frees one of them


@cache
def _bash() -> Language:
    import tree_sitter_bash
    from tree_sitter import Language

    return Language(tree_sitter_bash.language())


def syntax_tree(source: bytes) -> Tree | None:
    """The tree, or None where recovery from errors goes on and on: `<<<<…` and `a=(a=(…` take it quadratic time."""
    from tree_sitter import Parser

    parser = Parser(_bash())
    if len(source) <= SHORT:
        return parser.parse(source)
    seconds = PATIENCE * (1 + len(source) / 50_000)
    try:
        if hasattr(Parser, "timeout_micros"):  # tree-sitter before 0.25
            setattr(parser, "timeout_micros", int(seconds * 1e6))  # noqa: B010 newer stubs do not have the name
            return parser.parse(source)
        piece = cache(lambda offset: source[offset : offset + PIECE])
        deadline = time.thread_time() + seconds
        return parser.parse(lambda offset, _: piece(offset), progress_callback=lambda *_: time.thread_time() > deadline)
    except ValueError:
        return None
