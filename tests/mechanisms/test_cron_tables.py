"""Where cron finds its jobs: tables of the build, what is appended to others, run-parts, what a start writes."""

from __future__ import annotations

import pytest
from traced import chains, mended_by

from fargate_patch import trace

DEBIAN = "FROM debian:12\nRUN apt-get install -y cron && useradd -m app\n"
ALPINE = "FROM alpine:3.20\nRUN adduser -D app\n"
AMAZON = "FROM amazonlinux:2\nRUN yum install -y cronie && useradd app\n"
CRON, CROND, CROND_N = 'CMD ["cron", "-f"]\n', 'CMD ["crond", "-f"]\n', 'CMD ["crond", "-n"]\n'
JOB = "shell keeps > exec keeps, /srv/job"
SCRIPT = "#!/bin/sh\naws s3 ls\n"
RUN_PARTS = "shell keeps > shell keeps > exec keeps, aws s3 ls"


@pytest.mark.parametrize(
    ("dockerfile", "found"),
    [
        (
            f"{ALPINE}RUN echo '* * * * * /srv/job' >> /etc/crontabs/root\n{CROND}",
            f"root reaches: busybox-crond keeps > {JOB}",
        ),
        (
            f"{ALPINE}RUN echo '* * * * * su - app -c /srv/job' >> /etc/crontabs/root\n{CROND}",
            f"app lost: busybox-crond keeps > shell keeps > su-login drops > {JOB}",
        ),
        (f"{DEBIAN}RUN echo '@daily app /srv/job' >> /etc/crontab\n{CRON}", f"app lost: cron drops > {JOB}"),
    ],
)
def test_what_is_appended_to_a_table_of_the_base_image(dockerfile: str, found: str) -> None:
    assert chains(dockerfile) == [found]


@pytest.mark.parametrize(
    ("dockerfile", "found"),
    [
        (f"{DEBIAN}COPY job /etc/cron.daily/job\n{CRON}", f"root lost: cron drops > {RUN_PARTS}"),
        (f"{DEBIAN}COPY job /etc/cron.daily/job.sh\n{CRON}", "None lost: cron drops, cron jobs of its users"),
        (f"{AMAZON}COPY job /etc/cron.hourly/job.sh\n{CROND_N}", f"root lost: cronie drops > {RUN_PARTS}"),
        (f"{ALPINE}COPY job /etc/periodic/15min/job\n{CROND}", f"root reaches: busybox-crond keeps > {RUN_PARTS}"),
        (f"{ALPINE}COPY job /etc/periodic/daily/job.sh\n{CROND}", "None reaches: busybox-crond keeps, cron jobs"),
    ],
)
def test_folders_for_run_parts(dockerfile: str, found: str) -> None:
    assert chains(dockerfile, {"job": SCRIPT}) == [found]


@pytest.mark.parametrize("path", ["/etc/cron.d/jobs.cron", "/etc/cron.daily/job.sh"])
def test_what_cron_leaves_out_for_its_name_is_said(path: str) -> None:
    (chain,) = trace(f"{DEBIAN}RUN echo '* * * * * app /srv/job' > {path}\n{CRON}".encode()).chains
    assert chain.hops[-1].why == (
        f"cron starts a job with HOME, LOGNAME, PATH and SHELL alone, and leaves out {path} for its name: "
        "letters, digits, `-` and `_` alone are allowed"
    )


def test_a_table_without_the_column_for_the_user_is_said() -> None:
    (chain,) = trace(f"{DEBIAN}RUN echo '* * * * * /srv/job' > /etc/cron.d/job\n{CRON}".encode()).chains
    assert chain.hops[-1].why == (
        "cron starts a job with HOME, LOGNAME, PATH and SHELL alone, and runs nothing of /etc/cron.d/job, "
        "where no user stands before the command"
    )


def test_a_table_in_the_place_of_the_one_that_calls_run_parts() -> None:
    dockerfile = f"{DEBIAN}COPY job /etc/cron.daily/job\nCOPY crontab /etc/crontab\n{CRON}"
    assert chains(dockerfile, {"job": SCRIPT, "crontab": "* * * * * app /srv/job\n"}) == [
        f"app lost: cron drops > {JOB}"
    ]


