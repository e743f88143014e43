"""supervisord: what its configuration says of programs and users, `%(…)s` in it read as supervisor 4.2 does."""

from __future__ import annotations

import pytest
from traced import chains

BASE = (
    'FROM debian:12\nENV WORKER="sudo -u app /srv/worker" ACCOUNT=app\nCOPY app.conf /etc/supervisor/supervisord.conf\n'
)
CMD = 'CMD ["supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"]\n'


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("command=/srv/%(program_name)s", "root reaches: supervisord keeps > exec keeps, /srv/web"),
        ("command=/srv/x-%(process_num)02d", "root reaches: supervisord keeps > exec keeps, /srv/x-0"),
        ("command=%(here)s/x", "root reaches: supervisord keeps > exec keeps, /etc/supervisor/x"),
        ("command=date +%%s", "root reaches: supervisord keeps > exec keeps, date +%s"),
        ("command=%(ENV_WORKER)s", "app lost: supervisord keeps > sudo filters > exec keeps, /srv/worker"),
        ("command=/srv/x\nuser=%(ENV_ACCOUNT)s", "app reaches: supervisord keeps > exec keeps, /srv/x"),
        ("command=/srv/x\nuser=%(ENV_OTHER)s", "None reaches: supervisord keeps > exec keeps, /srv/x"),
        (
            "command=%(ENV_OTHER)s",
            "root unknown: supervisord keeps, %(ENV_OTHER)s ? which program %(ENV_OTHER)s is, is decided at run time",
        ),
    ],
)
def test_expansions(program: str, expected: str) -> None:
    assert chains(BASE + CMD, {"app.conf": f"[program:web]\n{program}\n"}) == [expected]


def test_a_configuration_without_a_program() -> None:
    assert chains(BASE + CMD, {"app.conf": "[supervisord]\n[include]\nfiles = supervisord.d/*.conf\n"}) == [
        "root unknown: supervisord keeps, supervisord ? supervisord's configuration /etc/supervisor/supervisord.conf"
        " names no program that the build copies, so what it starts is not known"
    ]


def test_what_a_script_computes_goes_before_the_file() -> None:
    files = {
        "app.conf": "[program:web]\ncommand=%(ENV_WORKER)s\n",
        "start.sh": "#!/bin/sh\nexport WORKER=$(choose)\nexec supervisord -n -c /etc/supervisor/supervisord.conf\n",
    }
    assert chains(f'{BASE}COPY start.sh /start.sh\nCMD ["/start.sh"]\n', files) == [
        "root unknown: shell keeps > supervisord keeps, %(ENV_WORKER)s"
        " ? which program %(ENV_WORKER)s is, is decided at run time"
    ]


ADDED = {"w.conf": "[program:w]\ncommand=sudo -u app /srv/w\n"}


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        (
            "FROM tiangolo/uwsgi-nginx-flask:python3.11\nCOPY w.conf /etc/supervisor/conf.d/w.conf\n",
            ["app lost: exec keeps > exec keeps > sudo filters > exec keeps, /srv/w"],
        ),
        ("FROM tiangolo/uwsgi-nginx-flask:python3.11\n", ["root reaches: exec keeps > exec keeps, /start.sh"]),
        (
            "FROM webdevops/php-nginx:8.2\nCOPY w.conf /opt/docker/etc/supervisor.d/w.conf\n",
            [
                "app lost: exec keeps > supervisord keeps > sudo filters > exec keeps, /srv/w",
                "application reaches: exec keeps > supervisord keeps > php-fpm keeps, workers of php-fpm's pool www",
                "root reaches: exec keeps > supervisord keeps > nginx keeps, nginx",
            ],
        ),
        (
            "FROM webdevops/php-nginx-dev:8.2\nCOPY w.conf /opt/docker/etc/supervisor.d/w.conf\n",
            [
                "app lost: exec keeps > supervisord keeps > sudo filters > exec keeps, /srv/w",
                "root unknown: exec keeps > supervisord keeps, supervisord"
                " ? the programs of webdevops/php-nginx-dev:8.2's own configuration are not known",
            ],
        ),
    ],
)
def test_programs_that_a_file_adds_to_those_of_its_base_image(dockerfile: str, expected: list[str]) -> None:
    assert chains(dockerfile, ADDED) == expected
