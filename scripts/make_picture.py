"""The picture in README.md, docs/terminal.svg, of what the command prints: `python scripts/make_picture.py` writes it.

The fonts are the viewer's own: every piece of text says how wide it is, so that the columns stand in any of them.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

REPOSITORY = Path(__file__).resolve().parents[1]
PICTURE = REPOSITORY / "docs" / "terminal.svg"
SAMPLE = REPOSITORY / "samples" / "uwsgi-su"
COMMANDS = (("Dockerfile",), ("--check", "Dockerfile"))

COLUMN, LINE, MARGIN, SIZE = 8, 20, 16, 13
CLASSES = {"1": "bold", "2": "dim", "31": "red", "32": "green", "33": "yellow"}
STYLE = """\
.page { fill: #f6f8fa; stroke: #d0d7de }
text { fill: #1f2328; font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace }
.bold { font-weight: bold } .dim { fill: #59636e } .red { fill: #c21c26 }
.green { fill: #116329 } .yellow { fill: #7d4e00 }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117; stroke: #3d444d }
text { fill: #e6edf3 } .dim { fill: #9198a1 } .red { fill: #ff7b72 } .green { fill: #56d364 } .yellow { fill: #e3b341 }
}
"""


def session(commands: Sequence[Sequence[str]] = COMMANDS) -> str:
    """What a terminal shows when the commands are typed beside the sample, with its colours."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "sample"
        shutil.copytree(SAMPLE, folder)
        return "\n".join(f"$ fargate-patch {' '.join(words)}\n{_printed(words, folder)}" for words in commands)


def _printed(words: Sequence[str], folder: Path) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FARGATE_PATCH_", "LC_"))}
    return subprocess.run(
        [sys.executable, "-m", "fargate_patch", "--isolated", "--color=always", *words],
        cwd=folder,
        env={**kept, "PYTHONPATH": str(REPOSITORY), "PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout


def picture(shown: str) -> str:
    """What a terminal shows as SVG; colours that it has no class for are left out."""
    lines = [list(_pieces(line)) for line in shown.splitlines()]
    width = 2 * MARGIN + COLUMN * max(sum(len(text) for text, _ in line) for line in lines)
    height = 2 * MARGIN + LINE * len(lines)
    rows = (row for number, line in enumerate(lines) for row in _row(line, MARGIN + LINE * number + SIZE))
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" role="img">',
            "<title>fargate-patch in a terminal</title>",
            f"<style>\n{STYLE}</style>",
            f'<rect class="page" x=".5" y=".5" width="{width - 1}" height="{height - 1}" rx="8"/>',
            *rows,
            "</svg>\n",
        )
    )


def _pieces(line: str) -> Iterator[tuple[str, str]]:
    """The words of a line between two changes of colour, each with its class."""
    now = ""
    for number, part in enumerate(re.split("\x1b\\[([0-9]*)m", line)):
        if number % 2:
            now = CLASSES.get(part, "")
        elif part:
            yield part, now


def _row(line: Sequence[tuple[str, str]], base: int) -> Iterator[str]:
    column = 0
    for text, name in line:
        if stripped := text.strip():
            x = MARGIN + COLUMN * (column + len(text) - len(text.lstrip()))
            named = f' class="{name}"' if name else ""
            width = COLUMN * len(stripped)
            yield (
                f'<text x="{x}" y="{base}" textLength="{width}" xml:space="preserve"{named}>{escape(stripped)}</text>'
            )
        column += len(text)


if __name__ == "__main__":
    PICTURE.write_text(picture(session()), "utf-8")
