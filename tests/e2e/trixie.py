"""Debian 13 in containers: what of it is another program than Debian 12's, cronie and util-linux's login among them.

These cases run with FARGATE_PATCH_ALL_CASES set and by `make proof`, for they need a base image of their own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mechanisms import CASES as BOOKWORM

if TYPE_CHECKING:
    from mechanisms import Case

_INSTALLED = "RUN apt-get install -y cronie\n"
_CRONIE = _INSTALLED + BOOKWORM["cron"].dockerfile.replace('CMD ["cron", "-f"]', 'CMD ["crond", "-n"]')
_TABLE = f'{_INSTALLED}RUN echo "* * * * * work 0" | crontab -u app -\nCMD ["crond", "-n", "-P"]'
_SERVICE = _INSTALLED + BOOKWORM["service-cron"].dockerfile.replace("service cron ", "service cronie ")
_AGAIN = ("su-login", "runuser-login", "sudo", "sudo-su", "login", "sshd", "sshd-force-command-sudo")


def _on_trixie(name: str, **changes: Any) -> Case:
    return replace(BOOKWORM[name], base="debian:13", **changes)


CASES: dict[str, Case] = {
    "cronie": _on_trixie("cron", mechanism="cronie", dockerfile=_CRONIE),
    "cronie-user-table": _on_trixie("cron", mechanism="cronie", dockerfile=_TABLE),
    "service-cronie": _on_trixie("service-cron", mechanism="service, cronie", dockerfile=_SERVICE),
    "php-fpm-8.4": _on_trixie("php-fpm", dockerfile=BOOKWORM["php-fpm"].dockerfile.replace("8.2", "8.4")),
    **{f"{name}-13": _on_trixie(name) for name in _AGAIN},
}
