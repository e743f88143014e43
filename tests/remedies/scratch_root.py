"""A small root of its own, in which the commands for a RUN are run for real under the shells that images bring."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import shells

from fargate_patch.remedies.kind import kinds
from fargate_patch.remedies.model import Remedy, Site

STUBS = Path(__file__).parent.parent / "e2e/roots/alpine/usr/sbin"  # addgroup, which Debian's busybox lacks
DEBIAN = Site("debian", "root", ())


@dataclass(frozen=True)
class Image:
    """A root with busybox's programs and one more shell, which is its /bin/sh."""

    root: Path
    shell: str

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.parent.resolve().is_relative_to(self.root.resolve()):
            raise ValueError(f"{path} leads out of the scratch root")
        file.unlink(missing_ok=True)  # a link would be followed out of the root, to this machine's own file
        file.write_text(text)
        file.chmod(mode)

    def read(self, path: str) -> str:
        return (self.root / path.lstrip("/")).read_text()

    def mode(self, path: str) -> str:
        return f"{(self.root / path.lstrip('/')).stat().st_mode & 0o7777:o}"

    def run(self, script: str) -> tuple[int, str]:
        """A RUN of a Dockerfile: exit code and what went to stderr."""
        argv = ("chroot", str(self.root), "/bin/sh", "-c", script)
        done = subprocess.run(argv, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, capture_output=True, check=False)
        assert done.stdout == b""
        return done.returncode, done.stderr.decode()

    def build(self, *remedies: Remedy, site: Site = DEBIAN) -> tuple[int, str]:
        return self.run(shells.joined(kinds()[remedies[0].name].setup(remedies, site)))


def made_for(shell: str, tmp_path: Path) -> Image:
    busybox = shutil.which("busybox")
    shells.needed(busybox, "busybox is not installed")
    for folder in ("bin", "sbin", "usr/bin", "usr/sbin", "dev", "etc", "run", "tmp"):
        (tmp_path / folder).mkdir(parents=True)
    os.mknod(tmp_path / "dev" / "null", 0o020666, os.makedev(1, 3))
    (tmp_path / "dev" / "null").chmod(0o666)
    copied(str(busybox), tmp_path, "/bin/busybox")
    subprocess.run(("chroot", str(tmp_path), "/bin/busybox", "--install", "-s"), check=True)
    if shell != "ash":
        copied(shells.command(shell)[0], tmp_path, "/bin/sh")
    made = Image(tmp_path, shell)
    made.write("/bin/bash", '#!/bin/sh\n[ "$1" != -p ] || shift\nexec /bin/sh "$@"\n', 0o755)
    for stub in STUBS.iterdir():
        if not (tmp_path / "usr" / "sbin" / stub.name).exists():
            made.write(f"/usr/sbin/{stub.name}", stub.read_text(), 0o755)
    made.write("/etc/passwd", "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n")
    made.write("/etc/group", "root:x:0:\napp:x:1000:\n")
    made.write("/etc/profile", 'for s in /etc/profile.d/*.sh; do . "$s"; done\n')
    return made


def copied(program: str, root: Path, path: str) -> None:
    """The program and the libraries that it is linked with."""
    target = root / path.lstrip("/")
    target.unlink(missing_ok=True)
    shutil.copy(program, target)
    linked = subprocess.run(("ldd", program), capture_output=True, check=False, text=True).stdout
    for library in (word for word in linked.split() if word.startswith("/")):
        (root / library.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, root / library.lstrip("/"))
