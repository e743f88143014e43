"""What `echo`, `printf` and a here-document give, where every /bin/sh agrees on it, or the shell is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.chain.scripts import words
from fargate_patch.regex import regex
from fargate_patch.shell.syntax import ShellWord, Text

if TYPE_CHECKING:
    from fargate_patch.chain.scripts.words import Arguments, Variables

LARGEST = 1 << 20

_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_UNSHARED = frozenset("01234567cxeuUE")  # what only some shells read, and NUL
_ECHO = regex(r"\\(?:([abfnrtv\\])|0([0-7]{1,3})|(.)|\Z)", re.DOTALL)
_FORMAT = regex(r"\\(?:([abfnrtv\\])|([0-7]{1,3})|)|%(?:([sbdi])|(%)|)", re.DOTALL)


def echo(arguments: list[str], bash: bool) -> str | None:
    """The output, or None where dash, ash and bash differ and it is not known to be bash.

    dash's echo reads backslashes always and knows no `-e`; those of bash and busybox read them only after `-e`.
    """
    rest = list(arguments)
    newline, escapes, only_n = True, False, True
    while rest and re.fullmatch("-[neE]+", rest[0]):
        option = rest.pop(0)
        only_n = only_n and option == "-n"
        newline = newline and "n" not in option
        escapes = "e" in option if re.search("[eE]", option) else escapes
    text = " ".join(rest)
    special = any(m[1] or m[2] or m[3] in _UNSHARED for m in _ECHO.finditer(text))
    if not bash and (not only_n or special or arguments[:2] == ["-n", "-n"]):  # of which dash prints the second
        return None
    if escapes and special:
        if any(m[3] in _UNSHARED or int(m[2] or "0", 8) > 0x7F for m in _ECHO.finditer(text)):
            return None
        text = _ECHO.sub(lambda m: _LETTERS[m[1]] if m[1] else chr(int(m[2], 8)) if m[2] else m[0], text)
    return text + ("\n" if newline else "")


def printf(arguments: list[str]) -> str | None:
    """The output of a format of plain text, `%s`, `%b`, `%d` and escapes, used again until the arguments are spent."""
    rest = arguments[1:] if arguments[:1] == ["--"] else list(arguments)
    if not rest or (rest[0].startswith("-") and len(rest[0]) > 1):
        return None
    form, values = rest[0], rest[1:]
    matches = list(_FORMAT.finditer(form))
    if any(m[0] in ("\\", "%") for m in matches) or form.endswith("\\"):
        return None
    slots = sum(1 for m in matches if m[3])
    rounds = max(1, -(-len(values) // slots)) if slots else 1
    if rounds * len(form) + sum(map(len, values)) > LARGEST:
        return None
    supply = iter(values)
    out: list[str] = []
    for _ in range(rounds):
        position = 0
        for match in matches:
            piece = _formatted(match, next(supply, "") if match[3] else "")
            if piece is None:
                return None
            out += [form[position : match.start()], piece]
            position = match.end()
        out.append(form[position:])
    return "".join(out)


def _formatted(match: re.Match[str], value: str) -> str | None:
    if match[1]:
        return _LETTERS[match[1]]
    if match[2]:
        return chr(int(match[2], 8) & 0xFF) if int(match[2], 8) < 0x80 else None
    if match[4]:
        return "%"
    if match[3] == "s":
        return value
    if match[3] == "b":
        return echo(["-n", "-e", value], bash=True)
    return value if re.fullmatch("-?[1-9][0-9]*|0", value) else None


def heredoc(body: ShellWord, variables: Variables, arguments: Arguments) -> str | None:
    """A here-document's text; a long one of literal characters is no less known than a short one."""
    if all(isinstance(p, Text) for p in body.parts):
        text = "".join(p.text for p in body.parts if isinstance(p, Text))
        return text if len(text) <= LARGEST else None
    parts = [
        p.text if isinstance(p, Text) else words.value(ShellWord("", (p,)), variables, arguments) for p in body.parts
    ]
    return None if any(p is None for p in parts) else "".join(p or "" for p in parts)[:LARGEST]
