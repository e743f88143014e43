"""incron: users' jobs start in a fresh environment, root's and the system's inherit it. Seen with incron 0.5.12."""

from __future__ import annotations

from traced import chains

HEAD = "FROM debian:12\nRUN apt-get install -y incron && useradd app\n"
CMD = 'CMD ["incrond", "-n"]\n'
JOB = "# watched\n/data IN_CLOSE_WRITE /srv/job $@/$#\n"


def test_a_users_job_starts_without_the_environment() -> None:
    assert chains(f"{HEAD}COPY app /var/spool/incron/app\n{CMD}", {"app": JOB}) == [
        "app lost: incron drops > exec keeps, /srv/job $@/$#"
    ]


def test_jobs_of_root_and_of_the_system_inherit_it() -> None:
    assert chains(f"{HEAD}COPY job /var/spool/incron/root\n{CMD}", {"job": JOB}) == [
        "root reaches: incron keeps > exec keeps, /srv/job $@/$#"
    ]
    assert chains(f"{HEAD}COPY job /etc/incron.d/job\n{CMD}", {"job": "/d IN_CREATE runuser -u app -- /srv/job\n"}) == [
        "app reaches: incron keeps > runuser keeps > exec keeps, /srv/job"
    ]


def test_what_a_systems_job_does_to_it_is_another_matter() -> None:
    assert chains(f"{HEAD}COPY job /etc/incron.d/job\n{CMD}", {"job": "/d IN_CREATE su - app -c /srv/job\n"}) == [
        "app lost: incron keeps > su-login drops > shell keeps > exec keeps, /srv/job"
    ]


def test_tables_that_are_not_in_view() -> None:
    reason = "incron's tables are not among the files that the build copies, so its jobs are not known"
    assert chains(f"{HEAD}{CMD}") == [f"root unknown: incron keeps, incron jobs ? {reason}"]
    assert chains(f"{HEAD}{CMD}", users=("app",)) == ["app lost: incron drops, incron jobs of app"]


def test_installed_with_a_table_and_never_started() -> None:
    assert chains(f'{HEAD}COPY app /var/spool/incron/app\nCMD ["sleep", "1"]\n', {"app": JOB}) == [
        "root reaches: exec keeps, sleep 1"
    ]


def test_a_service_that_reads_no_default_file() -> None:
    dockerfile = f"{HEAD}COPY job /etc/incron.d/job\nCMD service incron start && sleep 1\n"
    assert chains(dockerfile, {"job": JOB}) == [
        "root lost: shell keeps > service drops > incron keeps > exec keeps, /srv/job $@/$#",
        "root reaches: shell keeps > exec keeps, sleep 1",
    ]
