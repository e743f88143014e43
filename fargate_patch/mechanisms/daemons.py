"""Init scripts by name and the daemon that each starts, for `service NAME start` and `/etc/init.d/NAME start`."""

from __future__ import annotations

DAEMONS = {
    "apache2": ("apache2ctl", "-k", "start"),
    "cron": ("cron",),
    "crond": ("crond",),
    "cronie": ("crond",),
    "httpd": ("httpd", "-k", "start"),
    "nginx": ("nginx",),
    "openssh-server": ("sshd",),
    "postfix": ("postfix", "start"),
    "ssh": ("sshd",),
    "sshd": ("sshd",),
    "supervisor": ("supervisord", "-c", "/etc/supervisor/supervisord.conf"),
    "supervisord": ("supervisord",),
    "incron": ("incrond",),
    "anacron": ("anacron",),
    "atd": ("atd",),
    "uwsgi": ("uwsgi", "--ini", "/usr/share/uwsgi/conf/default.ini"),
}


def daemon(script: str) -> tuple[str, ...]:
    """The command line of the daemon behind an init script.

    It is from the table, else the program of the same name (`php8.2-fpm` aside).
    """
    if script.startswith("php") and script.endswith("-fpm"):
        return ("php-fpm" + script.removeprefix("php").removesuffix("-fpm"),)
    return DAEMONS.get(script, (script,))
