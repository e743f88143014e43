"""Filters of a pipeline as functions over text: what `grep`, `sed`, `cut`, `awk` let through of a list of variables.

The list is what `env`, `export -p`, `compgen -e` print, and of it the line about the credentials variable alone. What a
filter does that is not followed makes of it None.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fargate_patch.chain.files.commandline import CommandLine, read_command_line
from fargate_patch.chain.files.events import Argument
from fargate_patch.chain.files.regex import NotReadError, read_regex
from fargate_patch.chain.files.rewrites import sed_edit
from fargate_patch.chain.files.sed import MOST_STEPS
from fargate_patch.regex import regex
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE as NAME
from fargate_patch.shell.written import program

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    from fargate_patch.shell.syntax import Simple

    Filter: TypeAlias = "Callable[[Sequence[Argument], str], str | None]"

VALUE = f"${NAME}"  # stands in a line for the value
DECLARES = ("export", "declare", "typeset")
_RAW = f"{NAME}={VALUE}\0"
_PLAIN, _OF_BASH, _OF_SH = f"{NAME}={VALUE}\n", f'declare -x {NAME}="{VALUE}"\n', f"export {NAME}='{VALUE}'\n"
_NAMES_ALONE = (("-e",), ("-v",), ("-A", "export"), ("-A", "variable"))
_PRINTS_MATCHES = regex(r"/([^/\\]+)/p")  # as the script of `sed -n`
_FIELD = regex(r"([1-9])(-?)")
_AWK = regex(r"(?:/(?P<pattern>[^/\\]+)/)?(?: *\{ *print(?P<items>[^{};]*)\})?")
_ITEM = regex(r"\"(?P<text>[^\"\\]*)\"|\$(?P<field>\d)|(?P<comma>,)| +")


def listed(command: Simple) -> tuple[str, ...]:
    """What a command prints of the variable, where it lists all there are; as many as shells print it differently."""
    name, words = program(command), [word.literal or word.source for word in command.words[1:]]
    if name in DECLARES:
        options, names = [w for w in words if w.startswith("-")], [w for w in words if not w.startswith("-")]
        all_or_ours = not names or (NAME in names and name != "export")  # whose -p takes no names
        lists = all_or_ours and bool(options) and all(re.fullmatch("-[px]+", o) for o in options)
        return ((_OF_BASH, _OF_SH) if name == "export" else (_OF_BASH,)) if lists else ()
    if name == "compgen":
        return (f"{NAME}\n",) if tuple(words) in _NAMES_ALONE else ()
    if name in ("env", "printenv", "set"):
        return () if words else (_PLAIN,)
    sources = (*words, *(r.target.source for r in command.redirects if r.target))
    return _of_process(command, name) if any("/environ" in s for s in sources) else ()


def _of_process(command: Simple, name: str) -> tuple[str, ...]:
    """What comes of /proc/PID/environ, in which each variable ends with a NUL."""
    if name == "tr":
        lines = behind((command,), _RAW)
        return (lines,) if lines else ()
    return {"cat": (_RAW,), "strings": (_PLAIN,), "xargs": (_PLAIN,)}.get(name, ())


def behind(commands: Iterable[Simple], text: str) -> str | None:
    """What of a text comes out behind filters; None where one is not followed."""
    kept: str | None = text
    for command in commands:
        follow = _FILTERS.get(program(command))
        arguments = [Argument(w.literal or w.source, w.literal is not None) for w in command.words[1:]]
        if kept is None or follow is None or not all(a.known for a in arguments):
            return None
        kept = follow(arguments, kept)
    return kept


def _as_it_is(arguments: Sequence[Argument], text: str) -> str | None:
    return text if all(a.text.startswith("-") for a in arguments) else None


def _tee(_arguments: Sequence[Argument], text: str) -> str | None:
    return text


def _grep(arguments: Sequence[Argument], text: str, extended: bool = False, fixed: bool = False) -> str | None:
    line = read_command_line(arguments, "efmABC", ("regexp", "file"))
    patterns, operands = list(line.values("e", "regexp")), [o.text for o in line.operands]
    if not patterns:
        patterns, operands = operands[:1], operands[1:]
    if operands or not {name for name, _ in line.options} <= set("eEFGPaiovwx"):
        return None
    look = _pattern(patterns, line, extended or line.has("E", "P"), fixed or line.has("F"), text)
    if look is None:
        return None
    matches = look.fullmatch if line.has("x") else look.search
    kept = [each for each in text.splitlines() if bool(matches(each)) is not line.has("v")]
    pieces = [m[0] for each in kept for m in look.finditer(each) if m[0]] if line.has("o") else kept
    return "".join(f"{piece}\n" for piece in pieces)


def _pattern(
    patterns: Sequence[str], line: CommandLine, extended: bool, fixed: bool, text: str
) -> re.Pattern[str] | None:
    """What any of the patterns matches; None where one is not read, or would take too long on the text."""
    try:
        found = read_regex(("|" if extended else r"\|").join(patterns), extended, line.has("i"))
    except NotReadError:
        return None
    if found.cost(text) > MOST_STEPS:
        return None
    pattern = "|".join(map(re.escape, patterns)) if fixed else found.pattern.pattern
    return re.compile(rf"\b(?:{pattern})\b" if line.has("w") else pattern, found.pattern.flags)


def _sed(arguments: Sequence[Argument], text: str) -> str | None:
    line = read_command_line(arguments, "efl", ("expression", "file"))
    prints = _PRINTS_MATCHES.fullmatch(line.operands[0].text) if len(line.operands) == 1 else None
    if prints and line.has("n", "quiet"):
        return _grep((Argument(prints[1]),), text, extended=line.has("E", "r"))
    edit, files, in_place = sed_edit(arguments)
    return None if edit is None or files or in_place else edit(text)


def _cut(arguments: Sequence[Argument], text: str) -> str | None:
    line = read_command_line(arguments, "dfbc", ("delimiter", "fields"))
    delimiter, fields = line.value("d", "delimiter") or "\t", _FIELD.fullmatch(line.value("f", "fields") or "")
    if fields is None or line.operands:
        return None
    first = int(fields[1]) - 1
    cuts = (each.split(delimiter) for each in text.splitlines())
    kept = (c if len(c) == 1 else c[first:] if fields[2] else c[first : first + 1] for c in cuts)
    return "".join(f"{delimiter.join(k)}\n" for k in kept)


def _awk(arguments: Sequence[Argument], text: str) -> str | None:
    """`/PATTERN/`, `{print $1}` or both; the fields between blanks, or what `-F` says."""
    line = read_command_line(arguments, "Fv", ())
    said = _AWK.fullmatch(line.operands[0].text.strip()) if len(line.operands) == 1 and not line.has("v", "f") else None
    if said is None:
        return None
    kept = _grep((Argument(said["pattern"]),), text, extended=True) if said["pattern"] else text
    found = list(_ITEM.finditer(said["items"] or ""))
    if kept is None or "".join(item[0] for item in found) != (said["items"] or ""):
        return None
    items = [item for item in found if item.lastgroup]
    return "".join(f"{_printed(items, each, line.value('F'))}\n" for each in kept.splitlines())


def _printed(items: Sequence[re.Match[str]], line: str, separator: str | None) -> str:
    fields = [line, *line.split(separator)]
    chosen = ("".join(fields[int(item["field"]) :][:1]) if item["field"] else item["text"] or "" for item in items)
    return "".join(" " if item["comma"] else each for item, each in zip(items, chosen, strict=True)) if items else line


def _tr(arguments: Sequence[Argument], text: str) -> str | None:
    """NULs to line ends, or characters taken away."""
    words = [a.text for a in arguments]
    if len(words) == 2 and words[0] == "-d" and re.fullmatch(r"[^\w\\\[-]+", words[1]):
        return text.translate(dict.fromkeys(map(ord, words[1])))
    to_lines = len(words) == 2 and re.fullmatch(r"\\0{1,3}", words[0]) and words[1] in ("\\n", "\\012", "\n")
    return text.replace("\0", "\n") if to_lines else None


def _xargs(arguments: Sequence[Argument], text: str) -> str | None:
    """All on one line, where it is given no command but `echo`."""
    return " ".join(text.split()) + "\n" if [a.text for a in arguments] in ([], ["echo"]) else None


_FILTERS: dict[str, Filter] = {
    "grep": _grep,
    "egrep": lambda arguments, text: _grep(arguments, text, extended=True),
    "fgrep": lambda arguments, text: _grep(arguments, text, fixed=True),
    "sed": _sed,
    "cut": _cut,
    "awk": _awk,
    "tr": _tr,
    "tee": _tee,
    "xargs": _xargs,
    **dict.fromkeys(("sort", "uniq", "cat"), _as_it_is),
}
