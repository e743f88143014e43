"""What a start script writes into php-fpm's or sudo's configuration before it starts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fargate_patch import patch, trace

if TYPE_CHECKING:
    from pathlib import Path

NAME = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
POOL = "/etc/php/8.2/fpm/pool.d/www.conf"
FPM = "exec php-fpm8.2 -F"
SUDO = "exec sudo -u app /srv/app"


def verdicts(tmp_path: Path, *lines: str) -> list[str]:
    (tmp_path / "start").write_text("\n".join(("#!/bin/bash", *lines)) + "\n")
    dockerfile = b"FROM debian:12\nRUN apt-get install -y php8.2-fpm sudo\nCOPY start /start\nCMD /start\n"
    return [chain.verdict.value for chain in trace(dockerfile, context=tmp_path).chains]


@pytest.mark.parametrize(
    "lines",
    [
        (f'echo "env[{NAME}] = ${NAME}" >> {POOL}', FPM),
        (f"echo 'env[{NAME}] = ${NAME}' >> {POOL}", FPM),
        (f"printf '[www]\\nclear_env = no\\n' > {POOL.replace('www', 'zz')}", FPM),
        (f'cat > /etc/sudoers.d/aws <<EOF\nDefaults env_keep += "{NAME}"\nEOF', SUDO),
        ("echo 'Defaults env_keep+=AWS_*' >> /etc/sudoers", SUDO),
        ("echo 'Defaults !env_reset' >> /etc/sudoers", SUDO),
    ],
)
def test_a_setting_that_lets_the_variables_through_is_a_cure(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert verdicts(tmp_path, *lines) == ["reaches"]


@pytest.mark.parametrize(
    "lines",
    [
        (f"[ -z $X ] || echo 'clear_env = no' >> {POOL}", FPM),  # it may not be written
        (f"echo ';clear_env = no' >> {POOL}", FPM),
        (f"echo 'clear_env = no' >> {POOL}.bak", FPM),
        (f"echo 'env[AWS_REGION] = $AWS_REGION' >> {POOL}", FPM),
        ("echo 'Defaults env_keep += AWS_REGION' > /etc/sudoers.d/aws", SUDO),
        (f"echo 'Defaults env_keep += {NAME}' > /etc/sudoers.d/aws.conf", SUDO),  # sudo leaves a name with a dot out
    ],
)
def test_what_is_none_of_it_leaves_the_loss(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert verdicts(tmp_path, *lines) == ["lost"]


def test_a_cured_file_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "start").write_text(f"#!/bin/sh\necho 'clear_env = no' >> {POOL}\n{FPM}\n")
    dockerfile = b"FROM debian:12\nRUN apt-get install -y php8.2-fpm\nCOPY start /start\nCMD /start\n"
    result = patch(dockerfile, context=tmp_path)
    assert (result.status.value, result.new) == ("clean", dockerfile)
