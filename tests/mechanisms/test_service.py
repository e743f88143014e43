"""`service NAME start` clears the environment; the file that the init script reads brings it back where there is one.

Each pair of script and file was seen: Debian 12's packages, started by service with the lines in place.
"""

from __future__ import annotations

import pytest
from traced import chains, mended_by

from fargate_patch.remedies.init_default import defaults_file, is_known

SHIM = "entrypoint /usr/local/bin/fargate-env, which keeps the task role's variables in /run/fargate-env/env"
SUPERVISOR = "FROM debian:12\nRUN apt-get install -y supervisor\nCOPY web.conf /etc/supervisor/conf.d/\n"
WEB = {"web.conf": "[program:web]\ncommand=/srv/web\nuser=app\n"}


def test_the_daemon_and_all_that_it_starts_are_without_it() -> None:
    assert chains(f"{SUPERVISOR}CMD service supervisor start && sleep 1\n", WEB) == [
        "app lost: shell keeps > service drops > supervisord keeps > exec keeps, /srv/web",
        "root reaches: shell keeps > exec keeps, sleep 1",
    ]


def test_the_default_file_brings_it_back() -> None:
    lines = "/etc/default/supervisor, by which /etc/init.d/supervisor gives its daemon the variables"
    assert mended_by(f"{SUPERVISOR}CMD service supervisor start && sleep 1\n", WEB) == ("would-patch", [SHIM, lines])


def test_php_fpm_needs_its_pool_mended_as_well() -> None:
    dockerfile = "FROM debian:12\nRUN apt-get install -y php8.2-fpm\nCMD service php8.2-fpm start && sleep 1\n"
    assert chains(dockerfile) == [
        "www-data lost: shell keeps > service drops > php-fpm filters, workers of php-fpm's pool www",
        "root reaches: shell keeps > exec keeps, sleep 1",
    ]
    assert mended_by(dockerfile) == (
        "would-patch",
        [
            SHIM,
            "/etc/default/php-fpm8.2, by which /etc/init.d/php8.2-fpm gives its daemon the variables",
            "env[] lines for the php-fpm pool www in /etc/php/8.2/fpm/pool.d/zz-fargate-env-www.conf",
        ],
    )


@pytest.mark.parametrize(
    ("script", "file"),
    [
        ("supervisor", "/etc/default/supervisor"),
        ("php8.2-fpm", "/etc/default/php-fpm8.2"),
        ("apache2", "/etc/apache2/envvars"),
        ("uwsgi", "/etc/default/uwsgi"),
    ],
)
def test_which_file_an_init_script_reads(script: str, file: str) -> None:
    assert (is_known(script), defaults_file(script)) == (True, file)


@pytest.mark.parametrize("script", ["incron", "fcgiwrap", "postfix", "vsftpd", "app", "../x"])
def test_init_scripts_that_read_none_as_far_as_is_known(script: str) -> None:
    assert not is_known(script)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("[ -f /etc/default/app ] && . /etc/default/app", "would-patch"),
        ("if [ -r /etc/default/app ]; then source '/etc/default/app'; fi", "would-patch"),
        ("NAME=app\n[ -r /etc/default/$NAME ] && . /etc/default/$NAME", "would-patch"),
        ('NAME="app"\n. "/etc/default/${NAME}"', "would-patch"),
        (". /etc/default/$NAME", "blocked"),
        ("# . /etc/default/app", "blocked"),
        (". /etc/default/application", "blocked"),
        (". /lib/lsb/init-functions", "blocked"),
    ],
)
def test_what_an_init_script_of_ones_own_reads(line: str, status: str) -> None:
    script = f"#!/bin/sh\n{line}\nstart-stop-daemon --start --chuid app --exec /srv/app\n"
    dockerfile = "FROM debian:12\nRUN useradd app\nCOPY app /etc/init.d/app\nCMD service app start && sleep 1\n"
    lines = "/etc/default/app, by which /etc/init.d/app gives its daemon the variables"
    assert mended_by(dockerfile, {"app": script}) == (status, [SHIM, lines] if status == "would-patch" else [])


def test_an_init_script_of_ones_own_is_read() -> None:
    script = "#!/bin/sh\ncase $1 in\n  start) su - app -c /srv/app & ;;\nesac\n"
    dockerfile = "FROM debian:12\nRUN useradd app\nCOPY app /etc/init.d/app\nCMD service app start && sleep 1\n"
    assert chains(dockerfile, {"app": script}) == [
        "app lost: shell keeps > service drops > shell keeps > su-login drops > shell keeps > exec keeps, /srv/app",
        "root reaches: shell keeps > exec keeps, sleep 1",
    ]


def test_an_init_script_that_reads_another_file_gets_no_lines() -> None:
    dockerfile = f"{SUPERVISOR}COPY script /etc/init.d/supervisor\nCMD service supervisor start && sleep 1\n"
    assert mended_by(dockerfile, {**WEB, "script": "#!/bin/sh\nexec /usr/bin/supervisord -n\n"}) == ("blocked", [])


def test_an_unknown_service_stays_a_persons_own() -> None:
    assert mended_by("FROM debian:12\nCMD service agent start && sleep 1\n") == ("blocked", [])


def test_a_file_that_mentions_it_is_no_start() -> None:
    assert chains(f'{SUPERVISOR}RUN echo "service supervisor start"\nCMD ["sleep", "1"]\n', WEB) == [
        "root reaches: exec keeps, sleep 1"
    ]
