"""Here-documents: which of them an instruction's line opens, and where their bodies end."""

from __future__ import annotations

import re

from fargate_patch.dataclass import dataclass
from fargate_patch.dockerfile.lexer import DEEPEST, ExpandError, LimitError, Mode
from fargate_patch.dockerfile.substitution import Expander
from fargate_patch.dockerfile.words import InstructionError
from fargate_patch.regex import regex

_HEREDOC = regex(r"([0-9]*)<<(-?)[\t\n\f\r ]*([^<]*)")
_LEADING_TABS = regex(r"^\t+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Heredoc:
    """One here-document of an instruction: `RUN <<EOF`, `COPY <<-"EOT" /etc/motd`, `3<<X`."""

    name: str
    content: str  # the raw body; with `chomp` its leading tabs are gone
    expand: bool  # False where the name was quoted
    chomp: bool  # `<<-`
    fd: int


def read_heredocs(whole: str, lines: tuple[bytes, ...], end: int) -> tuple[tuple[Heredoc, ...], int]:
    """The here-documents that the logical line opens, and the index behind the last terminator."""
    heredocs: list[Heredoc] = []
    for name, expand, chomp, fd in _heredoc_marks(whole):
        terminator = name.encode("utf-8", "surrogateescape")
        body = end
        while end < len(lines):
            line = lines[end].rstrip(b"\r\n")
            if (line.lstrip(b"\t") if chomp else line) == terminator:
                break
            end += 1
        else:
            raise InstructionError(f"the here-document {name!r} is not terminated")
        content = b"".join(lines[body:end]).decode("utf-8", "surrogateescape")
        heredocs.append(Heredoc(name, _LEADING_TABS.sub("", content) if chomp else content, expand, chomp, fd))
        end += 1
    return tuple(heredocs), end


def _heredoc_marks(whole: str) -> list[tuple[str, bool, bool, int]]:
    """Name, expand, chomp and descriptor of each; an open quote on the line means that there is none."""
    try:
        words = shell_words(whole, keep_quotes=True, keep_escapes=True)
    except LimitError:
        raise
    except ExpandError:
        return []
    found = (_HEREDOC.fullmatch(word) for word in words)
    return [mark for match in found if match and (mark := _heredoc_mark(match))]


def _heredoc_mark(match: re.Match[str]) -> tuple[str, bool, bool, int] | None:
    digits, dash, word = match.groups()
    plain = shell_words(word, keep_quotes=False, keep_escapes=False)
    quoted = shell_words(word, keep_quotes=True, keep_escapes=False)
    if len(plain) != 1:
        return None
    quotes = [text.count("'") + text.count('"') for text in ("".join(quoted), plain[0])]
    return plain[0], quotes[0] == quotes[1], dash == "-", int(digits[:19] or 0)


def shell_words(text: str, keep_quotes: bool, keep_escapes: bool) -> list[str]:
    """The words of a line, variables left as they are. Raises ExpandError where a quote or a brace stays open.

    A BOM in front is none of it: Go's text/scanner skips it.
    """
    mode = Mode(words=True, raw_quotes=keep_quotes, keep_unset=True, longest=(DEEPEST + 2) * (len(text) + 1))
    return Expander(text.removeprefix("\ufeff"), {}, "\\", mode).until("", keep_escapes)[1]
