"""The block: what is injected, between two marker lines, in the Dockerfile.

The text between the markers carries what stood there before (`# Before: …`, one line for one) and what is in force,
so that the file alone is enough to take the block out byte for byte, to renew it, and to refuse it where a person
edited it.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import TYPE_CHECKING

from fargate_patch.dataclass import dataclass
from fargate_patch.regex import regex
from fargate_patch.remedies.model import Remedy
from fargate_patch.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fargate_patch.dockerfile.scanner import Source

STRATEGIES = ("auto", "profile", "bashrc", "shim")  # that a block may record
OURS = frozenset({"RUN", "USER", "SHELL", "ENTRYPOINT", "CMD"})  # the instructions that a block may hold

START = regex(rb"# >>> fargate-patch (\d[\w.]*): .* >>>\r?\n?$")
END = regex(rb"# <<< fargate-patch ([0-9a-f]{16}) <<<\r?\n?$")
MARK = regex(rb"#\s*(>>>|<<<) fargate-patch\b")
BEFORE = b"# Before: "
IN_FORCE = "# In force"
NOTHING = "nothing"


class BlockError(ValueError):
    """A block of ours cannot be taken for granted: it was edited by hand, or one of its markers is gone.

    `line` is 1-based.
    """

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided when the block was put in: it holds for every later run that says nothing else."""

    strategy: str = "auto"
    users: tuple[str, ...] = ()
    fix_legacy: bool = False  # the known one-liner was to be taken out


@dataclass(frozen=True)
class Block:
    """One block as found: the lines `start` to `end` (0-based, `end` excluded) of the file, markers included."""

    start: int
    end: int
    version: str
    lines: tuple[bytes, ...]

    @cached_property
    def before(self) -> tuple[bytes, ...]:
        """The lines that stood here before."""
        return tuple(line[len(BEFORE) :] for line in self.lines if line.startswith(BEFORE))


def find(source: Source) -> tuple[Block, ...]:
    """The blocks of a file. A line within an instruction (a heredoc's, say) is no marker, whatever it looks like.

    Raises BlockError for a block that is damaged or was edited, and for one that holds what no block of ours does: the
    checksum guards against an accident, not against somebody who makes one up.
    """
    lines = source.lines
    marks = [number for number, line in enumerate(lines) if b" fargate-patch" in line and MARK.match(line)]
    within = {n for i in source.instructions for n in range(i.start, i.end)} if marks else set()
    blocks: list[Block] = []
    start: int | None = None
    for number in marks:
        if number in within:
            continue
        line = lines[number]
        opening, closing = START.match(line), END.match(line)
        if opening and start is None:
            start = number
        elif closing and start is not None:
            blocks.append(_block(lines, start, number + 1, closing[1].decode()))
            start = None
        else:
            raise BlockError("the markers of fargate-patch's block do not fit together", number + 1)
    if start is not None:
        raise BlockError("the end of fargate-patch's block is missing", start + 1)
    _refuse_forged(source, blocks)
    return tuple(blocks)


def _refuse_forged(source: Source, blocks: Sequence[Block]) -> None:
    """Raises BlockError: a foreign instruction in a block, or one that a revert would bring to life."""
    starts = [i.start for i in source.instructions]
    for block in blocks:
        held = source.instructions[bisect_left(starts, block.start) : bisect_left(starts, block.end)]
        if foreign := next((i.name for i in held if i.name not in OURS), None):
            raise BlockError(
                f"a block of fargate-patch holds no {foreign[:40]}: somebody else made this one", block.start + 1
            )
        if block.before and not _was_taken_out(source, block):
            raise BlockError(
                "what the block says it took the place of is nothing that fargate-patch takes out", block.start + 1
            )


def _was_taken_out(source: Source, block: Block) -> bool:
    """Is what stood there one ENTRYPOINT, or a RUN of the known one-liner and nothing else?"""
    from fargate_patch.dockerfile.scanner import DockerfileError, continues, scan
    from fargate_patch.legacy import holds_nothing_else

    if any(MARK.match(line) for line in block.before):
        return False
    head = b"# escape=`\n" if source.escape == "`" else b"# -\n"
    try:
        stood = scan(head + b"".join(block.before)).instructions
    except DockerfileError:
        return False
    if len(stood) != 1 or stood[0].heredocs:
        return False
    if block.end < len(source.lines) and continues(block.before[-1], source.escape):
        return False  # it would swallow what follows
    return stood[0].name == "ENTRYPOINT" or (stood[0].name == "RUN" and holds_nothing_else(stood[0], source.escape))


