"""Login shells that start nothing: `su USER -c COMMAND` ends in them."""

from __future__ import annotations

import pytest
from traced import chains

REFUSED = "which starts nothing; say which shell to take, as in `su -s /bin/sh`"


@pytest.mark.parametrize(
    ("made", "command", "expected"),
    [
        ("true", 'su www-data -c "x"',
         f"www-data unknown: shell keeps > su keeps > exec keeps, /usr/sbin/nologin"
         f" ? the login shell of www-data is /usr/sbin/nologin, {REFUSED}"),
        ("useradd -s /bin/false app", 'su - app -c "x"',
         f"app lost: shell keeps > su-login drops > exec keeps, /bin/false"
         f" ? the login shell of app is /bin/false, {REFUSED}"),
        ("true", 'su -s /bin/sh www-data -c "x"',
         "www-data reaches: shell keeps > su keeps > shell keeps > exec keeps, x"),
        ("chsh -s /bin/bash www-data", 'su www-data -c "x"',
         "www-data reaches: shell keeps > su keeps > shell keeps > exec keeps, x"),
        ("sed -i s,/usr/sbin/nologin,/bin/sh, /etc/passwd", 'su www-data -c "x"',
         "www-data reaches: shell keeps > su keeps > exec keeps, /usr/sbin/nologin -c x"),
    ],
)  # fmt: skip
def test_a_login_shell_that_starts_nothing(made: str, command: str, expected: str) -> None:
    assert chains(f"FROM debian:12\nRUN {made}\nCMD {command}\n") == [expected]
