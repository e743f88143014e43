"""Here-documents and other things that mislead the grammar, masked before it sees a script.

tree-sitter-bash 0.25 loses its way over `<<A <<B`, `<<E; x`, `<<E &` and a line that ends `<<E &&`. So each `<<WORD`
becomes a plain `<____` of the same length and its body blank lines: every offset and line number stays what it was.
So it does over `"${X:-don't}"` and `[ \\( a \\) ]`, whose quote becomes a dot and whose parentheses blanks, and over
`[[ x =~ "a"(b) ]]` and `mv !(x) y`, whose patterns become dots.
"""

from __future__ import annotations

import re

from fargate_patch.dataclass import dataclass, field
from fargate_patch.regex import regex


def _nested(deep: int) -> str:
    """What may stand in the brackets of an extended pattern, others within it so many deep."""
    plain = r"[^()'\"\\\n]|\\.|'[^'\n]*'|\"(?:[^\"\\\n]|\\.)*\""
    return rf"(?:{plain}|\({_nested(deep - 1)}\))*" if deep else f"(?:{plain})*"


_MISLEADING = regex(r"<<|\\\(|=~|[?*+@!]\(")
_MARK = regex(r"\\[\s\S]|=~|[?*+@!]\(|['\"`#)}\n]|\$?\(\(|\$?\(|\$\{|\$'|<<<|<<-?")
_DELIMITER = regex(r"[ \t]*((?:[^\s;&|<>()'\"\\`]|'[^'\n]*'|\"[^\"\n]*\"|\\[^\n])+)")
_QUOTES = regex(r"\\(.)|['\"]")
_SINGLE_END = regex(r"[^']*'")
_ANSI_END = regex(r"(?:[^'\\]|\\[\s\S])*'")
_PATTERN = regex(r"[ \t]+((?:[^\s'\"\\]|\\.|'[^'\n]*'|\"(?:[^\"\\\n]|\\.)*\")+)(?=\s+(?:\]\]|&&|\|\|))")
_ALTERNATIVES = regex(rf"{_nested(4)}\)")
_COMMAND_BEGINS = regex(r"(?:^|[;&|(){}\n!]|\[\[?|\b(?:if|then|else|elif|while|until|do|time))[ \t]*\Z")
_COMMAND_END = regex(r"[;&|\n]")
_TEST = regex(r"(?:^|\s)\[\s")
_BEFORE_COMMENT = frozenset(" \t\n;&|()")
_NOT_LINE_END = regex(r"[^\n]")


@dataclass(frozen=True, slots=True)
class Heredoc:
    """One here-document: its operator, its body (tabs gone for `<<-`) and whether the body is expanded."""

    operator: str
    body: str
    expand: bool


@dataclass(slots=True)
class _Scan:
    """Where the scan stands. `inside` holds what closes each open construct: `"` `` ` `` `)` `))` `}`."""

    text: str
    position: int = 0
    inside: list[str] = field(default_factory=list)
    waiting: list[tuple[int, str, str]] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    copied: int = 0
    found: dict[int, Heredoc] = field(default_factory=dict)

    def replace(self, start: int, end: int, by: str) -> None:
        self.pieces += [self.text[self.copied : start], by]
        self.copied = end


def mask(text: str) -> tuple[str, dict[int, Heredoc]]:
    """The text for the grammar, and its here-documents by the offset of the placeholder for their delimiter."""
    if not _MISLEADING.search(text) and not ("${" in text and "'" in text):
        return text, {}
    scan = _Scan(text)
    while mark := _MARK.search(text, scan.position):
        scan.position = mark.end()
        _step(scan, mark[0], mark.start())
    _bodies(scan, len(text))
    return "".join([*scan.pieces, text[scan.copied :]]), scan.found


