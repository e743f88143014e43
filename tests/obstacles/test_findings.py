"""What stands in the way, and what only looks as if it did: Dockerfile and context → (code, level, file, line)."""

# Tables read by row.
# ruff: noqa: E501

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import fargate_patch

if TYPE_CHECKING:
    from pathlib import Path

Found = tuple[str, str, str, int]
Files = dict[str, str]

ONE_LINER = "export $(strings /proc/1/environ | grep AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)"
APP = "FROM debian:12\nRUN useradd -m -s /bin/bash app\n"
LOST = 'CMD ["su", "-", "app", "-c", "python3 app.py"]\n'
SCRIPT = 'FROM debian:12\nCOPY entrypoint.sh /\nENTRYPOINT ["/entrypoint.sh"]\nCMD ["python3", "app.py"]\n'
START = '#!/bin/sh\n{}\nexec "$@"\n'


def found(dockerfile: str, context: Path, files: Files | None = None) -> list[Found]:
    for name, text in (files or {}).items():
        path = context / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    result = fargate_patch.patch(dockerfile.encode(), path="Dockerfile", context=context)
    assert result.status is not fargate_patch.Status.ERROR, result.reason
    others = [f for f in result.findings if not f.code.startswith("FP1")]
    return [(f.code, f.level, f.file, f.line) for f in others]


def case(name: str, dockerfile: str, *expected: Found, **files: str) -> object:
    return pytest.param(dockerfile, {k.replace("__", "/"): v for k, v in files.items()}, list(expected), id=name)


FP201 = ("FP201", "warning", "Dockerfile", 3)

