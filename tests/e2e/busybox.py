"""Alpine in containers: su and crond are busybox's, and not what they are on Debian."""

from __future__ import annotations

from mechanisms import Case

BASE = "alpine:3.20"
_WORK = "busybox-work sleep"

CASES: dict[str, Case] = {
    "busybox-su-login": Case(
        "su-login", f'CMD ["su", "-", "app", "-c", "{_WORK} 600"]', False, True, status="would-patch", base=BASE
    ),
    "busybox-su": Case("su", f'CMD ["su", "app", "-c", "{_WORK} 600"]', True, True, status="clean", base=BASE),
    "busybox-crond": Case(
        "busybox-crond",
        f'RUN echo "* * * * * {_WORK} 0" > /etc/crontabs/app\nCMD ["crond", "-f"]',
        *(True, True),
        status="clean",
        base=BASE,
    ),
}
