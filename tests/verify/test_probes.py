"""Which command tries a chain: from a Dockerfile to the probe."""

from __future__ import annotations

import pytest

import fargate_patch
from fargate_patch.verify.probes import PROBE, on_demand, own, probe_of

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
        (
            "RUN echo 'app unix - n n - - pipe user=app argv=/srv/deliver' >> /etc/postfix/master.cf\n"
            'CMD ["postfix", "start-fg"]',
            "postfix",
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
    probe = probe_of(chain)
    assert (probe.kind, probe.text, probe.user) == (kind, text, user)


@pytest.mark.parametrize("command", ['["nginx", "-g", "daemon off;"]', '["postfix", "start-fg"]'])
def test_a_server_that_starts_nothing_of_the_application_waits_for_nobody(command: str) -> None:
    (chain,) = fargate_patch.trace(f"FROM debian:12\nCMD {command}\n".encode()).chains
    assert on_demand(chain) is None
    assert (probe_of(chain).kind, probe_of(chain).text) == ("exec", PROBE)


def test_a_pool_that_keeps_is_asked_by_its_own_name() -> None:
    pool = "[api]\\nuser = app\\nclear_env = no\\n"
    write = f"RUN rm /etc/php/8.2/fpm/pool.d/www.conf && printf '{pool}' > /etc/php/8.2/fpm/pool.d/api.conf\n"
    (chain,) = fargate_patch.trace(f'{USERS}{write}CMD ["php-fpm8.2", "-F"]\n'.encode()).chains
    probe = probe_of(chain)
    assert (chain.verdict.value, probe.kind, probe.text) == ("reaches", "php-fpm", "api")


def test_a_job_that_reads_a_file_of_its_own_cannot_be_stood_in_for() -> None:
    start = "export -p > /env.sh; exec cron -f"
    table = "RUN echo '* * * * * . /env.sh; work' | crontab -u app -\n"
    (chain,) = fargate_patch.trace(f'{USERS}{table}CMD ["sh", "-c", "{start}"]\n'.encode()).chains
    assert (chain.verdict.value, probe_of(chain).kind) == ("reaches", None)


def test_what_nobody_here_can_start_says_so() -> None:
    text = f'{USERS}CMD ["shiny-server"]\n'
    (chain,) = fargate_patch.trace(text.encode()).chains
    probe = probe_of(chain)
    assert (probe.kind, probe.text) == (None, "shiny-server has to be asked in its own way: give a --probe")


def test_a_person_s_own_may_hold_the_tool_s() -> None:
    (probe,) = own(["su - app -c {}"])
    assert (probe.label, probe.kind, probe.text, probe.user) == ("su - app -c {}", "exec", f"su - app -c {PROBE}", "0")