CASES = [
    # FP201: /proc/1/environ
    case("the one-liner", f"{APP}RUN echo '{ONE_LINER}' >> /etc/bashrc\n{LOST}", FP201),
    case("in a heredoc RUN", f"{APP}RUN <<EOF\ncat >> /root/.profile <<'IN'\n{ONE_LINER}\nIN\nEOF\n{LOST}", ("FP201", "warning", "Dockerfile", 4)),
    case("cat and tr", f"{APP}RUN echo 'export $(cat /proc/1/environ | tr \"\\0\" \"\\n\" | grep AWS_)' >> /root/.profile\n{LOST}", FP201),
    case("xargs", f"{APP}RUN echo '. <(xargs -0 bash -c '\"'\"'printf \"export %q\\n\" \"$@\"'\"'\"' -- < /proc/1/environ)' >> /etc/profile\n{LOST}", FP201),
    case("by tee", f"{APP}RUN echo '{ONE_LINER}' | tee -a /etc/bash.bashrc\n{LOST}", FP201),
    case("in double quotes", f'{APP}RUN echo "{ONE_LINER}" >> /etc/bashrc\n{LOST}', FP201),
    case("in the exec form", f"""{APP}RUN ["bash", "-c", "echo '{ONE_LINER}' >> /etc/bashrc"]\n{LOST}""", FP201),
    case("within sh -c", f"""{APP}RUN sh -c "echo '. /proc/1/environ; export AWS_X' >> /etc/bashrc"\n{LOST}""", FP201),
    case("copied as a profile", f"{APP}COPY aws.sh /etc/profile.d/aws.sh\n{LOST}", ("FP201", "warning", "aws.sh", 2), **{"aws.sh": f"# for ECS\n{ONE_LINER}\n"}),
    case("by COPY with a heredoc", f"{APP}COPY <<'EOF' /etc/profile.d/aws.sh\n{ONE_LINER}\nEOF\n{LOST}", ("FP201", "warning", "Dockerfile", 4)),
    case("in a script, without binutils", SCRIPT, ("FP201", "warning", "entrypoint.sh", 2), **{"entrypoint.sh": START.format(ONE_LINER)}),
    case("in a script, where it can work", SCRIPT, ("FP201", "note", "entrypoint.sh", 2), **{"entrypoint.sh": START.format(ONE_LINER.replace("strings", "cat"))}),
    case("in CMD", f"FROM debian:12\nCMD {ONE_LINER} && exec python3 app.py\n", ("FP201", "warning", "Dockerfile", 2)),
    case("it is only printed", f"{APP}RUN echo '{ONE_LINER}'\nCMD [\"python3\", \"app.py\"]\n"),
    case("it is a comment", f"{APP}# {ONE_LINER}\nRUN echo '# {ONE_LINER}' >> /etc/bashrc\nCMD [\"python3\", \"app.py\"]\n"),
    case("a word is looked for", SCRIPT, **{"entrypoint.sh": START.format("grep -q container=lxc /proc/1/environ || true")}),
    case("in a builder stage", f"FROM debian:12 AS build\nRUN echo '{ONE_LINER}' >> /etc/bashrc\nFROM debian:12\nCMD [\"python3\", \"app.py\"]\n"),
    case("in a README", 'FROM debian:12\nCOPY README.md /\nCMD ["python3", "app.py"]\n', **{"README.md": ONE_LINER}),
    # FP202: what no shell reads
    case("full-width brackets", f"{APP}RUN echo 'export $（strings /proc/1/environ | grep AWS_CONTAINER_CREDENTIALS_RELATIVE_URI）' >> /etc/bashrc\n{LOST}", FP201, ("FP202", "error", "Dockerfile", 3)),
    case("full-width brackets without quotes", f"{APP}RUN echo export $（strings /proc/1/environ | grep AWS_X） >> /etc/bashrc\n{LOST}", ("FP202", "error", "Dockerfile", 3)),
    case("a stray wildcard", f"{APP}RUN echo '{ONE_LINER}' >> /root/.profile **\n{LOST}", FP201, ("FP202", "error", "Dockerfile", 3)),
    case("an unclosed substitution", f"{APP}RUN echo 'export $(cat /run/x | grep AWS_CONTAINER_' >> /etc/profile\n{LOST}", ("FP202", "error", "Dockerfile", 3)),
    case("full-width text elsewhere", "FROM debian:12\nRUN echo '（注）' >> /etc/motd\nCMD [\"python3\", \"app.py\"]\n"),
    # FP203: a file that nobody reads
    case("root's profile for another", f"{APP}RUN echo 'export AWS_REGION=$(cat /run/region)' >> /root/.profile\n{LOST}", ("FP203", "warning", "Dockerfile", 3)),
    case("www-data's home", "FROM debian:12\nRUN echo 'export AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=$U' >> /home/www-data/.profile\nCMD [\"python3\", \"app.py\"]\n", ("FP203", "warning", "Dockerfile", 2)),
    case("a profile without a login", "FROM debian:12\nRUN echo 'export AWS_REGION=eu-west-1' >> /etc/profile\nUSER app\nCMD [\"gunicorn\", \"app:app\"]\n", ("FP203", "warning", "Dockerfile", 2)),
    case("debian's own file", f"{APP}RUN sed -i '1i export AWS_REGION=eu-west-1' /etc/bash.bashrc\n{LOST}"),
    case("the user's own profile", f"{APP}RUN echo 'export AWS_REGION=eu-west-1' >> /home/app/.profile\n{LOST}"),
    case("the family's file on RHEL", "FROM almalinux:9\nRUN echo 'export AWS_REGION=eu-west-1' >> /etc/bashrc\nCMD [\"bash\"]\n"),
    # FP204: all of the environment
    case("printenv", SCRIPT, ("FP204", "warning", "entrypoint.sh", 2), **{"entrypoint.sh": START.format("printenv > /etc/environment")}),
    case("env through sed", SCRIPT, ("FP204", "warning", "entrypoint.sh", 2), **{"entrypoint.sh": START.format("env | sed 's/^/export /' > /etc/profile.d/env.sh")}),
    case("export -p", SCRIPT, ("FP204", "warning", "entrypoint.sh", 2), **{"entrypoint.sh": START.format("export -p > /etc/profile.d/env.sh")}),
    case("by tee", SCRIPT, ("FP204", "warning", "entrypoint.sh", 2), **{"entrypoint.sh": START.format("env | tee /etc/environment > /dev/null")}),
    case("all but some", SCRIPT, ("FP204", "warning", "entrypoint.sh", 2), **{"entrypoint.sh": START.format("printenv | grep -v no_proxy >> /etc/environment")}),
    case("by a grep for no name", SCRIPT, ("FP204", "warning", "entrypoint.sh", 2), **{"entrypoint.sh": START.format("env | grep _ >> /etc/environment")}),
    case("by a grep for any name", SCRIPT, ("FP204", "warning", "entrypoint.sh", 2), **{"entrypoint.sh": START.format("env | grep -E '^[A-Z_]+=' > /etc/environment")}),
    case("in a branch", SCRIPT, ("FP204", "warning", "entrypoint.sh", 3), **{"entrypoint.sh": START.format("if [ -n \"$CRON\" ]; then\n  env > /etc/environment\nfi")}),
    case("in CMD", 'FROM debian:12\nCMD printenv > /etc/environment && cron -f\n', ("FP204", "warning", "Dockerfile", 2)),
    case("some names only", SCRIPT, **{"entrypoint.sh": START.format("printenv | grep ^AWS_ > /etc/environment")}),
    case("into a closed file", SCRIPT, **{"entrypoint.sh": START.format("env > /etc/environment\nchmod 600 /etc/environment")}),
    case("into root's folder", SCRIPT, **{"entrypoint.sh": START.format("env > /root/env.sh")}),
    case("printed", SCRIPT, **{"entrypoint.sh": START.format("env | sort")}),
    case("at build time", 'FROM debian:12\nRUN env > /etc/environment\nCMD ["python3", "app.py"]\n'),
    # FP205: at each start
    case("appended", SCRIPT, ("FP205", "note", "entrypoint.sh", 2), **{"entrypoint.sh": START.format('echo "AWS_REGION=$AWS_REGION" >> /srv/.env')}),
    case("appended to the pool", SCRIPT, ("FP205", "note", "entrypoint.sh", 2), **{"entrypoint.sh": START.format('echo "env[AWS_CONTAINER_CREDENTIALS_RELATIVE_URI] = $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" >> /etc/php/8.2/fpm/pool.d/www.conf')}),
    case("written anew", SCRIPT, **{"entrypoint.sh": START.format('echo "AWS_REGION=$AWS_REGION" > /srv/.env')}),
    case("begun anew at each start", SCRIPT, **{"entrypoint.sh": START.format('echo "AWS_REGION=$AWS_REGION" > /srv/.env\necho "AWS_X=$AWS_X" >> /srv/.env')}),
    case("removed at each start", SCRIPT, **{"entrypoint.sh": START.format('rm -f /srv/.env\necho "AWS_REGION=$AWS_REGION" >> /srv/.env')}),
    case("several lines appended", SCRIPT, ("FP205", "note", "entrypoint.sh", 2), **{"entrypoint.sh": START.format('echo "AWS_REGION=$AWS_REGION" >> /srv/.env\necho "AWS_X=$AWS_X" >> /srv/.env')}),
    case("something else is appended", SCRIPT, **{"entrypoint.sh": START.format('echo "started" >> /var/log/app.log')}),
    # FP206: not expanded
    case("a cron table", "FROM debian:12\nCOPY jobs /etc/cron.d/jobs\nCMD [\"cron\", \"-f\"]\n", ("FP206", "error", "jobs", 1), jobs="AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI\n* * * * * root /job\n"),
    case("a cron table by RUN", "FROM debian:12\nRUN echo 'AWS_REGION=${AWS_REGION}' >> /etc/cron.d/jobs\nCMD [\"cron\", \"-f\"]\n", ("FP206", "error", "Dockerfile", 2)),
    case("SetEnv", "FROM debian:12\nRUN echo 'SetEnv AWS_REGION=$AWS_REGION' >> /etc/ssh/sshd_config\nCMD [\"/usr/sbin/sshd\", \"-D\"]\n", ("FP206", "error", "Dockerfile", 2)),
    case("supervisord", "FROM debian:12\nCOPY s.conf /etc/supervisor/supervisord.conf\nCMD [\"supervisord\", \"-n\"]\n", ("FP206", "error", "s.conf", 3), **{"s.conf": "[program:app]\ncommand=/app\nenvironment=AWS_REGION=\"$AWS_REGION\"\n"}),
    case("a job's own command", "FROM alpine:3.20\nCOPY jobs /etc/crontabs/root\nCMD [\"crond\", \"-f\"]\n", jobs="* * * * * AWS_REGION=$AWS_REGION /job\n"),
    case("a plain value", "FROM debian:12\nCOPY jobs /etc/cron.d/jobs\nCMD [\"cron\", \"-f\"]\n", jobs="AWS_REGION=eu-west-1\n* * * * * root /job\n"),
    case("expanded by the script that writes it", SCRIPT, **{"entrypoint.sh": START.format('echo "AWS_REGION=$AWS_REGION" > /etc/environment')}),
    # FP207: everything
    case("clear_env", "FROM debian:12\nRUN echo 'clear_env = no' >> /etc/php/8.2/fpm/pool.d/www.conf\nCMD [\"python3\", \"app.py\"]\n", ("FP207", "note", "Dockerfile", 2)),
    case("clear_env by sed", "FROM debian:12\nRUN sed -i 's/;clear_env = no/clear_env = no/' /etc/php/8.2/fpm/pool.d/www.conf\nCMD [\"python3\", \"app.py\"]\n", ("FP207", "note", "Dockerfile", 2)),
    case("the official php image's own", "FROM php:8.3-fpm\n"),
    case("sudo -E", SCRIPT, ("FP207", "note", "entrypoint.sh", 2), **{"entrypoint.sh": START.format("sudo -E -u app /migrate")}),
    case("env_reset", "FROM debian:12\nRUN echo 'Defaults !env_reset' > /etc/sudoers.d/env\nCMD [\"python3\", \"app.py\"]\n", ("FP207", "note", "Dockerfile", 2)),
    case("S6_KEEP_ENV", "FROM debian:12\nENV S6_KEEP_ENV=1\nCMD [\"python3\", \"app.py\"]\n", ("FP207", "note", "Dockerfile", 2)),
    case("PermitUserEnvironment", "FROM debian:12\nRUN echo 'PermitUserEnvironment yes' >> /etc/ssh/sshd_config\nCMD [\"python3\", \"app.py\"]\n", ("FP207", "note", "Dockerfile", 2)),
    # FP208: supervisord
    case("an expansion", "FROM debian:12\nCOPY s.conf /etc/supervisor/supervisord.conf\nCMD [\"supervisord\", \"-n\"]\n", ("FP208", "warning", "s.conf", 3), **{"s.conf": "[program:app]\ncommand=/app\nenvironment=A=\"%(ENV_AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)s\"\n"}),
    case("an expansion of what ENV sets", "FROM debian:12\nENV AWS_PAGER=\nCOPY s.conf /etc/supervisor/supervisord.conf\nCMD [\"supervisord\", \"-n\"]\n", **{"s.conf": "[program:app]\ncommand=/app\nenvironment=A=\"%(ENV_AWS_PAGER)s\"\n"}),
    # FP209: baked in
    case("by ENV", "FROM debian:12\nARG AWS_CONTAINER_CREDENTIALS_RELATIVE_URI\nENV AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI\nCMD [\"python3\", \"app.py\"]\n", ("FP209", "warning", "Dockerfile", 3)),
    case("by a RUN", 'FROM debian:12\nRUN echo "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" >> /etc/environment\nCMD ["python3", "app.py"]\n', ("FP209", "warning", "Dockerfile", 2)),
    case("for the build alone", "FROM debian:12\nARG AWS_CONTAINER_CREDENTIALS_RELATIVE_URI\nRUN aws s3 cp s3://bucket/file .\nCMD [\"python3\", \"app.py\"]\n"),
    # FP210: region
    case("a region", "FROM debian:12\nENV AWS_DEFAULT_REGION eu-west-1\nCMD [\"python3\", \"app.py\"]\n", ("FP210", "note", "Dockerfile", 2)),
    case("a region in a builder stage", "FROM debian:12 AS build\nENV AWS_REGION=eu-west-1\nFROM debian:12\nCMD [\"python3\", \"app.py\"]\n"),
    # FP301: keys
    case("a pair", "FROM debian:12\nENV AWS_ACCESS_KEY_ID=AKIA \\\n    AWS_SECRET_ACCESS_KEY=x\nCMD [\"python3\", \"app.py\"]\n", ("FP301", "error", "Dockerfile", 2)),
    case("one half", "FROM debian:12\nENV AWS_ACCESS_KEY_ID=AKIA\nCMD [\"python3\", \"app.py\"]\n", ("FP301", "error", "Dockerfile", 2)),
    case("from a build argument", "FROM debian:12\nARG AWS_ACCESS_KEY_ID\nARG AWS_SECRET_ACCESS_KEY\nENV AWS_ACCESS_KEY_ID=$AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY=$AWS_SECRET_ACCESS_KEY\nCMD [\"python3\", \"app.py\"]\n", ("FP301", "warning", "Dockerfile", 4)),
    case("empty", "FROM debian:12\nENV AWS_ACCESS_KEY_ID= AWS_SECRET_ACCESS_KEY=\nCMD [\"python3\", \"app.py\"]\n"),
    case("emptied later", "FROM debian:12\nENV AWS_ACCESS_KEY_ID=a AWS_SECRET_ACCESS_KEY=b\nRUN make\nENV AWS_ACCESS_KEY_ID= AWS_SECRET_ACCESS_KEY=\nCMD [\"python3\", \"app.py\"]\n"),
    case("for the build alone", "FROM debian:12\nARG AWS_ACCESS_KEY_ID\nRUN make\nCMD [\"python3\", \"app.py\"]\n"),
    # FP302: other settings
    case("a profile", "FROM debian:12\nENV AWS_PROFILE=prod\nCMD [\"python3\", \"app.py\"]\n", ("FP302", "warning", "Dockerfile", 2)),
    case("a credentials file with keys", "FROM debian:12\nCOPY credentials /root/.aws/credentials\nCMD [\"python3\", \"app.py\"]\n", ("FP302", "error", "credentials", 2), credentials="[default]\naws_access_key_id = AKIA\n"),
    case("a file without keys", "FROM debian:12\nCOPY config /root/.aws/config\nCMD [\"python3\", \"app.py\"]\n", config="[default]\nregion = eu-west-1\n"),
    case("aws configure", "FROM debian:12\nRUN aws configure set aws_access_key_id AKIA\nCMD [\"python3\", \"app.py\"]\n", ("FP302", "error", "Dockerfile", 2)),
    case("aws configure of the region", "FROM debian:12\nRUN aws configure set region eu-west-1\nCMD [\"python3\", \"app.py\"]\n"),
    # FP304: a proxy
    case("a proxy", "FROM debian:12\nENV http_proxy=http://proxy:3128\nCMD [\"python3\", \"app.py\"]\n", ("FP304", "note", "Dockerfile", 2)),
    case("a proxy with an exception", "FROM debian:12\nENV HTTP_PROXY=http://proxy:3128 NO_PROXY=localhost,169.254.170.2\nCMD [\"python3\", \"app.py\"]\n"),
    case("a proxy for https", "FROM debian:12\nENV HTTPS_PROXY=http://proxy:3128\nCMD [\"python3\", \"app.py\"]\n"),
]  # fmt: skip


@pytest.mark.parametrize(("dockerfile", "files", "expected"), CASES)
def test_what_stands_in_the_way(dockerfile: str, files: Files, expected: list[Found], tmp_path: Path) -> None:
    assert found(dockerfile, tmp_path, files) == expected
