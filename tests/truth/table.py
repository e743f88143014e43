"""Reads the truth table: the cases of `*.cases` as they are written, laid down as build contexts and traced.

A case is a `%% name`, a Dockerfile, `### FILE` for each file of its context, `! OPTION` for an option of the command
line, `~` for a remark and one `=> USER VERDICT [LOSER]` for each process, in any order. `?` is a user who is not known.
`! --probe COMMAND` asks in a container for what nothing else asks for, as the option of `verify` does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from fargate_patch import Options, trace
from fargate_patch.chain.model import Verdict

if TYPE_CHECKING:
    from fargate_patch import FileResult
    from fargate_patch.chain.model import Chain

HERE = Path(__file__).parent


@dataclass
class Case:
    """One case of the table as it is written."""

    name: str
    files: dict[str, list[str]] = field(default_factory=lambda: {"Dockerfile": []})
    expected: list[str] = field(default_factory=list)
    options: list[str] = field(default_factory=list)

    def said(self, option: str) -> tuple[str, ...]:
        """The values of an option, in their order."""
        return tuple(o.removeprefix(f"{option} ") for o in self.options if o.startswith(f"{option} "))

    def lay_down(self, folder: Path) -> None:
        """Write the Dockerfile and its context; a script can be executed."""
        for name, lines in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(lines) + "\n")
            path.chmod(0o755 if lines and lines[0].startswith("#!") else 0o644)

    def traced(self, folder: Path) -> FileResult:
        """What the program says of it, laid down in a folder."""
        self.lay_down(folder)
        options = Options(users=self.said("--user"), commands=self.said("--command"))
        return trace((folder / "Dockerfile").read_bytes(), context=folder, options=options)


def line_of(chain: Chain) -> str:
    """A chain as the table has it: `app lost cron`."""
    lost = chain.lost_at if chain.verdict in (Verdict.LOST, Verdict.BLANK) else None
    return " ".join(filter(None, (chain.user or "?", chain.verdict.value, lost.mechanism if lost else "")))


def read_cases(file: Path) -> list[Case]:
    cases: list[Case] = []
    into = "Dockerfile"
    for line in file.read_text().splitlines():
        if line.startswith("%% "):
            cases.append(Case(f"{file.stem}: {line[3:]}"))
            into = "Dockerfile"
        elif line.startswith("### "):
            into = line[4:]
            cases[-1].files[into] = []
        elif line.startswith("=> "):
            cases[-1].expected.append(line[3:])
        elif line.startswith("! "):
            cases[-1].options.append(line[2:])
        elif cases and not line.startswith("~"):
            cases[-1].files[into].append(line)
    return cases


CASES = [case for file in sorted(HERE.glob("*.cases")) for case in read_cases(file)]
