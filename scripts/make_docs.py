"""Write the pages of docs/ that come from the handbook: one for each finding, mechanism and remedy, and their indexes.

python scripts/make_docs.py            write them, and take away what is no longer there
python scripts/make_docs.py --check    write nothing; exit code 1 where a page is not what it would be
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fargate_patch import handbook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fargate_patch.handbook import Entry

DOCS = Path(__file__).resolve().parents[1] / "docs"

_CODES = """\
# Findings

What `fargate-patch` can find, by code. FP1xx: the task role's variables are lost. FP2xx: a cure by hand that does not
work, or does harm. FP3xx: credentials or settings that go before the task role. FP0xx and FP9xx: about the file and its
comments. An `error` that is not mended makes the exit code 1; a `warning` or a `note` does not.
"""
_MECHANISMS = """\
# Mechanisms

The programs between PID 1 and an application, and what each does to the environment. Those with a code lose the task
role's variables, those without hand them on.
"""
_REMEDIES = """\
# Remedies

What `fargate-patch` puts into an image. The plan takes the least of them that makes every process reach.
"""


def pages() -> dict[str, str]:
    """The text of every generated page, by its path below docs/."""
    entries = handbook.entries()
    return {
        **dict(_room("codes", _CODES, [e for e in entries if e.code], lambda e: e.code or "")),
        **dict(_room("mechanisms", _MECHANISMS, [e for e in entries if e.kind == handbook.MECHANISM], _name)),
        **dict(_room("remedies", _REMEDIES, [e for e in entries if e.kind == handbook.REMEDY], _name)),
    }


def _name(entry: Entry) -> str:
    return entry.name


def _room(folder: str, head: str, entries: list[Entry], name: Callable[[Entry], str]) -> Iterator[tuple[str, str]]:
    ordered = sorted(entries, key=name)
    yield f"{folder}/index.md", f"{head}\n{_table(ordered, name)}\n"
    for entry in ordered:
        yield f"{folder}/{name(entry)}.md", handbook.page(entry)


def _table(entries: list[Entry], name: Callable[[Entry], str]) -> str:
    """A row an entry; no column for the level where none has one."""
    rows = [(f"[{name(e)}]({name(e)}.md)", e.level or "", e.heading.partition(": ")[2]) for e in entries]
    shown = [("", "Level", "What it is"), *rows]
    if not any(level for _, level, _ in rows):
        shown = [(link, what) for link, _, what in shown]
    head, *body = (f"| {' | '.join(row)} |" for row in shown)
    return "\n".join((head, "|" + "---|" * len(shown[0]), *body))


def differing(folder: Path = DOCS) -> tuple[str, ...]:
    """The pages that are not as they would be written: missing, other, or no longer there to be."""
    wanted = pages()
    rooms = {Path(path).parts[0] for path in wanted}
    there = {path.relative_to(folder).as_posix() for room in rooms for path in (folder / room).glob("*.md")}
    wrong = (path for path, text in wanted.items() if path not in there or (folder / path).read_text("utf-8") != text)
    return tuple(sorted({*wrong, *(there - wanted.keys())}))


def write(folder: Path = DOCS) -> None:
    wanted = pages()
    for path in differing(folder):
        target = folder / path
        if path not in wanted:
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(wanted[path], "utf-8")


def main(arguments: list[str]) -> int:
    if arguments == ["--check"]:
        wrong = differing()
        sys.stdout.write("".join(f"{path} is not up to date: make docs\n" for path in wrong))
        return int(bool(wrong))
    write()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
