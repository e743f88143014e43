"""An image that copies its environment to a file itself is not told that what reads that file loses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fargate_patch import Status, patch
from fargate_patch.remedies.variables import CREDENTIALS_VARIABLE as NAME

if TYPE_CHECKING:
    from pathlib import Path

DOCKERFILE = b"""FROM debian:12
RUN apt-get update && apt-get install -y cron && useradd app
COPY jobs /etc/cron.d/jobs
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["cron", "-f"]
"""


@pytest.mark.parametrize(
    ("line", "job", "status"),
    [
        ("printenv > /etc/environment", "app /x", Status.CLEAN),
        ("env >> /etc/environment", "app /x", Status.CLEAN),
        ('printenv | grep -v "no_proxy" >> /etc/environment', "app /x", Status.CLEAN),
        ("printenv | grep AWS_ >> /etc/environment", "app /x", Status.CLEAN),
        ("env | grep -E '^AWS|^ECS' > /etc/environment", "app /x", Status.CLEAN),
        (
            'echo "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" >> /etc/environment',
            "app /x",
            Status.CLEAN,
        ),
        ("tr '\\0' '\\n' < /proc/1/environ > /etc/environment", "app /x", Status.CLEAN),
        ("printenv | grep -v AWS >> /etc/environment", "app /x", Status.WOULD_PATCH),
        ("printenv | grep DB_ >> /etc/environment", "app /x", Status.WOULD_PATCH),
        ("printenv | grep -E '^(A|E).*' >> /etc/environment", "app /x", Status.CLEAN),
        ("printenv | grep -E '^(B|E).*' >> /etc/environment", "app /x", Status.WOULD_PATCH),
        ("env | grep -e ^ECS_ -e ^AWS_ | sort -u | tee -a /etc/environment", "app /x", Status.CLEAN),
        ("env | grep -Fe AWS_C >> /etc/environment", "app /x", Status.CLEAN),
        ("env | grep -wF AWS >> /etc/environment", "app /x", Status.WOULD_PATCH),
        ("env | grep -o '^AWS_[^=]*' >> /etc/environment", "app /x", Status.WOULD_PATCH),
        ("env | sed -n '/^AWS_/p' >> /etc/environment", "app /x", Status.CLEAN),
        ("env | sed '/^AWS_/d' >> /etc/environment", "app /x", Status.WOULD_PATCH),
        ("env | sed 's/=\\(.*\\)/=\"\\1\"/' >> /etc/environment", "app /x", Status.CLEAN),
        ("env | awk '/^AWS_/' >> /etc/environment", "app /x", Status.CLEAN),
        ("env | awk -F= '{print $1}' >> /etc/environment", "app /x", Status.WOULD_PATCH),
        ("env | cut -d= -f1 >> /etc/environment", "app /x", Status.WOULD_PATCH),
        ("env | head -3 >> /etc/environment", "app /x", Status.WOULD_PATCH),
        ("set | grep ^AWS_ >> /etc/environment", "app /x", Status.CLEAN),
        ("cat /proc/1/environ | tr '\\000' '\\012' | grep AWS >> /etc/environment", "app /x", Status.CLEAN),
        ("cat /proc/1/environ >> /etc/environment", "app /x", Status.WOULD_PATCH),
        ("strings /proc/1/environ | grep AWS >> /etc/environment", "app /x", Status.CLEAN),
        ("export -p | sed 's/^declare -x //; s/^export //' >> /etc/environment", "app /x", Status.CLEAN),
        (f'for v in AWS_REGION {NAME}; do echo "$v=${{!v}}"; done >> /etc/environment', "app /x", Status.CLEAN),
        ('for v in AWS_REGION; do echo "$v=${!v}"; done >> /etc/environment', "app /x", Status.WOULD_PATCH),
        (
            f'for v in AWS_REGION {NAME}; do [ -n "${{!v}}" ] && echo "$v=${{!v}}" >> /etc/environment; done',
            "app /x",
            Status.CLEAN,
        ),
        (
            f'for v in AWS_REGION {NAME}; do [[ ${{!v}} ]] && printf "%s=%s\\n" $v ${{!v}} >> /etc/environment; done',
            "app /x",
            Status.CLEAN,
        ),
        ("printenv > /etc/container.env", "app /x", Status.WOULD_PATCH),
        ("printenv PATH > /etc/environment", "app /x", Status.WOULD_PATCH),
        ("declare -p > /etc/environment", "app /x", Status.WOULD_PATCH),
        ("export -p > /etc/environment", "app /x", Status.WOULD_PATCH),
        ("printenv | sed 's/^/export /' > /etc/environment", "app /x", Status.CLEAN),
        (f'echo "export {NAME}=${NAME}" >> /etc/environment', "app /x", Status.CLEAN),
        ("printenv > /etc/environment", "root runuser -l app -c /x", Status.WOULD_PATCH),
        ("printenv > /etc/environment", "root sudo -u app /x", Status.WOULD_PATCH),
        (f"printf '{NAME}=%s\\n' \"${NAME}\" > /etc/environment", "app /x", Status.CLEAN),
    ],
)
def test_what_a_start_script_copies(tmp_path: Path, line: str, job: str, status: Status) -> None:
    (tmp_path / "entrypoint.sh").write_text(f'#!/bin/bash\n{line}\nexec "$@"\n')
    (tmp_path / "jobs").write_text(f"* * * * * {job}\n")
    assert patch(DOCKERFILE, context=tmp_path).status is status


def test_a_copy_made_after_the_loss_is_empty(tmp_path: Path) -> None:
    (tmp_path / "entrypoint.sh").write_text("#!/bin/bash\nprintenv > /etc/environment\nexec cron -f\n")
    (tmp_path / "jobs").write_text("* * * * * app /x\n")
    dockerfile = DOCKERFILE.replace(b'["/entrypoint.sh"]', b'["env", "-i", "/entrypoint.sh"]')
    assert patch(dockerfile, context=tmp_path).status is Status.WOULD_PATCH


def test_alpine_has_no_pam_that_reads_it(tmp_path: Path) -> None:
    (tmp_path / "entrypoint.sh").write_text("#!/bin/sh\nprintenv > /etc/environment\nexec su - app -c /x\n")
    dockerfile = b'FROM alpine:3.20\nRUN adduser -D app\nCOPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\n'
    assert patch(dockerfile, context=tmp_path).status is Status.WOULD_PATCH


@pytest.mark.parametrize(
    ("line", "table", "status"),
    [
        ("printenv | sed 's/^\\(.*\\)$/export \"\\1\"/' > /env.sh", "app . /env.sh; /x", Status.CLEAN),
        ("env | awk '{print \"export \" $0}' > /env.sh", "app . /env.sh && /x", Status.CLEAN),
        ("env | grep ^AWS | sed 's/^/export /' > /env.sh", "app . /env.sh && /x", Status.CLEAN),
        ("export -p | grep AWS_ | sed 's/declare -x/export/' > /env.sh", "app . /env.sh && /x", Status.CLEAN),
        (
            f'for v in AWS_REGION {NAME}; do echo "export $v=${{!v}}" >> /env.sh; done',
            "app . /env.sh && /x",
            Status.CLEAN,
        ),
        ("export -p > /env.sh", "app /bin/sh -c '. /env.sh; /x'", Status.CLEAN),
        ("export -p > /env.sh", "app source /env.sh; /x", Status.WOULD_PATCH),  # dash: `source: not found`
        ("export -p > /env.sh", "app /bin/bash -c 'source /env.sh; /x'", Status.CLEAN),
        ("export -p > /env.sh", "app /bin/sh -c 'source /env.sh; /x'", Status.WOULD_PATCH),
        ("declare -p | grep -Ev 'EUID|PPID' > /env.sh", "app . /env.sh; /x", Status.CLEAN),
        ("declare -p | grep -v AWS > /env.sh", "app . /env.sh; /x", Status.WOULD_PATCH),
        ("printenv > /env.sh", "app set -a; . /env.sh; /x", Status.CLEAN),
        ("printenv > /env.sh", f"app . /env.sh; export AWS_REGION {NAME}; /x", Status.CLEAN),
        ("printenv > /env.sh", "app . /env.sh; export AWS_REGION; /x", Status.WOULD_PATCH),
        ("printenv > /env.sh", "app export $(cat /env.sh | xargs) && /x", Status.CLEAN),
        ("printenv > /env.sh", "app . /env.sh; /x", Status.WOULD_PATCH),
        ("export -p > /env.sh", "app /x", Status.WOULD_PATCH),
        ("export -p > /env.sh", "app . /env.sh.old; /x", Status.WOULD_PATCH),
        ("export -p > /env.sh", "app /job.sh", Status.CLEAN),
        ("export -p > /root/env.sh", "root . /root/env.sh; /x", Status.CLEAN),
        ("export -p > /root/env.sh", "app . /root/env.sh; /x", Status.WOULD_PATCH),
        ("export -p > /env.sh; chmod 600 /env.sh", "app . /env.sh; /x", Status.WOULD_PATCH),
        ("export -p > /env.sh", "app . /env.sh; sudo -u web /x", Status.WOULD_PATCH),
        (f"declare -px AWS_REGION {NAME} > /env.sh", "app . /env.sh; /x", Status.CLEAN),
        ("declare -px AWS_REGION > /env.sh", "app . /env.sh; /x", Status.WOULD_PATCH),
    ],
)
def test_what_a_job_reads_back(tmp_path: Path, line: str, table: str, status: Status) -> None:
    (tmp_path / "entrypoint.sh").write_text(f'#!/bin/bash\n{line}\nexec "$@"\n')
    (tmp_path / "jobs").write_text(f"* * * * * {table}\n")
    (tmp_path / "job.sh").write_text("#!/bin/sh\n. /env.sh\n/x\n")
    assert patch(DOCKERFILE + b"COPY job.sh /job.sh\n", context=tmp_path).status is status


@pytest.mark.parametrize(
    ("script", "status"),
    [
        ("job() {\n/x\n}\n. /env.sh\njob\n", Status.CLEAN),
        ("job() {\n/x\n}\njob\n. /env.sh\n", Status.WOULD_PATCH),
        ("main() {\nload\njob\n}\njob() {\n/x\n}\nload() {\n. /env.sh\n}\nmain\n", Status.CLEAN),
        ("main() {\njob\n}\njob() {\n/x\n}\nmain\n. /env.sh\n", Status.WOULD_PATCH),
        ("again() {\n/x\nagain\n}\n. /env.sh\nagain\n", Status.CLEAN),
    ],
)
def test_a_job_reads_it_before_the_call_of_the_function_that_needs_it(
    tmp_path: Path, script: str, status: Status
) -> None:
    (tmp_path / "entrypoint.sh").write_text('#!/bin/bash\nexport -p > /env.sh\nexec "$@"\n')
    (tmp_path / "jobs").write_text("* * * * * app /job.sh\n")
    (tmp_path / "job.sh").write_text(f"#!/bin/sh\n{script}")
    assert patch(DOCKERFILE + b"COPY job.sh /job.sh\n", context=tmp_path).status is status


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("SHELL=/bin/bash\nBASH_ENV=/env.sh\n", Status.CLEAN),
        ("BASH_ENV=/env.sh\n", Status.WOULD_PATCH),
        ("SHELL=/bin/bash\nBASH_ENV=/other.sh\n", Status.WOULD_PATCH),
    ],
)
def test_what_bash_reads_back(tmp_path: Path, head: str, status: Status) -> None:
    (tmp_path / "entrypoint.sh").write_text('#!/bin/bash\ndeclare -p > /env.sh\nexec "$@"\n')
    (tmp_path / "jobs").write_text(f"{head}* * * * * app /x\n")
    assert patch(DOCKERFILE, context=tmp_path).status is status


@pytest.mark.parametrize(
    ("head", "status"),
    [("SHELL=/bin/bash\nBASH_ENV=/env.sh\n", Status.CLEAN), ("BASH_ENV=/env.sh\n", Status.WOULD_PATCH)],
)
def test_what_bash_reads_back_by_a_table_of_the_start(tmp_path: Path, head: str, status: Status) -> None:
    table = f'echo "{head}$EVERY /x >/proc/1/fd/1\n" > jobs.txt\ncrontab jobs.txt\n'
    (tmp_path / "entrypoint.sh").write_text(f"#!/bin/bash\ndeclare -p > /env.sh\n{table}cron -f\n")
    (tmp_path / "jobs").touch()
    assert patch(DOCKERFILE, context=tmp_path).status is status


def test_what_the_script_itself_reads_is_not_what_its_job_reads(tmp_path: Path) -> None:
    script = "export -p > /env.sh\n. /env.sh\necho '* * * * * /x' | crontab -\ncron -f\n"
    (tmp_path / "entrypoint.sh").write_text(f"#!/bin/bash\n{script}")
    (tmp_path / "jobs").touch()
    assert patch(DOCKERFILE, context=tmp_path).status is Status.WOULD_PATCH


@pytest.mark.parametrize(
    ("path", "shell", "status"),
    [
        ("/etc/profile.d/aws.sh", "/bin/bash", Status.CLEAN),
        ("/home/app/.profile", "/bin/sh", Status.CLEAN),
        ("/etc/profile.d/aws", "/bin/bash", Status.WOULD_PATCH),
        ("/home/app/.bashrc", "/bin/bash", Status.WOULD_PATCH),
        ("/root/.profile", "/bin/bash", Status.WOULD_PATCH),
        ("/etc/profile.d/aws.sh", "/bin/zsh", Status.WOULD_PATCH),
    ],
)
def test_what_a_login_shell_reads_back(tmp_path: Path, path: str, shell: str, status: Status) -> None:
    name = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    (tmp_path / "start").write_text(f'#!/bin/sh\necho "export {name}=${name}" > {path}\nexec su - app -c /x\n')
    dockerfile = f'FROM debian:12\nRUN useradd -m -s {shell} app\nCOPY start /\nCMD ["/start"]\n'
    assert patch(dockerfile.encode(), context=tmp_path).status is status


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/etc/ssh/sshd_config.d/aws.conf", Status.CLEAN),
        ("/etc/ssh/sshd_config", Status.CLEAN),
        ("/etc/ssh/ssh_config", Status.WOULD_PATCH),
    ],
)
def test_what_sshd_sets(tmp_path: Path, path: str, status: Status) -> None:
    name = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    (tmp_path / "start").write_text(f'#!/bin/sh\necho "SetEnv {name}=${name}" >> {path}\nexec /usr/sbin/sshd -D\n')
    dockerfile = b"FROM debian:12\nRUN apt-get install -y openssh-server && useradd -m app\nCOPY start /\nCMD /start\n"
    assert patch(dockerfile, context=tmp_path).status is status


def test_only_sshds_first_line_counts(tmp_path: Path) -> None:
    """sshd_config(5): for each keyword the first value is used. Seen with OpenSSH 9.2 and 10.0."""
    lines = f'echo "SetEnv AWS_REGION=$AWS_REGION" >> $C\necho "SetEnv {NAME}=${NAME}" >> $C\n'.replace(
        "$C", "/etc/ssh/sshd_config"
    )
    (tmp_path / "start").write_text(f"#!/bin/sh\n{lines}exec /usr/sbin/sshd -D\n")
    dockerfile = b"FROM alpine:3.20\nRUN apk add openssh && adduser -D app\nCOPY start /\nCMD /start\n"
    assert patch(dockerfile, context=tmp_path).status is Status.BLOCKED


@pytest.mark.parametrize(
    ("pam", "status"),
    [
        ("session required pam_env.so readenv=1 envfile=/run/aws.env", Status.CLEAN),
        ("session required pam_env.so readenv=1 envfile=/run/other.env", Status.WOULD_PATCH),
        ("# session required pam_env.so readenv=1 envfile=/run/aws.env", Status.WOULD_PATCH),
    ],
)
def test_what_the_images_own_pam_line_reads_back(tmp_path: Path, pam: str, status: Status) -> None:
    (tmp_path / "entrypoint.sh").write_text('#!/bin/sh\nprintenv | grep AWS_ > /run/aws.env\nexec "$@"\n')
    (tmp_path / "jobs").write_text("* * * * * app /x\n")
    dockerfile = DOCKERFILE + f"RUN echo '{pam}' >> /etc/pam.d/cron\n".encode()
    assert patch(dockerfile, context=tmp_path).status is status


WRITES = "printenv > /etc/environment"


@pytest.mark.parametrize(
    ("script", "status"),
    [
        (f"cron\n{WRITES}\nsleep 1d", Status.WOULD_PATCH),
        (f'if [ "$STAGE" = prod ]; then {WRITES}; fi\nexec cron -f', Status.WOULD_PATCH),
        (f'[ "$STAGE" = prod ] && {WRITES}\nexec cron -f', Status.WOULD_PATCH),
        (f"grep -q prod /stage && {WRITES}\nexec cron -f", Status.WOULD_PATCH),
        (f'if [ "$STAGE" = prod ]; then {WRITES}; exec cron -f; fi\nexec /x', Status.CLEAN),
        (f'if [ "$1" = cron ]; then {WRITES}; fi\nexec "$@"', Status.CLEAN),
        (f'if [ "$(id -u)" = 0 ]; then {WRITES}; fi\nexec "$@"', Status.CLEAN),
        (f'if [ -n "${NAME}" ]; then {WRITES}; fi\nexec "$@"', Status.CLEAN),
        (f'[ -z "${{{NAME}:-}}" ] || {WRITES}\nexec "$@"', Status.CLEAN),
        (f'[[ -n ${NAME} ]] && {WRITES}\nexec "$@"', Status.CLEAN),
        (f"if ! grep -q AWS_ /etc/environment; then {WRITES}; fi\nexec cron -f", Status.CLEAN),
        (f"grep -q AWS_ /etc/environment || {WRITES}\nexec cron -f", Status.CLEAN),
        (f"mkdir -p /x && {WRITES} && exec cron -f", Status.CLEAN),
        (f'setup() {{ {WRITES}; }}\nmain() {{ setup; exec "$@"; }}\nmain "$@"', Status.CLEAN),
        ("{ printenv; echo A=b; } > /etc/environment\ncron -f", Status.CLEAN),
        ("printenv | tee /etc/environment > /dev/null\ncron -f", Status.CLEAN),
        ("(printenv) > /etc/environment; cron -f", Status.CLEAN),
        ("sh -c 'printenv > /etc/environment'; cron -f", Status.CLEAN),
    ],
)
def test_a_copy_counts_where_it_is_surely_made_by_then(tmp_path: Path, script: str, status: Status) -> None:
    (tmp_path / "entrypoint.sh").write_text(f"#!/bin/bash\n{script}\n")
    (tmp_path / "jobs").write_text("* * * * * app /x\n")
    assert patch(DOCKERFILE, context=tmp_path).status is status
