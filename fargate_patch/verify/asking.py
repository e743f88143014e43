"""Tries probes in a running container: beside PID 1, or by whoever starts such sessions: cron, sshd, a web server.

What is written for that into the container under test goes away with it.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import threading
import time
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from fargate_patch.verify.container import MARK, Completed, EngineError, call, last_words
from fargate_patch.verify.model import Attempt, Probe
from fargate_patch.verify.probes import FOLDER, PROBE
from fargate_patch.verify.web import by_cgi, by_lua

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from fargate_patch.verify.container import Container
    from fargate_patch.verify.platform import Task

WORD = "fargate-patch-probe"
JOB_SECONDS = 90  # cron looks at its tables once a minute
SESSION_SECONDS = 30  # a ForceCommand may never end
_ON_THE_MINUTE = ("cron", "busybox-crond")
_OF_SSHD = ("-f", "-o", "-p")  # of the options of a running one, those that say what it listens on
_ALONE = ("incron", "apache-cgi", "nginx", "postfix")  # two at a time would write one configuration
_FOLDER_FILES = ("probe.sh", "probe.php", "fastcgi.php")
# $1: the user, $2: the command, $3: where its output goes
_CRON = """
folder=/etc/cron.d
[ -d $folder ] || exit 3
job="* * * * * $1 ($2) > $3 2>&1"
printf '%s\\n' "SHELL=/bin/sh" "$job" > "$folder/${3##*/}" && chmod 644 "$folder/${3##*/}"
"""
_BUSYBOX = """
folder=/etc/crontabs
[ -d $folder ] || folder=/var/spool/cron/crontabs
[ -d $folder ] || exit 3
printf '%s\\n' "* * * * * ($2) > $3 2>&1" >> $folder/"$1" && echo "$1" >> $folder/cron.update
"""
# $1 to $3 as above; incrond reads a table as soon as it is written, and starts the job at each file put into `in`
_INCRON = """
tables=/var/spool/incron watched=$3.d
[ -d $tables ] || exit 3
mkdir -p "$watched/in" && printf '%s\\n' '#!/bin/sh' "($2) > $3 2>&1" > "$watched/job" && chmod 755 "$watched/job" &&
  chown -R "$1" "$watched" && : > "$3" && chown "$1" "$3" || exit 4
[ -f "$tables/$1" ] || { : > "$tables/$1"; chown "$1" "$tables/$1"; chmod 600 "$tables/$1"; }
printf '%s\\n' "$watched/in IN_CLOSE_WRITE $watched/job" >> "$tables/$1"
for number in 1 2 3 4 5; do
  sleep 1
  [ -s "$3" ] && break
  : > "$watched/in/$number"
done
"""
_AT = """printf '%s\\n' "($2) > $3 2>&1" | su -s /bin/sh "$1" -c 'at now'"""
# A mail to a transport of ours that runs the command as the user's service would. pipe(8), postconf(1)
_POSTFIX = """
postconf -M "fargate-patch/unix=fargate-patch unix - n n - - pipe user=$1 argv=/bin/sh -c {($2) > $3 2>&1}" &&
  postconf -e "transport_maps=inline:{{fargate-patch@localhost=fargate-patch:}} $(postconf -h transport_maps)" &&
  postfix reload && echo probe | sendmail -f root fargate-patch@localhost
