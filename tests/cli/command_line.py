"""What a command line came to, and the Dockerfiles that the tests of the command line use."""

from __future__ import annotations

from dataclasses import dataclass

LOST = b'FROM debian:12\nRUN useradd -m -s /bin/bash app\nCMD ["su", "-", "app", "-c", "python3 app.py"]\n'
CLEAN = b'FROM debian:12\nUSER app\nCMD ["/usr/bin/gunicorn", "app:app"]\n'


@dataclass(frozen=True)
class Run:
    """What a command line came to."""

    code: int
    out: bytes
    err: str
