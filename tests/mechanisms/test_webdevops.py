"""The services of webdevops' images: which are on, and what each hands on."""

from __future__ import annotations

import pytest
from traced import chains

JOBS = {"jobs": "* * * * * application php /app/artisan\n"}
TABLE = "COPY jobs /opt/docker/etc/cron/jobs\n"
START = "exec keeps > supervisord keeps"
FPM = f"application reaches: {START} > php-fpm keeps, workers of php-fpm's pool www"
NGINX = f"root reaches: {START} > nginx keeps, nginx"
APACHE = f"www-data reaches: {START} > apache keeps, apache workers"
JOB = "application lost: " + START + " > cron drops > shell keeps > exec keeps, php /app/artisan"


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        ("FROM webdevops/base:alpine\n", [f"root reaches: {START}, services of the base image"]),
        ("FROM webdevops/nginx:alpine\n", [NGINX]),
        ("FROM webdevops/php:8.3\n", [FPM]),
        ("FROM webdevops/php-apache:8.3\n", [FPM, APACHE]),
        (f"FROM webdevops/php:8.3\n{TABLE}", [FPM, JOB]),
        (
            f"FROM webdevops/php:8.3-alpine\n{TABLE}",
            [FPM, f"None reaches: {START} > busybox-crond keeps, cron jobs"],
        ),
        (
            "FROM webdevops/base-app:ubuntu-22.04\nRUN docker-service enable ssh syslog\n",
            [f"None lost: {START} > sshd drops, ssh sessions of its users"],
        ),
        (
            "FROM webdevops/base-app:ubuntu-22.04\nRUN docker-service-enable ssh\n",
            [f"None lost: {START} > sshd drops, ssh sessions of its users"],
        ),
        ("FROM webdevops/php-nginx:8.3\nRUN docker-service disable nginx\n", [FPM]),
        (
            "FROM webdevops/php-nginx:8.3\nRUN docker-service enable redis\n",
            [
                FPM,
                NGINX,
                f"root unknown: {START}, services of the base image"
                " ? what the service redis of webdevops/php-nginx:8.3 starts is not known",
            ],
        ),
        (
            "FROM webdevops/php:8.3\nRUN docker-cronjob '* * * * * application php /app/artisan'\n",
            [
                FPM,
                f"root unknown: {START}, services of the base image"
                " ? docker-cronjob puts a job into cron's table; copy a table to /opt/docker/etc/cron instead, and it"
                " is read",
            ],
        ),
    ],
)
def test_services_of_webdevops(dockerfile: str, expected: list[str]) -> None:
    assert chains(dockerfile, JOBS) == expected


def test_a_configuration_of_the_build_takes_the_place_of_a_service() -> None:
    files = {"nginx.conf": "[program:nginxd]\ncommand=sudo -u app /srv/w\n"}
    assert chains("FROM webdevops/nginx\nCOPY nginx.conf /opt/docker/etc/supervisor.d/nginx.conf\n", files) == [
        f"app lost: {START} > sudo filters > exec keeps, /srv/w"
    ]