"""
# $1: the user, standard input cannot be used with every engine: $2 is the public key
_AUTHORIZE = """
home=$(awk -F: -v user="$1" '$1 == user { print $6 }' /etc/passwd)
[ -n "$home" ] || exit 3
umask 077
mkdir -p "$home/.ssh" && printf '%s\\n' "$2" >> "$home/.ssh/authorized_keys" && chown -R "$1" "$home/.ssh"
"""


class Asker:
    """Tries probes in one container, several at a time where asked to. `stop` ends every wait at once."""

    def __init__(self, task: Task, stop: threading.Event) -> None:
        self.task, self.stop = task, stop
        self._ways: Mapping[str, Callable[[Probe], Attempt]] = {
            "exec": self._beside,
            "cron": lambda probe: self._job(probe, _CRON),
            "busybox-crond": lambda probe: self._job(probe, _BUSYBOX),
            "incron": lambda probe: self._job(probe, _INCRON),
            "sshd": self._session,
            "dropbear": self._session,
            "php-fpm": self._request,
            "at": lambda probe: self._job(probe, _AT),
            "apache-cgi": lambda probe: self._web(probe, by_cgi),
            "nginx": lambda probe: self._web(probe, by_lua),
            "postfix": lambda probe: self._job(probe, _POSTFIX),
        }
        self._turns = {kind: threading.Lock() for kind in _ALONE}

    @property
    def container(self) -> Container:
        return self.task.container

    def ask(self, probe: Probe) -> Attempt:
        """What comes of a probe. A refusal is an attempt with a reason, not an exception."""
        if probe.kind is None:
            return Attempt(None, reason=probe.text)
        try:
            with self._turns.get(probe.kind, nullcontext()):
                return self._ways[probe.kind](probe)
        except EngineError as problem:
            return Attempt(None, reason=str(problem))

    def _beside(self, probe: Probe) -> Attempt:
        before = self.task.log().count(self.task.identifier)
        done = self.container.exec(["/bin/sh", "-c", probe.text], user=probe.user or "0", timeout=90)
        found = read(done)
        if found.variable is not None:
            return found
        if self.task.identifier in done.stdout:
            return Attempt("set", reason="its output shows the variable")
        if self.task.log().count(self.task.identifier) > before:
            return Attempt(None, "its own", True)
        if PROBE in probe.text or done.exit_code:  # it did not come to its end, and proves nothing
            return Attempt(None, reason=f"exit code {done.exit_code}: {last_words(done)}")
        return Attempt(None, "its own", False, "it asked for no credentials and shows no variable")

    def _job(self, probe: Probe, script: str) -> Attempt:
        path = f"/tmp/fargate-patch-{os.urandom(4).hex()}"
        put = self.container.exec(["/bin/sh", "-c", script, "sh", str(probe.user), probe.text, path], user="0")
        if put.exit_code:
            return Attempt(None, reason=f"no job could be put into {probe.kind}'s tables: {last_words(put)}")
        end = time.monotonic() + JOB_SECONDS
        if probe.kind in _ON_THE_MINUTE:
            self.stop.wait(60 - time.time() % 60)
        while time.monotonic() < end and not self.stop.wait(1):
            found = read(self.container.exec(["cat", path], user="0"))
            if found.variable is not None:
                return found
        return Attempt(None, reason=f"{probe.kind} did not run a job of {probe.user} within {JOB_SECONDS} seconds")

    def _session(self, probe: Probe) -> Attempt:
        missing = [program for program in ("ssh", "ssh-keygen") if not shutil.which(program)]
        if missing:
            return Attempt(None, reason=f"this machine has no {missing[0]} to open a session with")
        with tempfile.TemporaryDirectory(prefix="fargate-patch-") as folder:
            key = str(Path(folder, "key"))
            call(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "fargate-patch", "-f", key])
            public = Path(f"{key}.pub").read_text(encoding="ascii").strip()
            put = self.container.exec(["/bin/sh", "-c", _AUTHORIZE, "sh", str(probe.user), public], user="0")
            if put.exit_code:
                return Attempt(None, reason=f"no key could be put in for {probe.user}: {last_words(put)}")
            try:
                done = call([*self._ssh(key, probe), probe.text], timeout=SESSION_SECONDS)
            except EngineError:
                return Attempt(None, reason=f"a session of {probe.user} did not end within {SESSION_SECONDS} seconds")
        found = read(done)
        if found.variable is not None:
            return found
        return Attempt(None, reason=f"{probe.kind} gave no session to a command of ours: {last_words(done)}")

    def _ssh(self, key: str, probe: Probe) -> list[str]:
        number = self._port_of_dropbear() if probe.kind == "dropbear" else self._port_of_sshd()
        options = [f"-i{key}", f"-p{number}", "-oBatchMode=yes", "-oStrictHostKeyChecking=no", "-oLogLevel=ERROR"]
        options += ["-oUserKnownHostsFile=/dev/null", "-oIdentitiesOnly=yes", "-F/dev/null"]
        return ["ssh", *options, f"-oProxyCommand={self._way_in(number)}", f"{probe.user}@127.0.0.1"]

    def _port_of_sshd(self) -> str:
        """By sshd's own account of the configuration that the running one was started with. sshd(8): -T."""
        titles = (" ".join(p.argv).partition(" [listener]") for p in self.container.processes())
        words = next((title.split() for title, listens, _ in titles if listens and title.startswith("sshd: ")), [])
        given = [word for pair in pairwise(words) if pair[0] in _OF_SSHD for word in pair]
        asks = 'sshd -T "$@" 2> /dev/null || /usr/sbin/sshd -T "$@"'
        said = self.container.exec(["/bin/sh", "-c", asks, "sh", *given], user="0").stdout
        return next((line.split()[1] for line in said.splitlines() if line.startswith("port ")), "22")

    def _port_of_dropbear(self) -> str:
        """`-p PORT` or `-p ADDRESS:PORT` of the first dropbear that runs. dropbear(8)."""
        servers = (p.argv for p in self.container.processes() if p.argv and p.argv[0].endswith("dropbear"))
        argv = next(servers, ())
        given = [word[2:] or after for word, after in zip(argv, (*argv[1:], ""), strict=True) if word.startswith("-p")]
        return given[0].rpartition(":")[2] if given else "22"

    def _way_in(self, port: str) -> str:
        """A command that joins its standard input and output with a port in the container, by what the image has."""
        bash = f"exec 3<>/dev/tcp/127.0.0.1/{port}; cat <&3 & cat >&3; kill $!"
        tried = f"if command -v bash > /dev/null; then exec bash -c '{bash}'; fi; exec nc 127.0.0.1 {port}"
        quoted = re.sub(r'[\\"$]', r"\\\g<0>", tried)
        return f'{self.container.engine} exec -i --user 0 --env {MARK}=1 {self.container.name} /bin/sh -c "{quoted}"'

    def _request(self, probe: Probe) -> Attempt:
        command = ["php", "-n", f"{FOLDER}/fastcgi.php", probe.text, f"{FOLDER}/probe.php"]
        done = self.container.exec(command, user="0")
        found = read(done)
        if found.variable is not None:
            return found
        return Attempt(None, reason=f"php-fpm did not answer: {last_words(Completed(done.stdout, '', done.exit_code))}")

    def _web(self, probe: Probe, answers: Callable[[Container, str], Iterator[Completed]]) -> Attempt:
        """By a request to the container's own server: the first answer in which the probe has its say."""
        said = "it listens on no port"
        for done in answers(self.container, probe.text):
            found = read(done)
            if found.variable is not None or self.stop.is_set():
                return found
            said = last_words(done)
        return Attempt(None, reason=f"{probe.kind} did not answer: {said}")


def read(done: Completed) -> Attempt:
    """The probe's own line, or an attempt that knows nothing."""
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) == 4 and words[0] == WORD:
            return Attempt(words[1], words[2], {"yes": True, "no": False}.get(words[3]))
    return Attempt(None, reason=last_words(done))


def probe_volumes(folder: Path) -> tuple[str, ...]:
    """Lay the probes down in a folder of this machine and give the engine's word for mounting it."""
    for name in _FOLDER_FILES:
        path = folder / name
        path.write_bytes(Path(__file__).with_name(name).read_bytes())
        path.chmod(0o755)
    folder.chmod(0o755)
    return (f"{folder}:{FOLDER}:ro,z",)


def as_process(environment: Mapping[str, str], carried: Sequence[str]) -> list[str]:
    """The probe, with the variables of a process in place of the container's."""
    own = {name: environment[name] for name in ("PATH", "HOME", *carried) if name in environment}
    return ["env", "-i", *(f"{name}={value}" for name, value in own.items()), f"{FOLDER}/probe.sh"]
