"""my_init and its setuser in containers: scripts of phusion/baseimage's, which no package has and nobody may keep here.

Whoever has the project's `image/bin` names it by MY_INIT, and these cases run as all others do; docs/proof.md has what
was seen with the scripts of its master branch.
"""

from __future__ import annotations

import os
from pathlib import Path

from mechanisms import STAYS, Case

NAMES = ("my_init", "setuser")
LACKING = f"{' and '.join(NAMES)} are in no package: MY_INIT= names the folder image/bin of phusion/baseimage-docker"
_FOLDER = os.environ.get("MY_INIT")
_SCRIPTS = {name: Path(_FOLDER, name).read_text(encoding="utf-8") for name in NAMES if _FOLDER}
_INSTALLED = f"COPY {' '.join(NAMES)} /sbin/\nRUN chmod 755 /sbin/my_init /sbin/setuser && mkdir -p /etc/service/it\n"


def _service(mechanism: str, command: str, *, works: bool, before: str = "") -> Case:
    """An image whose my_init starts one service of runit's."""
    run = f"{_INSTALLED}{before}COPY run /etc/service/it/run\nRUN chmod 755 /etc/service/it/run\n"
    script = f"#!/bin/sh\nexec {command}\n"
    return _case(mechanism, f'{run}CMD ["/sbin/my_init"]', works=works, files={"run": script})


def _case(mechanism: str, dockerfile: str, *, works: bool, files: dict[str, str] | None = None) -> Case:
    status = "clean" if works else "would-patch"
    return Case(mechanism, dockerfile, works, True, status=status, files={**_SCRIPTS, **(files or {})})


_ALL: dict[str, Case] = {
    "my_init": _case(
        "my-init", f'{_INSTALLED}CMD ["/sbin/my_init", "--", "/sbin/setuser", "app", "work", "600"]', works=True
    ),
    "my_init-service": _service("my-init, runit", "setuser app work 600", works=True),
    "my_init-su": _service("my-init, su-login", f'su - app -c "{STAYS}"', works=False),
    "my_init-cron": _service(
        "my-init, cron", "cron -f", works=False, before='RUN echo "* * * * * app work 0" > /etc/cron.d/job\n'
    ),
}
CASES = _ALL if _SCRIPTS else {}
