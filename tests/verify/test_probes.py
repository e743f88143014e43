"""Which command tries a chain: from a Dockerfile to the probe."""

from __future__ import annotations

import pytest

import fargate_patch
from fargate_patch.verify.probes import PROBE, own, probe_of

USERS = "FROM debian:12\nRUN useradd -m -s /bin/bash app\n"


@pytest.mark.parametrize(
    ("dockerfile", "kind", "text", "user"),
    [
        ('CMD ["su", "-", "app", "-c", "work"]', "exec", f"su -s /bin/bash - app -c {PROBE}", None),
        ('CMD ["su", "app", "-c", "work"]', "exec", f"su -s /bin/sh app -c {PROBE}", None),
        ('CMD ["sudo", "-u", "app", "work"]', "exec", f"sudo -n -u app -- /bin/sh -c {PROBE}", None),
        (
            'CMD ["sudo", "su", "-", "app", "-c", "work"]',
            "exec",
            f"sudo -n -u root -- /bin/sh -c 'su -s /bin/bash - app -c {PROBE}'",
            None,
        ),
        ('RUN echo "* * * * * app work" > /etc/cron.d/job\nCMD ["cron", "-f"]', "cron", PROBE, "app"),
        (
            'RUN echo "* * * * * root sudo -u app work" > /etc/cron.d/job\nCMD ["cron", "-f"]',
            "cron",
            f"sudo -n -u app -- /bin/sh -c {PROBE}",
            "root",
        ),
        ('RUN mkdir /etc/dropbear\nCMD ["dropbear", "-F", "-p", "2222"]', "dropbear", PROBE, "app"),
        (
            'RUN echo \'/in IN_CREATE work\' > /var/spool/incron/app\nCMD ["incrond", "-n"]',
            "incron",
            PROBE,
            "app",
        ),
        ('CMD ["gosu", "app", "work"]', "exec", f"gosu app /bin/sh -c {PROBE}", None),
    ],
)
def test_the_hops_of_a_chain_are_done_again_around_the_probe(
    dockerfile: str, kind: str, text: str, user: str | None
) -> None:
    (chain,) = fargate_patch.trace((USERS + dockerfile).encode()).chains
    probe = probe_of(chain, None)
    assert (probe.kind, probe.text, probe.user) == (kind, text, user)


def test_what_nobody_here_can_start_says_so() -> None:
    text = f'{USERS}CMD ["nginx", "-g", "daemon off;"]\n'
    (chain,) = fargate_patch.trace(text.encode()).chains
    probe = probe_of(chain, None)
    assert (probe.kind, probe.text) == (None, "nginx has to be asked in its own way: give a --probe")


def test_a_person_s_own_may_hold_the_tool_s() -> None:
    (probe,) = own(["su - app -c {}"])
    assert (probe.label, probe.kind, probe.text, probe.user) == ("su - app -c {}", "exec", f"su - app -c {PROBE}", "0")
