"""Apache keeps the environment for its workers; CGI scripts get what PassEnv names. Seen with apache 2.4."""

from __future__ import annotations

import pytest
from traced import chains, mended_by

DEBIAN = "FROM debian:12\nRUN apt-get install -y apache2{}\n"
CMD = 'CMD ["apache2ctl", "-D", "FOREGROUND"]\n'
KEPT = "www-data reaches: apache keeps, apache workers"
CGI = "www-data lost: apache-cgi filters, CGI scripts of apache"
PASSED = "www-data reaches: apache-cgi keeps, CGI scripts of apache"
URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
HTTPD = "FROM httpd:2.4\nCOPY httpd.conf /usr/local/apache2/conf/httpd.conf\n"


def test_workers_have_it() -> None:
    assert chains(DEBIAN.format("") + CMD) == [KEPT]
    assert chains("FROM httpd:2.4\n") == [KEPT]
    assert chains("FROM php:8.3-apache\n") == ["www-data reaches: exec keeps > apache keeps, apache workers"]


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (" && a2enmod cgi", [KEPT, CGI]),
        (" && a2enmod rewrite cgid", [KEPT, CGI]),
        (" && a2enmod rewrite", [KEPT]),
        (" && echo a2enmod cgi", [KEPT]),
    ],
)
def test_cgi_that_a_run_switches_on(run: str, expected: list[str]) -> None:
    assert chains(DEBIAN.format(run) + CMD) == expected


@pytest.mark.parametrize(
    ("conf", "expected"),
    [
        ("LoadModule cgid_module modules/mod_cgid.so\n", [KEPT, CGI]),
        (f"LoadModule cgi_module modules/mod_cgi.so\nPassEnv AWS_REGION {URI}\n", [KEPT, PASSED]),
        (f"LoadModule cgi_module modules/mod_cgi.so\n# PassEnv {URI}\n", [KEPT, CGI]),
        ("#LoadModule cgid_module modules/mod_cgid.so\nScriptAlias /cgi-bin/ /srv/cgi-bin/\n", [KEPT]),
    ],
)
def test_cgi_that_the_configuration_switches_on(conf: str, expected: list[str]) -> None:
    assert chains(HTTPD, {"httpd.conf": conf}) == expected


def test_a_line_is_put_in_for_cgi() -> None:
    mend = ("would-patch", ["a PassEnv line for apache, which gives CGI scripts the variables"])
    assert mended_by(DEBIAN.format(" && a2enmod cgi") + CMD) == mend
    assert mended_by(HTTPD, {"httpd.conf": "LoadModule cgid_module modules/mod_cgid.so\n"}) == mend


def test_a_test_of_the_configuration_is_no_server() -> None:
    assert chains('FROM debian:12\nCMD ["apachectl", "configtest"]\n') == [
        "root reaches: apache keeps, apachectl configtest"
    ]


@pytest.mark.parametrize("start", ["service apache2 start", "/etc/init.d/apache2 start"])
def test_its_init_script_loses_it_and_envvars_bring_it_back(start: str) -> None:
    dockerfile = DEBIAN.format("") + f"CMD {start} && tail -f /var/log/apache2/access.log\n"
    by = "service" if start.startswith("service") else "init-script"
    assert chains(dockerfile)[0] == f"www-data lost: shell keeps > {by} drops > apache keeps, apache workers"
    assert mended_by(dockerfile) == (
        "would-patch",
        [
            "entrypoint /usr/local/bin/fargate-env, which keeps the task role's variables in /run/fargate-env/env",
            "/etc/apache2/envvars, by which /etc/init.d/apache2 gives its daemon the variables",
        ],
    )
