"""An image that copies its environment to /etc/environment itself is not told that its PAM sessions lose it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fargate_patch import Status, patch

if TYPE_CHECKING:
    from pathlib import Path

DOCKERFILE = b"""FROM debian:12
RUN apt-get update && apt-get install -y cron && useradd app
COPY jobs /etc/cron.d/jobs
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["cron", "-f"]
"""


@pytest.mark.parametrize(
    ("line", "job", "status"),
    [
        ("printenv > /etc/environment", "app /x", Status.CLEAN),
        ("env >> /etc/environment", "app /x", Status.CLEAN),
        ('printenv | grep -v "no_proxy" >> /etc/environment', "app /x", Status.CLEAN),
        ("printenv | grep AWS_ >> /etc/environment", "app /x", Status.CLEAN),
        ("env | grep -E '^AWS|^ECS' > /etc/environment", "app /x", Status.CLEAN),
        (
            'echo "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" >> /etc/environment',
            "app /x",
            Status.CLEAN,
        ),
        ("tr '\\0' '\\n' < /proc/1/environ > /etc/environment", "app /x", Status.CLEAN),
        ("printenv | grep -v AWS >> /etc/environment", "app /x", Status.WOULD_PATCH),
        ("printenv | grep DB_ >> /etc/environment", "app /x", Status.WOULD_PATCH),
        ("printenv | grep -E '^(A|E).*' >> /etc/environment", "app /x", Status.WOULD_PATCH),
        ("printenv > /etc/container.env", "app /x", Status.WOULD_PATCH),
        ("printenv PATH > /etc/environment", "app /x", Status.WOULD_PATCH),
        ("declare -p > /etc/environment", "app /x", Status.WOULD_PATCH),
        ("printenv > /etc/environment", "root runuser -l app -c /x", Status.WOULD_PATCH),
        ("printenv > /etc/environment", "root sudo -u app /x", Status.WOULD_PATCH),
    ],
)
def test_what_a_start_script_copies(tmp_path: Path, line: str, job: str, status: Status) -> None:
    (tmp_path / "entrypoint.sh").write_text(f'#!/bin/bash\n{line}\nexec "$@"\n')
    (tmp_path / "jobs").write_text(f"* * * * * {job}\n")
    assert patch(DOCKERFILE, context=tmp_path).status is status


def test_a_copy_made_after_the_loss_is_empty(tmp_path: Path) -> None:
    (tmp_path / "entrypoint.sh").write_text("#!/bin/bash\nprintenv > /etc/environment\nexec cron -f\n")
    (tmp_path / "jobs").write_text("* * * * * app /x\n")
    dockerfile = DOCKERFILE.replace(b'["/entrypoint.sh"]', b'["env", "-i", "/entrypoint.sh"]')
    assert patch(dockerfile, context=tmp_path).status is Status.WOULD_PATCH


def test_alpine_has_no_pam_that_reads_it(tmp_path: Path) -> None:
    (tmp_path / "entrypoint.sh").write_text("#!/bin/sh\nprintenv > /etc/environment\nexec su - app -c /x\n")
    dockerfile = b'FROM alpine:3.20\nRUN adduser -D app\nCOPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\n'
    assert patch(dockerfile, context=tmp_path).status is Status.WOULD_PATCH