@pytest.mark.parametrize(
    ("name", "read"), [("jobs.cron", True), ("jobs.rpmsave", False), (".jobs", False), ("jobs~", False)]
)
def test_names_of_tables_that_cronie_reads(name: str, read: bool) -> None:
    found = chains(f"{AMAZON}COPY jobs /etc/cron.d/{name}\n{CROND_N}", {"jobs": "* * * * * app /srv/job\n"})
    assert found == [f"app lost: cronie drops > {JOB}" if read else "None lost: cronie drops, cron jobs of its users"]


def test_a_users_table_that_was_put_into_cron_d_as_well() -> None:
    dockerfile = f"{DEBIAN}COPY jobs /etc/cron.d/jobs\nRUN crontab /etc/cron.d/jobs\n{CRON}"
    assert chains(dockerfile, {"jobs": "* * * * * /srv/job\n* * * * * cd /srv && ./other\n"}) == [
        f"root lost: cron drops > {JOB}",
        "root lost: cron drops > shell keeps > exec keeps, ./other",
    ]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ('echo "${SCHEDULE:-0 * * * *} /srv/job" | crontab -', [f"root lost: shell keeps > cron drops > {JOB}"]),
        ('(crontab -l; echo "@daily /srv/job") | crontab -u app -', [f"app lost: shell keeps > cron drops > {JOB}"]),
        ("crontab /srv/table", [f"root lost: shell keeps > cron drops > {JOB}"]),
        ('echo "$MINUTE 1 * * * app /srv/job" > /etc/cron.d/job', [f"app lost: shell keeps > cron drops > {JOB}"]),
        ("cat > /etc/cron.d/job <<EOF\n@hourly app /srv/job\nEOF", [f"app lost: shell keeps > cron drops > {JOB}"]),
        (
            'echo "SHELL=/bin/sh" > jobs; echo "@daily /srv/job" >> jobs; crontab -u app jobs',
            [f"app lost: shell keeps > cron drops > {JOB}"],
        ),
        (
            'echo "@daily /srv/job" > /tmp/jobs; crontab -u app - < /tmp/jobs',
            [f"app lost: shell keeps > cron drops > {JOB}"],
        ),
        ("crontab -u app < /srv/table", [f"app lost: shell keeps > cron drops > {JOB}"]),
        ("cat /srv/table >> /var/spool/cron/crontabs/app", [f"app lost: shell keeps > cron drops > {JOB}"]),
        ("crontab -l", ["None lost: shell keeps > cron drops, cron jobs of its users"]),
        (
            "make_table | crontab -u app -",
            [
                "app lost: shell keeps > cron drops, cron jobs of app ? the jobs are not known: "
                "written by make_table at each start"
            ],
        ),
    ],
)
def test_a_table_that_is_written_when_the_container_starts(line: str, found: list[str]) -> None:
    dockerfile = f'{DEBIAN}COPY table /srv/table\nCOPY start /start\nCMD ["bash", "/start"]\n'
    assert chains(dockerfile, {"table": "* * * * * /srv/job\n", "start": f"{line}\nexec cron -f\n"}) == found


NAME = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
WITH_NAME = f"{NAME}=${NAME}\n* * * * * app /srv/job\n"
WITH_MARK = f"{NAME}=@URI@\n* * * * * app /srv/job\n"
REACHES, LOST = (f"app {verdict}: shell keeps > cron drops > {JOB}" for verdict in ("reaches", "lost"))


@pytest.mark.parametrize(
    ("line", "table", "found"),
    [
        ("envsubst < /srv/table > /etc/cron.d/job", WITH_NAME, REACHES),
        (f"envsubst '${NAME}' < /srv/table | tee /etc/cron.d/job", WITH_NAME, REACHES),
        ("cat /srv/table | envsubst '$SCHEDULE $PATH' > /etc/cron.d/job", WITH_NAME, LOST),
        ("cat /srv/table > /etc/cron.d/job", WITH_NAME, LOST),
        (f'sed "s|@URI@|${NAME}|" /srv/table > /etc/cron.d/job', WITH_MARK, REACHES),
        (f"sed 's|@URI@|${NAME}|' < /srv/table > /etc/cron.d/job", WITH_MARK, LOST),
        (f'if [ -n "$X" ]; then sed "s|@URI@|${NAME}|" /srv/table > /etc/cron.d/job; fi', WITH_MARK, LOST),
        ("cat /srv/table | grep -v '^#' > /etc/cron.d/job", f"# the jobs\n{WITH_MARK}", LOST),
    ],
)
def test_a_table_that_a_start_script_fills_in(line: str, table: str, found: str) -> None:
    dockerfile = f'{DEBIAN}COPY table /srv/table\nCOPY start /start\nCMD ["bash", "/start"]\n'
    assert chains(dockerfile, {"table": table, "start": f"{line}\nexec cron -f\n"}) == [found]


