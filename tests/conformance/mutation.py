"""Files that people could have typed, and what an editor, a merge or a converter makes of them.

A mutation is a function of a random source and of lines; `mutated` draws a few of them. The same seed gives the same
file everywhere.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dockerfile_cases import CASES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    Mutation = Callable[[Random, list[bytes]], None]

ROOT = Path(__file__).parents[2]
ENDS = (
    b"\n",
    b"\r\n",
    b"\r",
    b"",
    b" \n",
    b"\\\n",
    b"\\ \n",
    b"`\n",
    b"\\\\\n",
    b"\n\n",
    b"\x0b\n",
    b"\x85\n",
    b"\f\n",
)
PIECES = (
    *(
        b"\\",
        b"`",
        b'"',
        b"'",
        b"#",
        b"$",
        b"${X}",
        b"[",
        b"]",
        b"<<EOF",
        b"<<-'A'",
        b"<<",
        b"\t",
        b" ",
        b"  ",
        b"--x=y",
    ),
    *(b"\r", b"\0", b"\xef\xbb\xbf", b"\xf6", b"\xc3", b"\xa0", b"\xc2\xa0", b"\xe2\x80\xa8", b"\xed\xa0\x80", b"\x1f"),
    *(b"EOF", b"A", b"=", b"\\\n", b"\n", b"\n#\n", b"&&", b",", b"{", b"}", b"\x1b[31m", b"%", b"{{ x }}"),
)
LINES = (
    *(b"# escape=`\n", b"#syntax=a\n", b"# x \\\n", b"\n", b" \n", b"EOF\n", b"\tEOF\n", b"FROM b AS c\n", b"from a\n"),
    *(b"RUN <<EOF\n", b"COPY <<-EOF /a\n", b"ONBUILD RUN x\n", b"USER u:g\n"),
    *(b"SHELL [\"/bin/sh\", \"-c\"]\n", b"CMD [\n"),
    *(b"ENTRYPOINT []\n", b"ENV A=1 B\n", b"LABEL a=\"b \\\n", b"HEALTHCHECK NONE\n", b"\\\n", b"}\n", b"]\n"),
)  # fmt: skip


def files() -> tuple[bytes, ...]:
    """The samples and the table of nasty cases: what the mutations start from.

    Without the cases of many `${…}` in each other: BuildKit takes twice the time for each level.
    """
    samples = sorted(path for path in (ROOT / "samples").rglob("Dockerfile*") if path.is_file())
    return (
        *(path.read_bytes() for path in samples),
        *(c.data for c in CASES.values() if len(c.data) < 10_000 and c.data.count(b"${") < 10),
    )


def mutated(random: Random, data: bytes) -> bytes:
    """The file with one to six mutations."""
    lines = data.splitlines(keepends=True) or [b""]
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4, 6))):
        random.choice(MUTATIONS)(random, lines)
        lines = lines or [b""]
    return b"".join(lines)


def _at(random: Random, lines: list[bytes]) -> int:
    return random.randrange(len(lines))


def _body(line: bytes) -> bytes:
    return line.rstrip(b"\r\n")


def deleted(random: Random, lines: list[bytes]) -> None:
    start = _at(random, lines)
    del lines[start : start + random.choice((1, 1, 2, 5))]


def doubled(random: Random, lines: list[bytes]) -> None:
    start = _at(random, lines)
    lines[start:start] = lines[start : start + random.choice((1, 1, 3))]


def swapped(random: Random, lines: list[bytes]) -> None:
    one, other = _at(random, lines), _at(random, lines)
    lines[one], lines[other] = lines[other], lines[one]


def joined(random: Random, lines: list[bytes]) -> None:
    at = _at(random, lines)
    lines[at] = _body(lines[at])


def rewrapped(random: Random, lines: list[bytes]) -> None:
    """A continuation at a blank of the line, or in the middle of a word."""
    at = _at(random, lines)
    line, escape = lines[at], random.choice((b"\\", b"\\", b"`"))
    blanks = [n for n, byte in enumerate(line) if byte in b" \t"]
    cut = random.choice(blanks) if blanks and random.random() < 0.8 else random.randrange(len(line) + 1)
    between = escape + random.choice((b"\n", b" \n", b"\r\n", b"\n\n", b"\n# c\n", b"\n  ", b"\n\t# c \\\n"))
    lines[at] = line[:cut] + between + line[cut:]


def reterminated(random: Random, lines: list[bytes]) -> None:
    """One line, or all of them, with another end."""
    end = random.choice(ENDS)
    chosen = range(len(lines)) if random.random() < 0.3 else (_at(random, lines),)
    for at in chosen:
        lines[at] = _body(lines[at]) + end


def reencoded(random: Random, lines: list[bytes]) -> None:
    data = b"".join(lines)
    text = data.decode("utf-8", "replace")
    made = random.choice(
        (
            lambda: b"\xef\xbb\xbf" + data,
            lambda: text.encode("latin-1", "replace"),
            lambda: text.encode("utf-16"),
            lambda: data.replace(b" ", b"\xc2\xa0", 1),
            lambda: data.replace(b"e", b"\xe9", 1),
            lambda: data.replace(b"\n", b"\0\n", 1),
            data.upper,
            data.lower,
        )
    )()
    lines[:] = made.split(b"\n")
    lines[:-1] = [line + b"\n" for line in lines[:-1]]


def spliced(random: Random, lines: list[bytes]) -> None:
    """A piece put in somewhere, or a few bytes taken out."""
    at = _at(random, lines)
    line = lines[at]
    cut = random.randrange(len(line) + 1)
    lines[at] = (
        line[:cut]
        + (random.choice(PIECES) if random.random() < 0.7 else b"")
        + line[cut + random.choice((0, 0, 1, 3)) :]
    )


def foreign(random: Random, lines: list[bytes]) -> None:
    lines.insert(_at(random, lines), random.choice(LINES))


MUTATIONS: tuple[Mutation, ...] = (
    *(deleted, doubled, swapped, joined, rewrapped, rewrapped, reterminated, reencoded, spliced, spliced, foreign),
)


def mutations(random: Random, count: int) -> Iterator[bytes]:
    """`count` mutated files."""
    originals = files()
    for _ in range(count):
        yield mutated(random, random.choice(originals))
