"""From words as written to the fields that a command gets, as far as values are known (POSIX shell, section 2.6).

A name that is in no mapping may still be set by a task definition: `$X` alone is unknown, `${X:-y}` is `y`, which is
what happens when nobody intervenes. A name whose value is None is known to be unknowable, and so is all that depends
on it. A Computed whose source, `$(id -u)`, is a key of the mapping has that value; others may be known by `outputs`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from fargate_patch.chain.model import Word
from fargate_patch.chain.scripts.fields import BLANKS, BORDER, Piece, fields_of
from fargate_patch.chain.scripts.state import FIRST, Values
from fargate_patch.regex import regex
from fargate_patch.shell.globs import Glob, prefixes, read_glob
from fargate_patch.shell.syntax import Computed, Part, ShellWord, Text, Variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST = 16_384  # characters of one field; a longer one is unknown
MOST = 1_024  # fields of one word; more are one unknown field

Variables: TypeAlias = "Mapping[str, str | None]"
Arguments: TypeAlias = "tuple[Word, ...] | None"

_OF_ARRAY = regex(r"\$\{(?P<count>#?)(?P<name>[A-Za-z_]\w*)\[(?P<index>[@*]|\d{1,4})\](?::(?P<from>\d{1,4}))?\}")


def expand(word: ShellWord, variables: Variables, arguments: Arguments) -> tuple[Word, ...]:
    """The fields of a word: none for an empty `$X`, one for each argument for `"$@"`, one unknown where a value is."""
    if (text := _plain(word, variables, arguments)) is not None:
        return _field(text) if len(text) <= LONGEST else (Word(word.source, known=False),)
    pieces = _limited(_pieces(word.parts, variables, arguments, splits=False))
    if pieces is None:
        return (Word(word.source, known=False),)
    fields = fields_of(pieces, variables.get("IFS", BLANKS))
    if len(fields) == 1 and not fields[0].known:
        return (Word(word.source, known=False),)
    return tuple(fields)


@lru_cache(1024)
def _field(text: str) -> tuple[Word]:
    return (Word(text),)


def _plain(word: ShellWord, variables: Variables, arguments: Arguments) -> str | None:
    """The text of a word of literal characters and of quoted `$X` with known values: what most words are."""
    if word.literal is not None and word.parts:
        return word.literal
    text = ""
    for part in word.parts:
        if isinstance(part, Text):
            text += part.text
        elif isinstance(part, Variable) and part.quoted and not part.operator and part.name not in ("@", "*"):
            found = lookup(part.name, variables, arguments)[1]
            if found is None or len(text) > LONGEST:
                return None
            text += found
        else:
            return None
    return text if word.parts else None


def value(word: ShellWord, variables: Variables, arguments: Arguments) -> str | None:
    """The word as an assignment, `case` and `[[` take it: one string, not split. None: not known."""
    if (text := _plain(word, variables, arguments)) is not None:
        return text if len(text) <= LONGEST else None
    pieces = _limited(_pieces(word.parts, variables, arguments, splits=False))
    if pieces is None or not all(piece.known for piece in pieces):
        return None
    return "".join(" " if piece.text is None else piece.text for piece in pieces)


def is_given(word: ShellWord, variables: Values) -> bool:
    """Does the word hang on what a task definition may set: an ENV, or a variable that nothing sets (`${X:-y}`)?

    A condition on it has two sides, whichever is taken when nobody intervenes.
    """
    if word.literal is not None:
        return False
    return any(isinstance(part, Variable) and _is_given(part, variables) for part in word.parts)


def _is_given(part: Variable, variables: Values) -> bool:
    defaults = part.operator.lstrip(":")[:1] in ("-", "=", "+")
    unset = part.name not in variables and not part.name.isdigit() and part.name not in "@*#"
    return part.name in variables.given or (defaults and unset)


def first_word(word: ShellWord, variables: Values, arguments: Arguments) -> str | None:
    """The first word of a value that is not known to its end, where more stands behind it."""
    text = ""
    for piece in _pieces(word.parts, variables, arguments, splits=False):
        if not piece.known and not text:
            return variables.first.get((piece.text or "").strip("${}"))
        if not piece.known or len(text) > LONGEST:
            break
        text += " " if piece.text is None else piece.text
    found = FIRST.match(text)
    return found[1] if found else None


def glob(word: ShellWord, variables: Variables, arguments: Arguments) -> Glob | None:
    """The word as a pattern, in which quoted characters stand for themselves. None: not known, or not modelled."""
    pieces = _limited(_pieces(word.parts, variables, arguments, splits=False))
    if pieces is None or not all(piece.known for piece in pieces):
        return None
    return read_glob([(" " if piece.text is None else piece.text, piece.quoted) for piece in pieces])


def _limited(pieces: Iterator[Piece]) -> list[Piece] | None:
    """The pieces, or None where they are more than a command line holds (`A=$A$A` forty times over)."""
    kept: list[Piece] = []
    length = borders = 0
    for piece in pieces:
        length += len(piece.text or "")
        borders += piece.text is None
        if length > LONGEST or borders > MOST:
            return None
        kept.append(piece)
    return kept


def _pieces(parts: tuple[Part, ...], variables: Variables, arguments: Arguments, splits: bool) -> Iterator[Piece]:
    for part in parts:
        if isinstance(part, Text):
            yield Piece(part.text, splits and not part.quoted, quoted=part.quoted)
        elif isinstance(part, Computed) and (elements := _elements(part, variables)) is not None:
            yield from _each(elements, part.quoted, joined=part.quoted and "[*]" in part.source)
        elif isinstance(part, Computed):
            text = _output(part, variables, arguments)
            yield Piece(part.source if text is None else text, not part.quoted, text is not None)
        elif part.name in ("@", "*"):
            yield from _all_arguments(part, variables, arguments)
        else:
            if part.quoted:
                yield Piece("")
            yield from _variable(part, variables, arguments)


def _output(part: Computed, variables: Variables, arguments: Arguments) -> str | None:
    if part.source in variables:
        return variables[part.source]
    from fargate_patch.chain.scripts.outputs import printed

    return printed(part.source, variables, arguments)


def _variable(part: Variable, variables: Variables, arguments: Arguments) -> Iterator[Piece]:
    found, text = lookup(part.name, variables, arguments)
    unset = not found or (part.operator.startswith(":") and text == "")
    kind = part.operator.lstrip(":")
    argument = part.argument.parts if part.argument else ()
    unknowable = found and text is None
    if kind in ("-", "=") and unset:
        yield from _pieces(argument, variables, arguments, splits=not part.quoted)
    elif kind == "+" and not unknowable:
        if not unset:
            yield from _pieces(argument, variables, arguments, splits=not part.quoted)
    elif not found and kind == "" and _absent(part.name, arguments):
        return
    elif text is None or (kind == "?" and unset):
        yield Piece(_source(part), known=False)
    else:
        cut = _cut(text, kind, part, variables, arguments) if kind[:1] in ("#", "%") else _slice(text, part)
        yield Piece(
            _source(part) if cut is None else cut, splits=not part.quoted, known=cut is not None, quoted=part.quoted
        )


def _all_arguments(part: Variable, variables: Variables, arguments: Arguments) -> Iterator[Piece]:
    kind = part.operator.lstrip(":")
    slice_from = part.argument.source.strip() if part.operator == ":" and part.argument else "1"
    if arguments is None or kind in ("#", "##", "%", "%%") or not re.fullmatch("[0-9]{1,4}", slice_from):
        yield Piece(_source(part), known=False)
        return
    if kind in ("-", "=", "+") and part.argument and (kind == "+") == bool(arguments):
        yield from _pieces(part.argument.parts, variables, arguments, splits=not part.quoted)
        return
    chosen = () if kind == "+" else arguments[max(int(slice_from) - 1, 0) :]
    yield from _each(chosen, part.quoted, joined=part.name == "*" and part.quoted)


def _each(words: tuple[Word, ...], quoted: bool, *, joined: bool) -> Iterator[Piece]:
    """Arguments, or the elements of an array: each a field of its own, or all of them one."""
    if joined and not words:
        yield Piece("")
    for number, word in enumerate(words):
        if number:
            yield Piece(" ") if joined else BORDER
        yield Piece(word.text, not quoted, word.known, quoted=quoted)


def _elements(part: Computed, variables: Variables) -> tuple[Word, ...] | None:
    """What `${X[@]}`, `${X[0]}` and `${#X[@]}` stand for; None where X is no array whose elements are known."""
    found = _OF_ARRAY.fullmatch(part.source)
    array = variables.arrays.get(found["name"]) if found and isinstance(variables, Values) else None
    if not found or array is None:
        return None
    if found["count"]:
        return (Word(str(len(array))),) if all(word.known for word in array) else None
    if found["index"] in ("@", "*"):
        return array[int(found["from"] or 0) :]
    return None if found["from"] else array[int(found["index"]) :][:1]


def lookup(name: str, variables: Variables, arguments: Arguments) -> tuple[bool, str | None]:
    """Whether a parameter is set, and to what; None where that is not known."""
    if name == "#":
        countable = arguments is not None and all(a.known for a in arguments)
        return True, str(len(arguments)) if countable and arguments is not None else None
    if name.isdigit() and name != "0":
        if arguments is None or len(name) > 4:
            return True, None
        before, argument = arguments[: int(name) - 1], arguments[int(name) - 1 : int(name)]
        if not all(a.known for a in before):  # `set -- $X b`: how many fields $X makes is not known
            return True, None
        return bool(argument), (argument[0].text if argument and argument[0].known else None)
    if name in ("?", "$", "!", "-"):
        return True, None
    return (True, variables[name]) if name in variables else (False, None)


def _absent(name: str, arguments: Arguments) -> bool:
    """A positional parameter beyond the last one: empty, and no task definition can change that."""
    return name.isdigit() and name != "0" and arguments is not None


def _cut(text: str, kind: str, part: Variable, variables: Variables, arguments: Arguments) -> str | None:
    """`${X#pattern}` and its like."""
    pattern = glob(part.argument, variables, arguments) if part.argument else ()
    if pattern is None:
        return None
    front = kind[0] == "#"
    lengths = prefixes(pattern, text) if front else prefixes(pattern[::-1], text[::-1])
    if not lengths:
        return text if lengths is not None else None
    length = lengths[-1] if len(kind) == 2 else lengths[0]
    return text[length:] if front else text[: len(text) - length]


def _slice(text: str, part: Variable) -> str | None:
    """`${X:0:1}` with plain numbers; any other text as it is."""
    if part.operator != ":":
        return text
    numbers = re.fullmatch(r" *([0-9]{1,4})(?:: *([0-9]{1,4}))?", part.argument.source if part.argument else "")
    if not numbers:
        return None
    start = int(numbers[1])
    return text[start : start + int(numbers[2])] if numbers[2] else text[start:]


def _source(part: Variable) -> str:
    if not part.operator:
        return f"${{{part.name}}}" if part.name.isdigit() and len(part.name) > 1 else f"${part.name}"
    return f"${{{part.name}{part.operator}{part.argument.source if part.argument else ''}}}"
