"""What a word expands to, piece by piece, split into fields (POSIX shell, section 2.6.5)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.chain.model import Word
from fargate_patch.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

BLANKS = " \t\n"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of an expansion. `text` None: the border between two fields of `"$@"`."""

    text: str | None
    splits: bool = False
    known: bool = True
    quoted: bool = True


BORDER = Piece(None)


def fields_of(pieces: Sequence[Piece], separators: str | None) -> list[Word]:
    """The fields, at what splits by `separators` (IFS; None: not known) and at each BORDER."""
    fields: list[Word] = []
    current: list[Piece] = []

    def flush() -> None:
        if current:
            fields.append(Word("".join(p.text or "" for p in current), all(p.known for p in current)))
            current.clear()

    for piece in pieces:
        if piece.text is None:
            flush()
        elif not piece.splits or not piece.known:
            current.append(piece)
        else:
            for number, text in enumerate(_split(piece.text, separators)):
                if number:
                    flush()
                if text is None:
                    current.append(Piece(piece.text, known=False))
                elif text:
                    current.append(Piece(text))
    flush()
    return fields


def _split(text: str, separators: str | None) -> list[str] | list[None]:
    """Field splitting by IFS; [None] where IFS is unknown, or holds more than blanks and the text has one of those."""
    if separators is None or any(c in text for c in separators if c not in BLANKS):
        return [None]
    return re.split(f"[{separators}]+", text) if separators.strip(BLANKS) != separators else [text]
