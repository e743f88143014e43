"""my_init keeps; the cron and the sshd that its image runs do not."""

from __future__ import annotations

from traced import chains

HEAD = "FROM phusion/baseimage:jammy-1.0.4\n"
RUN = "#!/bin/sh\nexec /sbin/setuser app /srv/app\n"
APP = "app reaches: my-init keeps > shell keeps > setuser keeps > exec keeps, /srv/app"
OWN = "root reaches: my-init keeps, services of the base image"


def test_services_and_start_up_scripts() -> None:
    files = {"run": RUN, "10.sh": "#!/bin/sh\nmkdir -p /srv/x\nsudo -u app aws s3 ls\n"}
    assert chains(f"{HEAD}COPY run /etc/service/app/run\nCOPY 10.sh /etc/my_init.d/10.sh\n", files) == [
        "app lost: my-init keeps > shell keeps > sudo filters > exec keeps, aws s3 ls",
        APP,
    ]


def test_a_command_instead_of_waiting() -> None:
    command = 'CMD ["/sbin/my_init", "--skip-runit", "--", "setuser", "app", "/srv/app"]\n'
    files = {"run": "#!/bin/sh\nexec su - app -c /srv/never\n"}
    assert chains(f"{HEAD}COPY run /etc/service/app/run\n{command}", files) == [
        "app reaches: my-init keeps > setuser keeps > exec keeps, /srv/app"
    ]


def test_the_cron_of_the_image_is_told_where_it_has_jobs() -> None:
    assert chains(HEAD) == [OWN]
    assert chains(f"{HEAD}COPY jobs /etc/cron.d/jobs\n", {"jobs": "* * * * * app /srv/job\n"}) == [
        "app lost: my-init keeps > cron drops > shell keeps > exec keeps, /srv/job"
    ]


def test_the_sshd_of_the_image_is_off_until_a_run_switches_it_on() -> None:
    with_user = f"{HEAD}RUN useradd -m -s /bin/bash ops\n"
    assert chains(with_user) == [OWN]
    assert chains(f"{with_user}RUN echo rm -f /etc/service/sshd/down\n") == [OWN]
    assert chains(f"{with_user}RUN rm -f /etc/service/sshd/down\n") == [
        "ops lost: my-init keeps > sshd drops, ssh sessions of ops"
    ]


def test_on_another_image_nothing_is_taken_for_its_services() -> None:
    copied = 'FROM debian:12\nCOPY my_init /sbin/my_init\nCOPY jobs /etc/cron.d/jobs\nCMD ["/sbin/my_init"]\n'
    files = {"my_init": "#!/usr/bin/python3\n", "jobs": "* * * * * app /srv/job\n"}
    assert chains(copied, files) == [OWN]


def test_the_nginx_of_passenger_docker_is_off_until_a_run_switches_it_on() -> None:
    passenger = "FROM phusion/passenger-ruby32\nCOPY app.conf /etc/nginx/sites-enabled/app.conf\n"
    files = {"app.conf": "server { passenger_enabled on; passenger_user app; }\n"}
    assert chains(passenger, files) == [OWN]
    assert chains(f"{passenger}RUN rm -f /etc/service/nginx/down\n", files) == [
        "www-data lost: my-init keeps > nginx filters, nginx workers"
    ]
