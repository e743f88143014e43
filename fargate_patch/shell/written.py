"""What a pipeline writes, where that is plain to see: the lines of its `echo`, `printf` or here-document."""

from __future__ import annotations

from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex
from fargate_patch.shell import syntax

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EXPANDED = "\ufffc"  # stands in a text for what the shell puts there
_NAME = regex(r"\A\$(\w+)\Z")
_DOLLAR = regex(r"\A\$")


@dataclass(frozen=True, slots=True)
class Written:
    """A line that echo, printf or a here-document writes. EXPANDED stands for what the shell puts: `expanded`."""

    text: str
    expanded: tuple[str, ...] = ()

    @property
    def source(self) -> str:
        """The line and what is expanded in it, for a look at what is mentioned."""
        return " ".join((self.text, *self.expanded))

    @property
    def marked(self) -> str:
        """The line with what is expanded in its place, a variable in braces, and EXPANDED for the `$` of it."""
        pieces = self.text.split(EXPANDED)
        sources = (_DOLLAR.sub(EXPANDED, _NAME.sub(r"${\1}", source)) for source in (*self.expanded, ""))
        return "".join(piece + source for piece, source in zip(pieces, sources, strict=False))


def marked(word: syntax.ShellWord) -> str:
    """A word as such a line."""
    return Written(*_pieces(word, ("", ""))).marked


def lines_of(commands: Sequence[syntax.Simple], of_loop: tuple[str, str]) -> tuple[Written, ...]:
    """What the first command of the pipeline writes, where that is plain to see, and nothing behind it changes it.

    `of_loop` is a variable and its value.
    """
    first = commands[0]
    if any(program(c) not in ("tee", "cat", "crontab") for c in commands[1:]):
        return ()
    name = program(first)
    if name in ("echo", "printf"):
        options = [w.source for w in first.words[1:] if w.source.startswith("-") and len(w.source) <= 3]
        words = [_pieces(w, of_loop) for w in first.words[1:] if w.source not in options]
        text = _formatted([text for text, _ in words]) if name == "printf" else " ".join(text for text, _ in words)
        if name == "printf" or any("e" in option for option in options):
            text = text.replace("\\n", "\n")
        return _lines(text, (source for _, sources in words for source in sources))
    bodies = [r.body for c in commands for r in c.redirects if r.body is not None]
    if name in ("cat", "tee", "crontab") and bodies:
        text, sources = _pieces(bodies[0], of_loop)
        return _lines(text, iter(sources))
    return ()


def _formatted(words: Sequence[str]) -> str:
    """What printf makes of a format and its arguments: the format again for as long as there are any."""
    form, *arguments = words or [""]
    places = form.count("%s")
    if EXPANDED in form or not places:
        return "\n".join(words)
    rounds = [arguments[n : n + places] for n in range(0, len(arguments), places)] or [[]]
    pieces = form.split("%s")
    return "".join(p + a for these in rounds for p, a in zip_longest(pieces, these, fillvalue=""))


def _lines(text: str, sources: Iterator[str]) -> tuple[Written, ...]:
    """The lines that are not blank, each with as many of the sources as it has places for."""
    found = (Written(line, tuple(islice(sources, line.count(EXPANDED)))) for line in text.split("\n"))
    return tuple(line for line in found if line.text.strip())


def _pieces(word: syntax.ShellWord, of_loop: tuple[str, str]) -> tuple[str, tuple[str, ...]]:
    """A word's literal text, EXPANDED where the shell puts something else, and what it puts there as written."""
    name, value = of_loop
    parts = [syntax.Text(value, quoted=True) if _is_plain(part, name) else part for part in word.parts]
    text = "".join(p.text.replace(EXPANDED, "") if isinstance(p, syntax.Text) else EXPANDED for p in parts)
    sources = tuple(
        part.source.replace(f"!{name}", value) if isinstance(part, syntax.Computed) else f"${part.name}"
        for part in parts
        if not isinstance(part, syntax.Text)
    )
    return text, sources


def _is_plain(part: syntax.Part, name: str) -> bool:
    return isinstance(part, syntax.Variable) and part.name == name and not part.operator


def literal(word: syntax.ShellWord) -> str | None:
    """A word that the shell leaves as it is; None for any other."""
    return word.literal


def program(command: syntax.Simple) -> str:
    """The base name of a command, sudo's own left out; "" where it is computed or there is none."""
    words = [literal(word) for word in command.words[:2]]
    first = words[1] if len(words) > 1 and words[0] == "sudo" else words[0] if words else None
    return (first or "").rpartition("/")[2]