def _step(scan: _Scan, mark: str, start: int) -> None:
    top = scan.inside[-1] if scan.inside else ""
    if mark == "\n":
        _bodies(scan, scan.position)
    elif mark in ("'", "$'"):
        if top == "}" and '"' in scan.inside[-2:]:  # `"${X:-don't}"`, where it is a letter like any other
            scan.replace(scan.position - 1, scan.position, ".")
        elif top not in ("))", '"'):
            closing = (_SINGLE_END if mark == "'" else _ANSI_END).match(scan.text, scan.position)
            scan.position = closing.end() if closing else len(scan.text)
    elif mark in ("\\(", "\\)"):
        if top not in ('"', "}") and _TEST.search(_COMMAND_END.split(scan.text[max(0, start - 300) : start])[-1]):
            scan.replace(start, scan.position, "  ")
    elif mark in {'"', "`"}:
        _toggle(scan, mark)
    elif mark in ("$(", "$((", "${"):
        scan.inside.append({"$(": ")", "$((": "))", "${": "}"}[mark])
    elif top not in ('"', "}"):
        _unquoted(scan, mark, start, top)
    elif mark == top:
        scan.inside.pop()


def _toggle(scan: _Scan, mark: str) -> None:
    if scan.inside and scan.inside[-1] == mark:
        scan.inside.pop()
    else:
        scan.inside.append(mark)


def _unquoted(scan: _Scan, mark: str, start: int, top: str) -> None:
    """A mark outside quotes and `${…}`."""
    if mark == "=~" or mark[0] in "?*+@!":
        _pattern(scan, mark, start, top)
    elif mark == "((":
        scan.inside.append("))")
    elif mark == "(":
        scan.inside.append(")")
    elif mark == ")" and top == "))":
        if scan.text.startswith(")", scan.position):
            scan.position += 1
            scan.inside.pop()
    elif mark == top:
        scan.inside.pop()
    elif mark == "#" and top != "))" and (start == 0 or scan.text[start - 1] in _BEFORE_COMMENT):
        line_end = scan.text.find("\n", start)
        scan.position = len(scan.text) if line_end < 0 else line_end
    elif mark in ("<<", "<<-") and top != "))" and (name := _DELIMITER.match(scan.text, scan.position)):
        scan.replace(start, name.end(), "<" + "_" * (name.end() - start - 1))
        scan.waiting.append((start, mark, name[1]))
        scan.position = name.end()


def _pattern(scan: _Scan, mark: str, start: int, top: str) -> None:
    """The right side of `[[ =~ ]]`, or an extended pattern: `!(x)` is one but where a command begins."""
    if mark == "=~":
        found = _PATTERN.match(scan.text, scan.position)
        begin = found.start(1) if found else start
    else:
        begins = mark == "!(" and _COMMAND_BEGINS.search(scan.text[max(0, start - 40) : start])
        found = None if begins or top == "))" else _ALTERNATIVES.match(scan.text, scan.position)
        begin = start
    if found:
        scan.replace(begin, found.end(), "." * (found.end() - begin))
    scan.position = found.end() if found else start + 1


def _bodies(scan: _Scan, begin: int) -> None:
    """The bodies of the here-documents that were opened on the line which ends at `begin`."""
    for start, operator, name in scan.waiting:
        delimiter = _QUOTES.sub(r"\1", name)
        stop, after = _terminator(scan.text, begin, delimiter, operator == "<<-")
        body = scan.text[begin:stop]
        scan.replace(begin, after, _NOT_LINE_END.sub(" ", scan.text[begin:after]))
        if operator == "<<-":
            body = re.sub(r"(?m)^\t+", "", body)
        scan.found[start + 1] = Heredoc(operator, body, delimiter == name)
        scan.position = after
        begin = min(after + 1, len(scan.text))
    scan.waiting.clear()


def _terminator(text: str, begin: int, delimiter: str, tabs: bool) -> tuple[int, int]:
    """Where the body ends and the text goes on. Without its delimiter a body takes all the rest, as in a shell."""
    while begin < len(text):
        line_end = text.find("\n", begin)
        line_end = len(text) if line_end < 0 else line_end
        line = text[begin:line_end]
        if (line.lstrip("\t") if tabs else line) == delimiter:
            return begin, line_end
        begin = line_end + 1
    return len(text), len(text)
