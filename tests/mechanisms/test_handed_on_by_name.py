"""`NAME=value` in a command's own words: who puts the value there, the caller's shell or the one that has lost it."""

from __future__ import annotations

import pytest
from traced import chains

HEAD = "FROM debian:12\nRUN apt-get install -y sudo && useradd -m -s /bin/bash app\n"
URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
APP = "exec keeps, /srv/app"


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (f'sudo -u app "{URI}=${URI}" /srv/app', f"app reaches: shell keeps > sudo keeps > {APP}"),
        (f'sudo -u app env {URI}="${URI}" /srv/app', f"app reaches: shell keeps > sudo keeps > exec keeps > {APP}"),
        ('sudo -u app "PATH=$PATH" /srv/app', f"app lost: shell keeps > sudo filters > {APP}"),
        ('sudo -E -u app env "PATH=$PATH" /srv/app', f"app reaches: shell keeps > sudo keeps > exec keeps > {APP}"),
        (f'env -i "PATH=$PATH" "{URI}=${{{URI}}}" /srv/app', f"root reaches: shell keeps > exec keeps > {APP}"),
        (
            f'su - app -c "{URI}=${URI} /srv/app"',
            f"app reaches: shell keeps > su-login keeps > shell keeps > {APP}",
        ),
        (
            f"su - app -c \"export {URI}='${URI}'; /srv/app\"",
            f"app reaches: shell keeps > su-login keeps > shell keeps > {APP}",
        ),
        (f"su - app -c '{URI}=${URI} /srv/app'", f"app lost: shell keeps > su-login drops > shell keeps > {APP}"),
        (
            'su - app -c "AWS_REGION=$AWS_REGION /srv/app"',
            f"app lost: shell keeps > su-login drops > shell keeps > {APP}",
        ),
    ],
)
def test_who_puts_the_value_there(command: str, found: str) -> None:
    assert chains(f"{HEAD}CMD {command}\n") == [found]
