"""One image for each mechanism that Debian has a package of: who has the role's credentials, as it stands and patched.

What is predicted by the trace is compared by `verify` itself; here stands what is true, as it was seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from images import JS_SDK

if TYPE_CHECKING:
    from collections.abc import Mapping

PROBE = "/.fargate-patch/probe.sh"
STAYS = "work 600"
_APPS = {  # by base
    "debian": "RUN useradd --create-home --shell /bin/bash app && cp /bin/sleep /usr/local/bin/work",
    "alpine": "RUN adduser -D app && cp /bin/busybox /usr/local/bin/busybox-work",  # any other name is an applet's
}
SSH = "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o BatchMode=yes"
_KEY = (
    "RUN ssh-keygen -q -t ed25519 -N '' -f /root/key && install -d -o app -m 700 /home/app/.ssh"
    " && install -o app -m 600 /root/key.pub /home/app/.ssh/authorized_keys"
)

_RUBY = 'ruby -raws-sdk-core -e "Aws::CredentialProviderChain.new.resolve"'
_JS = (
    "cd /usr/local/lib/js && node -e"
    ' "require(\\"@aws-sdk/credential-provider-node\\").defaultProvider()().then(() => 0, () => 0)"'
)
_TYPED = f"(for n in 1 2 3; do sleep 3; echo {PROBE}; done; sleep 3; echo exit)"  # at a prompt that may be slow to come


@dataclass(frozen=True, slots=True)
class Case:
    """`before` and `after`: has the process at the end of the chain credentials? `status`: the patch's.

    `probe` asks where `verify` knows no way of its own; it is run beside PID 1.
    """

    mechanism: str
    dockerfile: str
    before: bool
    after: bool
    files: Mapping[str, str] = field(default_factory=dict)
    probe: str | None = None
    status: str = ""
    note: str = ""
    users: tuple[str, ...] = ()  # for whom, by --user
    base: str = "debian:bookworm"

    @property
    def text(self) -> str:
        return f"FROM {self.base}\n{_APPS[self.base.partition(':')[0]]}\n{self.dockerfile}\n"


def _lost(mechanism: str, dockerfile: str, **more: object) -> Case:
    return Case(mechanism, dockerfile, False, True, status="would-patch", **more)  # type: ignore[arg-type]


def _kept(mechanism: str, dockerfile: str, **more: object) -> Case:
    return Case(mechanism, dockerfile, True, True, status="clean", **more)  # type: ignore[arg-type]


def _advised(mechanism: str, dockerfile: str, **more: object) -> Case:
    return Case(mechanism, dockerfile, False, False, status="blocked", **more)  # type: ignore[arg-type]


CASES: dict[str, Case] = {
    # su, runuser, sudo, doas, env
    "su-login": _lost("su-login", f'CMD ["su", "-", "app", "-c", "{STAYS}"]'),
    "su": _kept("su", f'CMD ["su", "app", "-c", "{STAYS}"]'),
    "runuser-login": _lost("runuser-login", f'CMD ["runuser", "-l", "app", "-c", "{STAYS}"]'),
    "runuser": _kept("runuser", 'CMD ["runuser", "-u", "app", "--", "work", "600"]'),
    "sudo": _lost("sudo", 'CMD ["sudo", "-u", "app", "work", "600"]'),
    "sudo-su": _lost("sudo, su-login", f'CMD ["sudo", "su", "-", "app", "-c", "{STAYS}"]'),
    "doas": _advised(
        "doas", 'RUN echo "permit nopass root" > /etc/doas.conf\nCMD ["doas", "-u", "app", "work", "600"]'
    ),
    "env-i": _advised("env-i", 'USER app\nCMD ["env", "-i", "/usr/local/bin/work", "600"]'),
    "login": _lost(
        "login",
        f"CMD login -f app; {STAYS}",
        probe=f"{_TYPED} | timeout 60 script -qec 'exec login -f app' /dev/null",
        note="login wants a terminal",
    ),
    "aws-cli": _lost(
        "su-login",
        f'CMD ["su", "-", "app", "-c", "{STAYS}"]',
        probe="su - app -c 'aws configure list'",
        note="the AWS CLI in place of an SDK",
    ),
    "ruby-sdk": _lost(
        "su-login",
        f'CMD ["su", "-", "app", "-c", "{STAYS}"]',
        probe=f"su - app -c '{_RUBY}'",
        note="the SDK for Ruby",
    ),
    "js-sdk": _lost(
        "su-login",
        f'CMD ["su", "-", "app", "-c", "{STAYS}"]',
        probe=f"su - app -c '{_JS}'",
        note="the SDK for JavaScript, v3",
    ),
    "gosu": _kept("gosu", 'CMD ["gosu", "app", "work", "600"]'),
    "setpriv": _kept("setpriv", 'CMD ["setpriv", "--reuid=app", "--clear-groups", "work", "600"]'),
    "user-app": _kept("exec", 'USER app\nCMD ["work", "600"]'),
    "user-number": _kept("exec", 'USER 1234:1234\nCMD ["work", "600"]', note="a user without an account"),
    # cron and its like
    "cron": _lost("cron", 'RUN echo "* * * * * app work 0" > /etc/cron.d/job\nCMD ["cron", "-f"]'),
    "cron-sudo": _lost(
        "cron, sudo", 'RUN echo "* * * * * root sudo -u app work 0" > /etc/cron.d/job\nCMD ["cron", "-f"]'
    ),
    "cron-under-supervisord": _lost(
        "supervisord, cron",
        'COPY all.conf /etc/supervisor/conf.d/\nRUN echo "* * * * * app work 0" > /etc/cron.d/job\n'
        'CMD ["supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"]',
        files={"all.conf": "[program:cron]\ncommand=cron -f\n"},
    ),
    "service-cron": _lost(
        "service, cron", f'RUN echo "* * * * * app work 0" > /etc/cron.d/job\nCMD service cron start && {STAYS}'
    ),
    "env-i-su": _lost("env-i, su", "CMD env -i su -s /bin/sh app -c 'work 600'"),
    "env-i-login-shell": _lost("env-i, shell", "USER app\nCMD env -i bash -lc 'work 600'"),
    "incron": _advised(
        "incron",
        "RUN mkdir /watched && chown app /watched && echo app > /etc/incron.allow"
        f' && echo "/watched IN_CREATE {PROBE} > /tmp/out" > /var/spool/incron/app'
        ' && chown app:incron /var/spool/incron/app && chmod 600 /var/spool/incron/app\nCMD ["incrond", "-n"]',
    ),
    "at": _kept("at", f'RUN usermod -aG daemon app\nCMD atd && su app -c "echo work 0 | at now" && {STAYS}'),
    # sessions over ssh
    "sshd": _lost("sshd", f'{_KEY}\nRUN mkdir -p /run/sshd\nCMD ["/usr/sbin/sshd", "-D"]'),
    "sshd-root-at-a-prompt": _lost(
        "service, sshd",
        "RUN ssh-keygen -q -t ed25519 -N '' -f /root/key && install -D -m 600 /root/key.pub /root/.ssh/authorized_keys"
        f" && mkdir -p /run/sshd\nCMD service ssh start && {STAYS}",
        users=("root",),
        probe=f"{_TYPED} | timeout 60 ssh -tt -i /root/key {SSH} root@127.0.0.1",
        note="by --user root",
    ),
    "sshd-force-command": _lost(
        "sshd",
        f"{_KEY}\nRUN mkdir -p /run/sshd && echo 'ForceCommand {PROBE}' > /etc/ssh/sshd_config.d/forced.conf\n"
        'CMD ["/usr/sbin/sshd", "-D"]',
        probe=f"ssh -i /root/key {SSH} app@127.0.0.1 true",
    ),
    "sshd-force-command-sudo": _lost(
        "sshd, sudo",
        f"{_KEY}\nRUN useradd worker && mkdir -p /run/sshd"
        " && echo 'app ALL=(worker) NOPASSWD: ALL' > /etc/sudoers.d/app\n"
        'COPY sshd_config /etc/ssh/\nCMD ["/usr/sbin/sshd", "-D"]',
        files={"sshd_config": f"UsePAM yes\nForceCommand sudo -u worker {PROBE}\n"},
        probe=f"ssh -i /root/key {SSH} app@127.0.0.1 true",
    ),
    "sshd-sudo": _lost(
        "sshd, sudo",
        f"{_KEY}\nRUN useradd worker && mkdir -p /run/sshd"
        " && echo 'app ALL=(worker) NOPASSWD: ALL' > /etc/sudoers.d/app"
        '\nCMD ["/usr/sbin/sshd", "-D"]',
        probe=f"ssh -i /root/key {SSH} app@127.0.0.1 {PROBE}",
        note="the session itself; what sudo starts in it no file says",
    ),
    "dropbear": _advised("dropbear", 'RUN mkdir -p /etc/dropbear\nCMD ["dropbear", "-F", "-E", "-R", "-p", "2222"]'),
    # web servers
    "php-fpm": _lost("php-fpm", 'RUN mkdir /run/php\nCMD ["php-fpm8.2", "-F"]'),
    "php-fpm-pools": _lost(
        "php-fpm",
        'COPY admin.conf /etc/php/8.2/fpm/pool.d/\nRUN mkdir /run/php\nCMD ["php-fpm8.2", "-F"]',
        files={
            "admin.conf": "[admin]\nuser = app\ngroup = app\nlisten = 127.0.0.1:9001\n"
            "pm = static\npm.max_children = 1\n"
        },
    ),
    "nginx-lua": _lost(
        "nginx",
        'COPY lua.conf /etc/nginx/conf.d/\nCMD ["nginx", "-g", "daemon off;"]',
        files={
            "lua.conf": "server {\n  listen 8080;\n  location / {\n    content_by_lua_block {\n"
            '      ngx.say(os.getenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"))\n    }\n  }\n}\n'
        },
    ),
    "apache-cgi": _lost(
        "apache-cgi",
        'COPY cgi.conf /etc/apache2/conf-enabled/\nRUN a2enmod cgi\nCMD ["apache2ctl", "-D", "FOREGROUND"]',
        files={"cgi.conf": "ServerName localhost\n"},
    ),
    "uwsgi-under-supervisord": _kept(
        "supervisord, uwsgi",
        "COPY app.conf /etc/supervisor/conf.d/\nCOPY app.py /srv/app.py\n"
        'CMD ["supervisord", "-n", "-c", "/etc/supervisor/supervisord.conf"]',
        files={
            "app.conf": "[program:app]\ncommand=uwsgi --plugin python3 --http-socket :8000 --uid app"
            " --wsgi-file /srv/app.py\n",
            "app.py": "def application(environ, start):\n    start('200 OK', [])\n    return [b'ok']\n",
        },
    ),
    "gunicorn": _kept(
        "gunicorn",
        'COPY app.py /srv/app.py\nWORKDIR /srv\nCMD ["gunicorn", "--user", "app", "--bind", "0.0.0.0:8000", "app:app"]',
        files={"app.py": "def app(environ, start):\n    start('200 OK', [])\n    return [b'ok']\n"},
    ),
    # mail
    "postfix": _lost(
        "postfix",
        "RUN echo 'app unix - n n - - pipe user=app argv=/usr/local/bin/work 0' >> /etc/postfix/master.cf"
        " && postconf -e mydestination=localhost maillog_file=/dev/stdout\n"
        'CMD ["postfix", "start-fg"]',
    ),
    # supervisors
    "circus": _advised(
        "circus",
        'COPY circus.ini /etc/circus.ini\nCMD ["circusd", "/etc/circus.ini"]',
        files={"circus.ini": f"[circus]\n[watcher:app]\ncmd = /usr/local/bin/{STAYS}\nuid = app\n"},
    ),
    "runsvdir": _kept(
        "runsvdir",
        'COPY --chmod=755 run /etc/service/app/run\nCMD ["runsvdir", "-P", "/etc/service"]',
        files={"run": "#!/bin/sh\nexec chpst -u app work 600\n"},
    ),
    "runit-boot": _advised(
        "runit-boot",
        "COPY --chmod=755 run /etc/service/app/run\n"
        "RUN cp -a /etc/service/app /etc/runit/runsvdir/svmanaged/\n"
        'CMD ["/etc/runit/2"]',
        files={"run": "#!/bin/sh\nexec chpst -u app work 600\n"},
    ),
    "s6-svscan": _kept(
        "s6-svscan",
        'COPY --chmod=755 run /srv/services/app/run\nCMD ["s6-svscan", "/srv/services"]',
        files={"run": "#!/bin/sh\nexec s6-setuidgid app work 600\n"},
    ),
    "monit": _kept(
        "monit",
        'COPY --chmod=600 monitrc /etc/monitrc\nCMD ["monit", "-I", "-c", "/etc/monitrc"]',
        files={
            "monitrc": 'set daemon 2\ncheck process app matching "work 600"\n'
            '  start program = "/usr/local/bin/work 600" as uid app\n'
        },
    ),
    "service-supervisor": _lost(
        "service, supervisord",
        f"COPY app.conf /etc/supervisor/conf.d/\nCMD service supervisor start && {STAYS}1",
        files={"app.conf": f"[program:app]\ncommand={STAYS}\nuser=app\n"},
    ),
    "init-script": _lost(
        "init-script",
        "COPY --chmod=755 show /usr/lib/cgi-bin/show\nRUN a2enmod cgi"
        " && echo 'PassEnv AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'"
        f" > /etc/apache2/conf-enabled/pass.conf\nCMD /etc/init.d/apache2 start && {STAYS}",
        files={"show": f"#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n'\n{PROBE}\n"},
        probe="curl -sf http://127.0.0.1/cgi-bin/show",
    ),
    "openrc": _lost(
        "openrc",
        "COPY --chmod=755 app /etc/init.d/app\nRUN cd /run && mkdir openrc && cd openrc"
        " && mkdir exclusive starting started options daemons && touch softlevel\n"
        f"CMD rc-service app start && {STAYS}1",
        files={
            "app": "#!/sbin/openrc-run\ncommand=/usr/local/bin/work\ncommand_args=600\ncommand_background=yes\n"
            "pidfile=/run/app.pid\n"
        },
        probe="tr '\\0' '\\n' < /proc/$(cat /run/app.pid)/environ",
    ),
}
if not JS_SDK:
    del CASES["js-sdk"]
