"""Each sample as a task: what makes its application work, what that shows, and what else is to be seen meanwhile."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import s3
from rig import PATIENCE, REPOSITORY, Fargate, RigError, Task

from fargate_patch.verify.container import Completed, EngineError, last_words
from fargate_patch.verify.engine import RunOptions
from fargate_patch.verify.namespaces import until

if TYPE_CHECKING:
    from collections.abc import Callable

SAMPLES = REPOSITORY / "samples"
CARRIED = "/run/fargate-env/env"
STRANGERS = ("nobody", "www-data", "games")
_PRIVATE_KEY = "/tmp/id_ed25519"


def page(task: Task) -> str:
    """What the web application at port 8000 answers; "" where it breaks off."""
    url = "http://127.0.0.1:8000/"
    refused = 7
    asked: list[Completed] = []

    def answered() -> bool:
        asked.append(task.container.exec(["curl", "--silent", "--max-time", "30", url], user="root"))
        return asked[-1].exit_code != refused

    until(answered, PATIENCE, f"a server at {url}", step=0.3)
    return asked[-1].stdout


def output(task: Task) -> str:
    """What a program that does one thing and ends has printed."""
    task.container.wait()
    return task.container.logs().stdout


def job(path: str) -> Callable[[Task], str]:
    """What cron's job has written to a file, once a minute has turned and it has run to its end."""

    def read(task: Task) -> str:
        found = [""]

        def written() -> bool:
            found.append(task.container.exec(["cat", path]).stdout)
            return bool(found[-1].strip()) and found[-1] == found[-2]

        time.sleep(60 - time.time() % 60)
        until(written, PATIENCE, f"something in {path}", step=1)
        return found[-1]

    return read


def session(command: str) -> Callable[[Task], str]:
    """What a command prints in a session over ssh."""

    def run(task: Task) -> str:
        options = [
            f"-i{_PRIVATE_KEY}",
            "-oStrictHostKeyChecking=no",
            "-oUserKnownHostsFile=/dev/null",
            "-oLogLevel=ERROR",
        ]
        ssh = ["ssh", *options, "-oBatchMode=yes", "deploy@127.0.0.1"]
        until(lambda: not task.container.exec([*ssh, "true"]).exit_code, PATIENCE, "an ssh session", step=0.3)
        done = task.container.exec([*ssh, command])
        return done.stdout + done.stderr

    return run


def fastcgi(task: Task) -> str:
    """What php-fpm makes of index.php."""
    request = ["SCRIPT_FILENAME=/var/www/html/index.php", "REQUEST_METHOD=GET"]
    command = ["env", "-i", *request, "/usr/bin/cgi-fcgi", "-bind", "-connect", "127.0.0.1:9000"]
    asked: list[Completed] = []

    def answered() -> bool:
        asked.append(task.container.exec(command))
        return not asked[-1].exit_code

    until(answered, PATIENCE, "php-fpm at port 9000", step=0.3)
    return asked[-1].stdout.partition("\n\n")[2]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One sample. `failure` stands in what is seen while the role does not reach; None: it always does."""

    sample: str
    use: Callable[[Task], str]
    failure: str | None
    success: str = s3.TEXT
    lost: tuple[str, ...] = ()  # the users who do not get the variable
    image: str = "debian"


NO_KEYS = "botocore.exceptions.NoCredentialsError: Unable to locate credentials"
SCENARIOS = {
    scenario.sample: scenario
    for scenario in (
        Scenario("cron", job("/var/log/app/report.log"), NO_KEYS, lost=("app",)),
        Scenario("service-cron", job("/var/log/report.log"), NO_KEYS, lost=("app",)),
        Scenario("supervisord", job("/var/log/app/report.log"), NO_KEYS, lost=("app",)),
        Scenario("alpine-crond", job("/tmp/whoami.json"), None, success='"AccessKeyId"', image="alpine"),
        Scenario("uwsgi-su", page, NO_KEYS, lost=("uwsgi",)),
        Scenario("uwsgi-su-nologin", page, NO_KEYS, lost=("uwsgi",)),
        Scenario("uwsgi-su-oneliner", page, NO_KEYS, lost=("uwsgi",)),
        Scenario("user-app", page, None),
        Scenario("sudo", output, NO_KEYS, lost=("app",)),
        Scenario("sudo-su", output, NO_KEYS, lost=("app",)),
        Scenario("runuser", output, NO_KEYS, lost=("app",)),
        Scenario("entrypoint-su", output, NO_KEYS, lost=("app",)),
        Scenario("gosu", output, None),
        Scenario("sshd", session("python3 /srv/app/report.py"), NO_KEYS, lost=("deploy",)),
        Scenario("php-fpm", fastcgi, "no credentials", success="ASIA", lost=("www-data",)),
        Scenario("php-official", fastcgi, None, success="ASIA"),
        Scenario("alpine-su", output, "404", success='"AccessKeyId"', lost=("app",), image="alpine"),
    )
}


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen of one run."""

    answer: str
    stdout: str
    stderr: str
    fetched: bool
    pid1: tuple[str, ...] | None  # None: it had ended by then
    strangers: dict[str, str] = field(default_factory=dict)  # who else could read the carried file → what they read

    @property
    def everything(self) -> str:
        return self.answer + self.stdout + self.stderr


