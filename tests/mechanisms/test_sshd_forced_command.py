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
    result = patch(DOCKERFILE, context=tmp_path)
    block = result.new.decode().partition("# In force: ")[2].partition("\n")[0]
    said = [r for r in block.split("; ") if r and not r.startswith("entrypoint-shim")]
    assert said == remedies
