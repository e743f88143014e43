"""The entrypoint shim as a script of one shell, with its folder somewhere else: what the tests of it share."""

from __future__ import annotations

import grp
import os
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import shells

from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import VARIABLES

if TYPE_CHECKING:
    from pathlib import Path

URI = "/v2/credentials/0123-abcd"
TASK = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": URI, "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}
KEPT = f"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI={URI}\nAWS_REGION=eu-west-1\nAWS_DEFAULT_REGION=eu-west-1\n"
PATH = os.environ["PATH"]
GROUP = grp.getgrgid(1).gr_name  # any group that root's files do not have by themselves
NOBODY = 65534


@dataclass(frozen=True)
class Shim:
    """The shim as a script of one shell, with the folder of the carried file somewhere else."""

    shell: tuple[str, ...]
    script: Path
    folder: Path
    user: int | None = None
    environment: dict[str, str] = field(default_factory=lambda: dict(TASK))

    @property
    def file(self) -> Path:
        return self.folder / "env"

    @property
    def argv(self) -> tuple[str, ...]:
        return (*self.shell, str(self.script))

    def run(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[bytes]:
        env = {"PATH": PATH, **self.environment, **changes}
        argv = (*self.argv, *arguments)
        return subprocess.run(argv, env=env, capture_output=True, check=False, cwd="/", **shells.identity(self.user))

    def start(self) -> None:
        """Starts a command that does nothing, which has to work silently."""
        done = self.run("true")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

    def edited(self, old: str, new: str) -> Shim:
        text = self.script.read_text()
        assert text.count(old) == 1
        self.script.write_text(text.replace(old, new))
        return self


def written(place: Path, readers: tuple[str, ...] = ()) -> tuple[Path, Path]:
    """The script, and the folder that it writes to as the build leaves it."""
    folder, script = place / "run" / "fargate-env", place / "fargate-env"
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    values = {"interpreter": "/bin/sh", "folder": str(folder), "group": GROUP, "variables": VARIABLES}
    script.write_text(render("fargate-env.sh.j2", readers=readers, **values))
    script.chmod(0o755)
    return script, folder


def mode(path: Path) -> str:
    return f"{path.stat().st_mode & 0o7777:o}"
