"""Managers that start a Procfile's lines, and concurrently. Seen: foreman 0.87, honcho 2."""

from __future__ import annotations

import pytest
from traced import chains

FILE = "# web: never\nweb: gunicorn -u app app:app\n\njob: su - app -c 'python job.py'\nx\n"
WEB = "app reaches: exec keeps > shell keeps > gunicorn keeps, gunicorn workers"
JOB = "app lost: exec keeps > shell keeps > su-login drops > shell keeps > exec keeps, python job.py"
HEAD = "FROM debian:12\nWORKDIR /srv\nCOPY Procfile /srv/Procfile\nCOPY Procfile /etc/procs\n"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ('["honcho", "start"]', [WEB, JOB]),
        ('["honcho", "-f", "/etc/procs", "start", "web"]', [WEB]),
        ('["foreman", "start", "-f", "/etc/procs", "-p", "80"]', [WEB, JOB]),
        ('["forego", "start", "-f", "/etc/procs", "job"]', [JOB]),
        ('["goreman", "-f", "Procfile", "start"]', [WEB, JOB]),
        ('["overmind", "s", "-f", "Procfile"]', [WEB, JOB]),
        ('["hivemind"]', [WEB, JOB]),
        ('["hivemind", "/etc/procs"]', [WEB, JOB]),
        ('["honcho", "run", "su", "-", "app", "-c", "x"]',
         ["app lost: exec keeps > su-login drops > shell keeps > exec keeps, x"]),
        ('["honcho", "check"]', ["root reaches: exec keeps, honcho check"]),
        ('["concurrently", "--names", "a,b", "gunicorn -u app app:app", "su - app -c \'python job.py\'"]', [WEB, JOB]),
    ],
)  # fmt: skip
def test_what_they_start(command: str, expected: list[str]) -> None:
    assert chains(f"{HEAD}CMD {command}\n", {"Procfile": FILE}) == expected


def test_a_file_that_is_not_in_view() -> None:
    reason = "Procfile is not among the files that the build copies, so its processes are not known"
    assert chains('FROM debian:12\nCMD ["honcho", "start"]\n') == [f"root unknown: exec keeps, honcho ? {reason}"]