@pytest.mark.parametrize(
    ("line", "by"),
    [
        (f'sed "s/@URI@/${NAME}/" /srv/table > /etc/cron.d/job', "sed"),  # whose value has slashes
        ("crontab -l | sed s/a/b/ | crontab -", "crontab"),
        ("crontab -l | { cat; echo '@daily /srv/job'; } | crontab -", "crontab"),
        ("sed s/a/b/ <<EOF > /etc/cron.d/job\n* * * * * app /srv/job\nEOF", "sed"),
    ],
)
def test_a_table_of_the_start_that_is_not_known(line: str, by: str) -> None:
    dockerfile = f'{DEBIAN}COPY table /srv/table\nCOPY start /start\nCMD ["bash", "/start"]\n'
    (found,) = chains(dockerfile, {"table": WITH_MARK, "start": f"{line}\nexec cron -f\n"})
    assert found.endswith(f"? the jobs are not known: written by {by} at each start")


def test_a_table_that_is_installed_among_commands_with_one_output() -> None:
    start = "{ echo begun; crontab -u app /srv/table; } >> /var/log/start\nexec cron -f\n"
    dockerfile = f'{DEBIAN}COPY table /srv/table\nCOPY start /start\nCMD ["bash", "/start"]\n'
    assert chains(dockerfile, {"table": "* * * * * /srv/job\n", "start": start}) == [LOST]


def test_what_of_a_group_is_not_known_leaves_the_rest_known() -> None:
    line = "(make_table; echo '@daily /srv/job') | crontab -u app -"
    dockerfile = f'{DEBIAN}COPY start /start\nCMD ["bash", "/start"]\n'
    reason = "? the jobs are not known: written by make_table at each start"
    assert chains(dockerfile, {"start": f"{line}\nexec cron -f\n"}) == [
        LOST,
        f"app lost: shell keeps > cron drops, cron jobs of app {reason}",
    ]


def test_jobs_of_the_image_that_sed_takes_out_at_the_start_on_some_way_only() -> None:
    start = "[ -n \"$ON\" ] || sed -i 's/^/#/' /etc/cron.d/jobs\nexec cron -f\n"
    dockerfile = f'{DEBIAN}COPY jobs /etc/cron.d/jobs\nCOPY start /start\nCMD ["bash", "/start"]\n'
    assert chains(dockerfile, {"jobs": "* * * * * app /srv/job\n", "start": start}) == [LOST]


def test_a_table_that_a_command_writes() -> None:
    line = "echo '* * * * * /srv/job' > /etc/crontabs/root && exec crond -f"
    assert chains(f"{ALPINE}CMD {line}\n") == [f"root reaches: shell keeps > busybox-crond keeps > {JOB}"]


@pytest.mark.parametrize(
    ("env", "user"),
    [("ENV JOB_USER=app SCHEDULE='0 * * * *'\n", "app"), ("", "None")],
)
def test_whose_table_a_variable_says(env: str, user: str) -> None:
    table = 'echo "$SCHEDULE ${JOB_USER} /srv/job" > /etc/cron.d/job'
    start = f'{table}\necho "@daily /srv/other" | crontab -u "$JOB_USER" -\ncron -f\n'
    assert chains(f'{DEBIAN}{env}COPY start /start\nCMD ["bash", "/start"]\n', {"start": start}) == [
        f"{user} lost: shell keeps > cron drops > {JOB}",
        f"{user} lost: shell keeps > cron drops > shell keeps > exec keeps, /srv/other",
    ]


def test_a_crond_that_nothing_seen_brings() -> None:
    (chain,) = trace(f"{DEBIAN}{CROND}".encode()).chains
    assert chain.open == (
        "nothing seen here brings a crond to debian:12: cronie is known where it is installed by name, and Debian's "
        "package cron has `cron`"
    )


def test_the_jobs_of_debians_cronie_get_them_by_its_own_pam_service() -> None:
    dockerfile = DEBIAN.replace("cron ", "cronie ") + f"RUN echo '* * * * * app /srv/job' > /etc/cron.d/job\n{CROND_N}"
    assert mended_by(dockerfile)[1][1] == "pam_env session line in /etc/pam.d/cronie for app"
