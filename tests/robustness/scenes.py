"""A build for every reader of configuration: a Dockerfile, and the files that it copies, which its trace reads."""

# Files in one line each.
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Scene:
    dockerfile: bytes
    files: dict[str, bytes] = field(default_factory=dict)

    def lay_out(self, folder: Path) -> Path:
        for name, data in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder


def scene(text: str, **files: str) -> Scene:
    """`name=text` is the file `name` of the context, which `text` copies."""
    return Scene(text.encode(), {name: body.encode() for name, body in files.items()})


DEBIAN = "FROM debian:12\nRUN apt-get update && apt-get install -y cron sudo openssh-server && useradd -m app\n"

SCENES: dict[str, Scene] = {
    "shell": scene(
        DEBIAN + 'COPY entry /entry.sh\nENTRYPOINT ["/entry.sh"]\nCMD ["su", "-", "app", "-c", "run"]\n',
        entry='#!/bin/bash\nset -e\nif [ "$1" = x ]; then\n  sudo -u app run &\nfi\n'
        'for i in 1 2; do su - app -c "run $i"; done\ncat > /tmp/x <<EOF\nexec su\nEOF\ncase $1 in a|b) exec su - app ;; esac\n'
        'f() { local x="$(id -u)"; gosu app "$@"; }\nf run\n. /etc/profile\nexec "$@"\n',
    ),
    "cron": scene(
        DEBIAN + 'COPY table /etc/cron.d/jobs\nCMD ["cron", "-f"]\n',
        table='# jobs\nSHELL=/bin/bash\nMAILTO=""\n* * * * * app /run.sh > /dev/null\n@reboot root su - app -c x\n',
    ),
    "crontab": scene(
        DEBIAN + 'COPY table /tmp/t\nRUN crontab -u app /tmp/t\nCMD ["cron", "-f"]\n', table="*/5 1-3 * * * /run.sh % in\n"
    ),
    "crond of busybox": scene(
        'FROM alpine:3.20\nCOPY table /etc/crontabs/root\nCMD ["crond", "-f"]\n', table="* * * * * su - app -c x\n"
    ),
    "supervisord": scene(
        DEBIAN + 'RUN apt-get install -y supervisor\nCOPY conf /etc/supervisor/conf.d/a.conf\nCMD ["supervisord", "-n"]\n',
        conf="[supervisord]\nnodaemon=true\n[program:a]\ncommand=su - app -c run\nuser=app\n"
        'environment=A="1",B=%(ENV_B)s\n[program:b]\ncommand=/b %(process_num)02d ; c\n[group:g]\nprograms=a,b\n[include]\nfiles=*.ini\n',
    ),
    "sshd": scene(
        DEBIAN + 'COPY conf /etc/ssh/sshd_config\nCMD ["/usr/sbin/sshd", "-D"]\n',
        conf="UsePAM yes\nAllowUsers app bob@*\nMatch User app\n  ForceCommand internal-sftp\nPermitUserEnvironment no\n",
    ),
    "php-fpm": scene(
        'FROM php:8.3-fpm\nCOPY conf /usr/local/etc/php-fpm.d/www.conf\nCMD ["php-fpm"]\n',
        conf="[www]\nuser = www-data\nlisten = 9000\nclear_env = yes\nenv[A] = $A\ninclude=/x/*.conf\n",
    ),
    "nginx": scene(
        'FROM nginx:1.27\nCOPY conf /etc/nginx/nginx.conf\nCMD ["nginx", "-g", "daemon off;"]\n',
        conf="user nginx;\nenv A;\nevents {}\nhttp { perl_modules p; include /etc/nginx/conf.d/*.conf; }\n",
    ),
    "apache": scene(
        'FROM debian:12\nRUN apt-get install -y apache2\nCOPY conf /etc/apache2/conf-enabled/a.conf\nCMD ["apachectl", "-D", "FOREGROUND"]\n',
        conf="ScriptAlias /cgi-bin/ /x/\nPassEnv A\n<Directory /x>\nOptions +ExecCGI\n</Directory>\n",
    ),
    "s6-overlay": scene(
        'FROM ghcr.io/linuxserver/baseimage-alpine:3.20\nCOPY run /etc/services.d/a/run\nENTRYPOINT ["/init"]\n',
        run="#!/usr/bin/execlineb -P\nwith-contenv\ns6-setuidgid app\nif { test -e /x }\nbacktick -n A { echo 1 }\n/run\n",
    ),
    "runit": scene(
        'FROM phusion/baseimage:jammy-1.0.4\nCOPY run /etc/service/a/run\nCMD ["/sbin/my_init"]\n',
        run="#!/bin/sh\nexec 2>&1\nexec chpst -u app su - app -c run\n",
    ),
    "circus": scene(
        'FROM python:3.12\nRUN pip install circus\nCOPY conf /circus.ini\nCMD ["circusd", "/circus.ini"]\n',
        conf="[circus]\ncheck_delay=5\n[watcher:a]\ncmd=run\ncopy_env=False\nuid=app\n[env:a]\nA=1\n",
    ),
    "uwsgi": scene(
        'FROM python:3.12\nCOPY conf /u.ini\nCMD ["uwsgi", "--ini", "/u.ini"]\n',
        conf="[uwsgi]\nuid = app\nenv = A=1\nattach-daemon = su - app -c x\nini = :b\n[b]\n",
    ),
    "monit": scene(
        DEBIAN + 'RUN apt-get install -y monit\nCOPY conf /etc/monit/monitrc\nCMD ["monit", "-I"]\n',
        conf='set daemon 5\ncheck process a with pidfile /a.pid\n  start program = "/bin/su - app -c run" as uid "app"\ninclude /x/*\n',
    ),
    "doas": scene(
        'FROM alpine:3.20\nRUN apk add doas\nCOPY conf /etc/doas.conf\nCMD ["doas", "-u", "app", "run"]\n',
        conf="permit nopass keepenv setenv { A B=1 -C } root as app cmd run args x\ndeny app\n",
    ),
    "openrc": scene(
        'FROM alpine:3.20\nRUN apk add openrc\nCOPY conf /etc/rc.conf\nCMD ["rc-service", "crond", "start"]\n',
        conf='rc_env_allow="A B"\n#rc_x=1\n',
    ),
    "busybox init": scene(
        'FROM alpine:3.20\nCOPY tab /etc/inittab\nCMD ["/sbin/init"]\n', tab="::sysinit:/x\ntty1::respawn:su - app -c x\n::wait:a b\n"
    ),
    "systemd": scene(
        'FROM fedora:40\nCOPY unit /etc/systemd/system/a.service\nRUN systemctl enable a\nCMD ["/sbin/init"]\n',
        unit="[Unit]\nDescription=a\n[Service]\nUser=app\nPassEnvironment=A B\nExecStart=-/bin/su - app \\\n  -c run\nEnvironmentFile=-/x\n[Install]\nWantedBy=multi-user.target\n",
    ),
    "incron": scene(
        DEBIAN + 'RUN apt-get install -y incron\nCOPY table /var/spool/incron/root\nCMD ["incrond", "-n"]\n',
        table="/x IN_CLOSE_WRITE,IN_CREATE su - app -c $@\n",
    ),
    "postfix": scene(
        DEBIAN + 'RUN apt-get install -y postfix\nCOPY master /etc/postfix/master.cf\nCOPY main /etc/postfix/main.cf\nCMD ["postfix", "start-fg"]\n',
        master="a unix - n n - - pipe\n  flags=R user=app argv=/run ${x}\n",
        main="export_environment = TZ A\nx = $y\n y\n",
    ),
    "procfile": scene(
        'FROM ruby:3.3\nWORKDIR /app\nCOPY proc /app/Procfile\nCMD ["foreman", "start"]\n', proc="web: su - app -c x\nworker: env -i y\n"
    ),
    "shiny": scene(
        'FROM rocker/shiny:4.4.1\nCOPY conf /etc/shiny-server/shiny-server.conf\nCMD ["/usr/bin/shiny-server"]\n',
        conf="run_as shiny;\nserver { listen 3838; location / { site_dir /srv; } }\n",
    ),
    "jupyterhub": scene(
        'FROM quay.io/jupyterhub/jupyterhub:5\nCOPY conf /srv/jupyterhub/jupyterhub_config.py\nCMD ["jupyterhub"]\n',
        conf="c.Spawner.env_keep = ['A', 'B']\nc.Spawner.environment = {}\n",
    ),
    "sudoers": scene(
        DEBIAN + 'COPY conf /etc/sudoers.d/a\nCMD ["sudo", "-u", "app", "run"]\n',
        conf='Defaults env_keep += "A B"\nDefaults:app !env_reset\napp ALL=(ALL) NOPASSWD:SETENV: ALL\n',
    ),
    "accounts": scene(
        'FROM debian:12\nCOPY passwd /etc/passwd\nUSER 1000\nCMD ["su", "-", "app"]\n', passwd="root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/h:/bin/zsh\n"
    ),
}  # fmt: skip
