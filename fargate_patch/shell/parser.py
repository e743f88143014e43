"""tree-sitter-bash's own parser, with an end to its patience."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Tree

PATIENCE = 2.0  # seconds for a text of any length, and for every 200 kB of it


def syntax_tree(source: bytes) -> Tree | None:
    """The tree, or None where recovery from errors goes on and on: `<<<<…` and `a=(a=(…` take it quadratic time."""
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    parser = Parser(Language(tree_sitter_bash.language()))
    seconds = PATIENCE * (1 + len(source) / 200_000)
    deadline = time.monotonic() + seconds
    try:
        if hasattr(Parser, "timeout_micros"):  # tree-sitter before 0.25
            setattr(parser, "timeout_micros", int(seconds * 1e6))  # noqa: B010
            return parser.parse(source)
        return parser.parse(
            lambda offset, _: source[offset : offset + 16_384], progress_callback=lambda *_: time.monotonic() > deadline
        )
    except ValueError:
        return None