def context_of(sample: str, folder: Path) -> Path:
    """A copy of a sample's build context, with a key that opens its sshd where it has one."""
    copy = Path(shutil.copytree(SAMPLES / sample, folder / sample))
    authorized = copy / "authorized_keys"
    if authorized.exists():
        key = folder / "id_ed25519"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        authorized.write_bytes(authorized.read_bytes() + key.with_suffix(".pub").read_bytes())
    return copy


def patch(dockerfile: Path, *options: str) -> Completed:
    """Patch a Dockerfile in place with the command line. Raises RigError where that fails."""
    done = subprocess.run(
        [sys.executable, "-m", "fargate_patch", *options, dockerfile.name],
        cwd=dockerfile.parent,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )
    completed = Completed(done.stdout, done.stderr, done.returncode)
    if done.returncode:
        raise RigError(f"fargate-patch ended with {done.returncode}: {last_words(completed)}")
    return completed


def observe(fargate: Fargate, scenario: Scenario, folder: Path, *, patched: bool) -> Observation:
    """Build a sample as it is or patched, run it as a task, use its application, and look around."""
    context = context_of(scenario.sample, folder)
    if patched:
        patch(context / "Dockerfile")
    key = folder / "id_ed25519"
    options = RunOptions(volumes=(f"{key}:{_PRIVATE_KEY}:ro",) if key.exists() else ())
    with fargate.engine.built(context, context / "Dockerfile") as image, fargate.run(image, options) as task:
        return look(task, scenario)


def look(task: Task, scenario: Scenario) -> Observation:
    """Use the application and write down what is to be seen then."""
    try:
        answer = scenario.use(task)
    except (RigError, EngineError) as error:
        logs = task.container.logs()
        raise RigError(f"{error}\n{logs.stdout}{logs.stderr}") from error
    processes = task.container.processes()
    logs = task.container.logs()
    return Observation(
        answer,
        logs.stdout,
        logs.stderr,
        task.fetched,
        processes[0].argv if processes else None,
        _read_by_strangers(task, scenario) if processes else {},
    )


def _read_by_strangers(task: Task, scenario: Scenario) -> dict[str, str]:
    """Users who have no business with the variables, and what they can read of them: in the file, or by logging in."""
    found: dict[str, str] = {}
    for user in STRANGERS:
        if user in scenario.lost:
            continue
        read = task.container.exec(["cat", CARRIED], user=user)
        login = task.container.exec(["su", "-s", "/bin/sh", "-", user, "-c", "env"], user="root")
        seen = read.stdout + "".join(line for line in login.stdout.splitlines() if line.startswith(("AWS_", "ECS_")))
        if seen:
            found[user] = seen
    return found
