"""ForceCommand is what every session runs: what it starts is part of the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fargate_patch import patch

if TYPE_CHECKING:
    from pathlib import Path

DOCKERFILE = b"""FROM debian:12
RUN apt-get install -y openssh-server sudo && useradd -m deploy && useradd worker
COPY sshd_config /etc/ssh/sshd_config
CMD ["/usr/sbin/sshd", "-D"]
"""


@pytest.mark.parametrize(
    ("command", "remedies"),
    [
        ("/usr/local/bin/job", ["pam-env at sshd for deploy,worker"]),
        ("sudo -n -u worker /job", ["sudoers-file for worker"]),
        ('"su worker -c /job"', ["pam-env at su for worker"]),
        ("internal-sftp -d /srv", []),
    ],
)
def test_what_a_forced_command_starts(tmp_path: Path, command: str, remedies: list[str]) -> None:
    (tmp_path / "sshd_config").write_text(f"UsePAM yes\nForceCommand {command}\n")
    assert put_in(DOCKERFILE, tmp_path) == remedies


@pytest.mark.parametrize(
    "run",
    [
        b"printf 'Match User deploy\\n  ForceCommand sudo -u worker /job\\n' >> /etc/ssh/sshd_config",
        b"echo 'ForceCommand sudo -u worker /job' > /etc/ssh/sshd_config.d/forced.conf",
    ],
)
def test_one_beside_the_packages_own_configuration(tmp_path: Path, run: bytes) -> None:
    dockerfile = DOCKERFILE.replace(b"COPY sshd_config /etc/ssh/sshd_config", b"RUN " + run)
    assert put_in(dockerfile, tmp_path) == ["sudoers-file for worker"]


def put_in(dockerfile: bytes, context: Path) -> list[str]:
    block = patch(dockerfile, context=context).new.decode().partition("# In force: ")[2].partition("\n")[0]
    return [remedy for remedy in block.split("; ") if remedy and not remedy.startswith("entrypoint-shim")]
