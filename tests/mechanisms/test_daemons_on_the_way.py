"""A daemon that a script starts on its way goes on when the script does: where it cannot be seen into, that is told."""

from __future__ import annotations

import pytest
from traced import chains

FROM_UNKNOWN = 'FROM example/base:1\nCOPY start.sh /start.sh\nENTRYPOINT ["/start.sh"]\n'
APP = "None reaches: shell keeps > exec keeps, /srv/app"


@pytest.mark.parametrize(
    ("step", "program"),
    [
        ("crond", "crond"),
        ("crond -b", "crond"),
        ("php-fpm -D", "workers of php-fpm"),
        ("php-fpm8.2 --daemonize", "workers of php-fpm"),
        ("supervisord -c /etc/app.conf", "supervisord"),
        ("runsvdir /services", "runsvdir"),
    ],
)
def test_one_that_cannot_be_seen_into(step: str, program: str) -> None:
    told, app = chains(FROM_UNKNOWN, {"start.sh": f"#!/bin/sh\n{step}\nexec /srv/app\n"})
    assert " unknown: " in told
    assert f", {program} ? " in told
    assert app == APP


@pytest.mark.parametrize("step", ["php-fpm -t", "php-fpm --version", "supervisorctl status", 'su app -c "$CHECK"'])
def test_a_question_starts_nothing(step: str) -> None:
    assert chains(FROM_UNKNOWN, {"start.sh": f"#!/bin/sh\n{step}\nexec /srv/app\n"}) == [APP]