def _block(lines: Sequence[bytes], start: int, end: int, stated: str) -> Block:
    if checksum(lines[start + 1 : end - 1]) != stated:
        raise BlockError("fargate-patch's block was edited by hand", start + 1)
    version = START.match(lines[start])
    return Block(start, end, version[1].decode() if version else "", tuple(lines[start:end]))


def checksum(lines: Sequence[bytes]) -> str:
    """The first 16 hex digits of the text's SHA-256, whatever line ends git gave it."""
    import hashlib

    text = b"".join(lines).replace(b"\r\n", b"\n").removesuffix(b"\n")
    return hashlib.sha256(text).hexdigest()[:16]


def restore(source: Source) -> bytes:
    """The file as it was before its blocks. A file without one comes back as it is. Raises BlockError as `find`."""
    lines = source.lines
    out: list[bytes] = []
    at = 0
    for block in find(source):
        out.extend(lines[at : block.start])
        out.extend(block.before)
        at = block.end
    out.extend(lines[at:])
    if at and at == len(lines) and out and not lines[-1].endswith(b"\n"):
        ending = b"\r\n" if lines[at - 2].endswith(b"\r\n") else b"\n"
        out[-1] = out[-1].removesuffix(ending)
    return b"".join(out)


def enclose(summary: str, body: Sequence[str], before: Sequence[bytes], newline: bytes) -> tuple[bytes, ...]:
    """The lines of a block, each with its line end: markers, body, checksum.

    `body` has a place for `before` where it says BEFORE.
    """
    inner: list[bytes] = []
    stood_before = BEFORE.decode()
    for line in body:
        if line == stood_before:
            inner.extend(BEFORE + (raw if raw.endswith(b"\n") else raw + newline) for raw in before)
        else:
            inner.append(line.encode("utf-8", "surrogateescape") + newline)
    start = f"# >>> fargate-patch {__version__}: {summary} >>>".encode() + newline
    end = f"# <<< fargate-patch {checksum(inner)} <<<".encode() + newline
    return (start, *inner, end)


def in_force_line(remedies: Sequence[Remedy], decision: Decision) -> str:
    """The line by which a later run knows what the block does and who decided it."""
    said = [f"--strategy {decision.strategy}"] if decision.strategy != "auto" else []
    said += [f"--user {user}" for user in decision.users]
    said += ["--fix-legacy"] if decision.fix_legacy else []
    return f"{IN_FORCE}{' (' + ' '.join(said) + ')' if said else ''}: {'; '.join(map(str, remedies)) or NOTHING}"


def in_force(blocks: Sequence[Block]) -> tuple[tuple[Remedy, ...], Decision]:
    """What the blocks of a file say they have in force. Raises BlockError where that is nothing that a block says."""
    for block in blocks:
        for line in _texts(block):
            if line.startswith(IN_FORCE):
                options, _, listed = line.removeprefix(IN_FORCE).partition(": ")
                remedies = tuple(_remedy(text) for text in listed.split("; ") if text not in ("", NOTHING))
                decision = _decision(options)
                if line != in_force_line(remedies, decision) or not _possible(remedies, decision):
                    raise BlockError(
                        "what the block says is in force is nothing that fargate-patch writes", block.start + 1
                    )
                return remedies, decision
    return (), Decision()


def _possible(remedies: Sequence[Remedy], decision: Decision) -> bool:
    from fargate_patch.remedies.kind import kinds
    from fargate_patch.remedies.variables import safe_name

    users = (*decision.users, *(user for remedy in remedies for user in remedy.users))
    return (
        decision.strategy in STRATEGIES
        and all(map(safe_name, users))
        and all(remedy.name in kinds() for remedy in remedies)
    )


def _texts(block: Block) -> Iterator[str]:
    for line in block.lines:
        yield line.decode("utf-8", "surrogateescape").rstrip("\r\n")


def _remedy(text: str) -> Remedy:
    rest, _, users = text.partition(" for ")
    name, _, at = rest.partition(" at ")
    return Remedy(name, at, tuple(users.split(",")) if users else ())


def _decision(text: str) -> Decision:
    given = text.strip(" ()").split()
    words = [word for word in given if word != "--fix-legacy"]
    pairs = list(zip(words[::2], words[1::2], strict=False))
    strategy = next((value for key, value in pairs if key == "--strategy"), "auto")
    return Decision(strategy, tuple(value for key, value in pairs if key == "--user"), "--fix-legacy" in given)
