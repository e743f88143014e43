"""What sudoers files keep, and for whom: sudoers(5), "Command environment" and "Defaults"."""

from __future__ import annotations

import pytest
from traced import chains

HEAD = "FROM debian:12\nRUN apt-get install -y sudo && useradd app\nCOPY s /etc/sudoers.d/s\n"
URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"


@pytest.mark.parametrize(
    ("sudoers", "keeps"),
    [
        (f'Defaults env_keep += "{URI}"', True),
        (f"Defaults env_keep+={URI}, !lecture", True),
        (f'Defaults env_keep = "HOME {URI}"', True),
        ('Defaults env_keep += "AWS_*"', True),
        ('Defaults env_keep += "*"', True),
        ("Defaults !env_reset", True),
        (f'Defaults>app env_keep += "{URI}"', True),
        (f'Defaults>web,app env_keep += "{URI}"', True),
        (f'Defaults>ALL env_keep += "{URI}"', True),
        (f'Defaults:root env_keep += "{URI}"', True),
        (f'Defaults>app env_keep += "{URI}"\nDefaults env_keep = "HOME"', True),
        (f'Defaults env_keep += "{URI}_OLD"', False),
        ('Defaults env_keep += "AWS_REGION"', False),
        (f'Defaults>web env_keep += "{URI}"', False),
        (f'Defaults:app env_keep += "{URI}"', False),
        (f'Defaults@host env_keep += "{URI}"', False),
        (f'Defaults env_keep += "{URI}"\nDefaults env_keep = "HOME"', False),
        (f'Defaults env_keep += "{URI}"\nDefaults env_keep -= "{URI}"', False),
        ("Defaults !env_reset\nDefaults env_reset", False),
        (f'Defaults env_check += "{URI}"', False),
    ],
)
def test_what_is_kept(sudoers: str, keeps: bool) -> None:
    found = "reaches: shell keeps > sudo keeps" if keeps else "lost: shell keeps > sudo filters"
    assert chains(f"{HEAD}CMD sudo -u app /x\n", {"s": sudoers + "\n"}) == [f"app {found} > exec keeps, /x"]
