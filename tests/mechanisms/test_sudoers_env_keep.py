"""What sudoers files keep, and for whom: sudoers(5), "Command environment" and "Defaults"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from traced import chains, laid_out

from fargate_patch import patch

if TYPE_CHECKING:
    from pathlib import Path

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
        (f'Defaults env_keep = "HOME"\nDefaults>app env_keep += "{URI}"', True),
        (f'Defaults env_keep += "{URI}_OLD"', False),
        ('Defaults env_keep += "AWS_REGION"', False),
        (f'Defaults>web env_keep += "{URI}"', False),
        (f'Defaults:app env_keep += "{URI}"', False),
        (f'Defaults@host env_keep += "{URI}"', False),
        (f'Defaults env_keep += "{URI}"\nDefaults env_keep = "HOME"', False),
        (f'Defaults env_keep += "{URI}"\nDefaults env_keep -= "{URI}"', False),
        (f'Defaults>app env_keep += "{URI}"\nDefaults env_keep = "HOME"', False),  # seen with 1.9.13 and 1.9.16
        (f'Defaults>app env_keep += "{URI}"\nDefaults:root env_keep = "HOME"', False),
        ("Defaults !env_reset\nDefaults env_reset", False),
        (f'Defaults env_check += "{URI}"', False),
    ],
)
def test_what_is_kept(sudoers: str, keeps: bool) -> None:
    found = "reaches: shell keeps > sudo keeps" if keeps else "lost: shell keeps > sudo filters"
    assert chains(f"{HEAD}CMD sudo -u app /x\n", {"s": sudoers + "\n"}) == [f"app {found} > exec keeps, /x"]


def test_the_rules_that_the_base_image_has() -> None:
    """wodby may keep its environment for php-fpm, also where the file gives it a rule without SETENV."""
    dockerfile = "FROM wodby/php\nRUN echo 'wodby ALL=(root) NOPASSWD: /usr/bin/x' > /etc/sudoers.d/x\n"
    assert chains(dockerfile) == [
        "www-data lost: exec keeps > sudo keeps > php-fpm filters, workers of php-fpm's pool www"
    ]


WITHOUT = "/etc/sudoers does not include /etc/sudoers.d, where a line could let the names through"
UNDONE = "a later line of env_keep in /etc/sudoers.d would take away what is added there"


@pytest.mark.parametrize(
    ("copied_to", "sudoers", "useless"),
    [
        ("/etc/sudoers", "Defaults env_reset\n", WITHOUT),
        ("/etc/sudoers", "Defaults env_reset\n# @includedir /etc/sudoers.d\n", WITHOUT),
        ("/etc/sudoers", "Defaults env_reset\n@includedir /etc/sudoers.d\n", ""),
        ("/etc/sudoers", "Defaults env_reset\n#includedir /etc/sudoers.d\n", ""),
        ("/etc/sudoers", 'Defaults env_keep = "HOME"\n@includedir /etc/sudoers.d\n', ""),
        ("/etc/sudoers.d/own", 'Defaults env_keep = "HOME"\n', UNDONE),
        ("/etc/sudoers.d/own", f'Defaults>app env_keep -= "{URI}"\n', UNDONE),
        ("/etc/sudoers.d/own", 'Defaults>web env_keep = "HOME"\n', ""),
        ("/etc/sudoers.d/base", 'Defaults env_keep = "HOME"\n', ""),
    ],
)
def test_where_a_drop_in_would_be_of_no_use(tmp_path: Path, copied_to: str, sudoers: str, useless: str) -> None:
    dockerfile = f"FROM debian:12\nRUN useradd app\nCOPY s {copied_to}\nCMD sudo -u app /x\n"
    result = patch(dockerfile.encode(), context=laid_out(tmp_path, {"s": sudoers}))
    says = f"sudo resets the environment and keeps only the names that sudoers lists; {useless}; "
    assert (result.status.value, (result.reason or "").startswith(says)) == (
        ("blocked", True) if useless else ("would-patch", False)
    )


def test_drop_ins_that_are_not_included_keep_nothing() -> None:
    dockerfile = "FROM debian:12\nRUN useradd app\nCOPY s /etc/sudoers\nCOPY d /etc/sudoers.d/d\nCMD sudo -u app /x\n"
    drop_in = f'Defaults env_keep += "{URI}"\n'
    assert chains(dockerfile, {"s": "Defaults env_reset\n", "d": drop_in}) == [
        "app lost: shell keeps > sudo filters > exec keeps, /x"
    ]
    assert chains(dockerfile, {"s": "@includedir /etc/sudoers.d\n", "d": drop_in}) == [
        "app reaches: shell keeps > sudo keeps > exec keeps, /x"
    ]
