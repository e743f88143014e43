"""The entrypoint shim, run for real under every shell: what it keeps, for whom, and that nobody notices it."""

from __future__ import annotations

import grp
import os
import signal
import subprocess
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
import shells

from fargate_patch.remedies.render import render
from fargate_patch.remedies.variables import VARIABLES

if TYPE_CHECKING:
    from pathlib import Path

URI = "/v2/credentials/0123-abcd"
TASK = {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": URI, "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}
KEPT = f"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI={URI}\nAWS_REGION=eu-west-1\nAWS_DEFAULT_REGION=eu-west-1\n"
PATH = os.environ["PATH"]
GROUP = grp.getgrgid(1).gr_name  # any group that root's files do not have by themselves
NOBODY = 65534


@dataclass(frozen=True)
class Shim:
    """The shim as a script of one shell, with the folder of the carried file somewhere else."""

    shell: tuple[str, ...]
    script: Path
    folder: Path
    user: int | None = None
    environment: dict[str, str] = field(default_factory=lambda: dict(TASK))

    @property
    def file(self) -> Path:
        return self.folder / "env"

    @property
    def argv(self) -> tuple[str, ...]:
        return (*self.shell, str(self.script))

    def run(self, *arguments: str, **changes: str) -> subprocess.CompletedProcess[bytes]:
        env = {"PATH": PATH, **self.environment, **changes}
        argv = (*self.argv, *arguments)
        return subprocess.run(argv, env=env, capture_output=True, check=False, cwd="/", **shells.identity(self.user))

    def start(self) -> None:
        """Starts a command that does nothing, which has to work silently."""
        done = self.run("true")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

    def edited(self, old: str, new: str) -> Shim:
        text = self.script.read_text()
        assert text.count(old) == 1
        self.script.write_text(text.replace(old, new))
        return self


def written(place: Path, readers: tuple[str, ...] = ()) -> tuple[Path, Path]:
    """The script, and the folder that it writes to as the build leaves it."""
    folder, script = place / "run" / "fargate-env", place / "fargate-env"
    folder.mkdir(parents=True)
    folder.chmod(0o700)
    values = {"interpreter": "/bin/sh", "folder": str(folder), "group": GROUP, "variables": VARIABLES}
    script.write_text(render("fargate-env.sh.j2", readers=readers, **values))
    script.chmod(0o755)
    return script, folder


@pytest.fixture
def shim(shell: tuple[str, ...], place: Path) -> Shim:
    return Shim(shell, *written(place))


@pytest.fixture
def shim_for_readers(shell: tuple[str, ...], place: Path, as_root: None) -> Shim:  # noqa: ARG001
    return Shim(shell, *written(place, ("app",)))


def mode(path: Path) -> str:
    return f"{path.stat().st_mode & 0o7777:o}"


def test_keeps_the_variables_of_the_task_role_and_nothing_else(shim: Shim) -> None:
    assert shim.run("true", SECRET="s", AWS_SECRET_ACCESS_KEY="k").returncode == 0
    assert shim.file.read_text() == KEPT
    assert [path.name for path in shim.folder.iterdir()] == ["env"]


def test_keeps_every_variable_of_the_list(shim: Shim) -> None:
    shim.run("true", **dict.fromkeys(VARIABLES, "x"))
    assert shim.file.read_text() == "".join(f"{name}=x\n" for name in VARIABLES)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("/v2/credentials/a-b_c.d~e", True),
        ("http://[::1]", False),
        ("https://h:1/p?a=b&c=d,e+f%20@~", True),
        ("-n", True),
        ("", False),
        ("a b", False),
        ("a\nAWS_ROLE_ARN=x", False),
        ("a\n", False),
        ("a\tb", False),
        ("$(id)", False),
        ("`id`", False),
        ("a'b", False),
        ('a"b', False),
        ("a\\nb", False),
        ("a#b", False),
        ("a;b", False),
        ("a*b", False),
        ("a!b", False),
        ("é", False),
        ("\udcff", False),
        ("x" * 1000, True),
        ("x" * 1001, False),
    ],
)
def test_a_value_that_a_reader_would_have_to_unquote_is_left_out(shim: Shim, value: str, kept: bool) -> None:
    shim.run("true", AWS_REGION=value)
    assert shim.file.read_text() == (KEPT.replace("AWS_REGION=eu-west-1", f"AWS_REGION={value}") if kept else
                                     KEPT.replace("AWS_REGION=eu-west-1\n", ""))  # fmt: skip


def test_without_a_task_role_the_file_is_empty(shim: Shim) -> None:
    replace(shim, environment={}).start()
    assert shim.file.read_text() == ""


def test_a_restart_replaces_what_the_start_before_it_kept(shim: Shim) -> None:
    shim.start()
    shim.run("true", AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="/v2/credentials/new")
    assert shim.file.read_text() == KEPT.replace(URI, "/v2/credentials/new")
    replace(shim, environment={}).start()
    assert shim.file.read_text() == ""


def test_a_start_that_was_cut_off_does_no_harm_to_the_next(shim: Shim) -> None:
    (shim.folder / "env.new").write_text("AWS_REG")
    shim.start()
    assert shim.file.read_text() == KEPT
    assert not (shim.folder / "env.new").exists()


def test_switched_off_it_keeps_nothing_and_takes_back_what_it_kept(shim: Shim) -> None:
    shim.start()
    done = shim.run("echo", "on", FARGATE_ENV="off")
    assert (done.stdout, shim.file.read_text()) == (b"on\n", "")


def test_without_readers_only_its_owner_gets_at_the_file(shim: Shim) -> None:
    shim.folder.chmod(0o777)
    shim.start()
    assert (mode(shim.folder), mode(shim.file)) == ("700", "600")


def test_the_folder_is_made_where_it_is_missing(shim: Shim) -> None:
    shim.folder.rmdir()
    shim.start()
    assert (mode(shim.folder), shim.file.read_text()) == ("700", KEPT)


@pytest.mark.parametrize("before", [None, 0o755, 0o1777])
def test_for_readers_the_folder_is_given_to_their_group(shim_for_readers: Shim, before: int | None) -> None:
    """Also where /run, or the folder itself, is a fresh tmpfs."""
    folder, file = shim_for_readers.folder, shim_for_readers.file
    folder.rmdir() if before is None else folder.chmod(before)
    shim_for_readers.start()
    assert (mode(folder), folder.group(), mode(file), file.group()) == ("2750", GROUP, "640", GROUP)


def test_another_first_user_than_root_leaves_the_folder_as_the_build_made_it(shim_for_readers: Shim) -> None:
    """He is not in the readers' group, so the kernel would take the setgid bit away if he changed the mode."""
    folder = shim_for_readers.folder
    os.chown(folder, NOBODY, 1)
    folder.chmod(0o2750)
    replace(shim_for_readers, user=NOBODY).start()
    assert (mode(folder), mode(shim_for_readers.file), shim_for_readers.file.group()) == ("2750", "640", GROUP)


def test_without_the_readers_group_only_its_owner_gets_at_the_file(shim_for_readers: Shim) -> None:
    shim_for_readers.edited(f"chgrp {GROUP} ", "chgrp no-such-group ").start()
    assert mode(shim_for_readers.folder) == "700"
    assert shim_for_readers.file.read_text() == KEPT


def test_a_folder_of_someone_else_is_left_alone(shim: Shim, as_root: None) -> None:  # noqa: ARG001
    os.chown(shim.folder, NOBODY, NOBODY)
    shim.start()
    assert list(shim.folder.iterdir()) == []


def test_a_folder_that_is_a_link_is_left_alone(shim: Shim, place: Path) -> None:
    planted = place / "planted"
    planted.mkdir()
    shim.folder.rmdir()
    shim.folder.symlink_to(planted)
    shim.start()
    assert list(planted.iterdir()) == []


def test_a_file_that_is_a_folder_is_left_alone(shim: Shim, place: Path) -> None:
    shim.file.symlink_to(place)
    before = sorted(place.iterdir())
    shim.start()
    assert sorted(place.iterdir()) == before
    assert [path.name for path in shim.folder.iterdir()] == ["env"]


@pytest.mark.parametrize("name", ["env", "env.new"])
def test_a_planted_link_is_replaced_and_what_it_points_to_is_not_written(shim: Shim, place: Path, name: str) -> None:
    victim = place / "victim"
    victim.write_text("mine\n")
    (shim.folder / name).symlink_to(victim)
    shim.start()
    assert (victim.read_text(), shim.file.read_text(), shim.file.is_symlink()) == ("mine\n", KEPT, False)


def test_a_folder_that_cannot_be_made_or_written_does_not_stop_the_container(shim: Shim, as_root: None) -> None:  # noqa: ARG001
    replace(shim, user=NOBODY).start()
    shim.folder.rmdir()
    replace(shim, user=NOBODY).start()
    assert not shim.folder.exists()


def test_a_read_only_root_filesystem_does_not_stop_the_container(shim: Shim, place: Path, as_root: None) -> None:  # noqa: ARG001
    readonly = f'mount --bind "{place}" "{place}" && mount -o remount,bind,ro "{place}" && exec "$@"'
    inside = ("unshare", "--mount", "sh", "-c", readonly, "sh", *shim.argv, "echo", "on")
    done = subprocess.run(inside, env={"PATH": PATH, **TASK}, capture_output=True, check=False)
    shells.needed(b"unshare" not in done.stderr, "no mount namespaces here")
    assert (done.returncode, done.stdout, done.stderr, list(shim.folder.iterdir())) == (0, b"on\n", b"", [])


def test_an_image_without_the_usual_programs_starts_all_the_same(shim: Shim) -> None:
    shim.edited("PATH=/usr/bin:/bin${PATH:+:$PATH}", "PATH=/nowhere").start()
    assert not shim.file.exists() or shim.shell[-1] == "ash"  # which has mv and rm built in


def test_a_full_disk_leaves_no_half_file(shim: Shim) -> None:
    shim.start()
    shim.edited('keep AWS_REGION "', 'false && keep AWS_REGION "').start()  # as a write that fails
    assert shim.file.read_text() == KEPT


def test_arguments_arrive_as_they_are(shim: Shim) -> None:
    arguments = ["a b", "q'\"", "n\nl", "", "*", "$HOME", "-n", "\\", "é", "x" * 100_000]
    done = shim.run("printf", "%s\\0", *arguments)
    assert done.stdout.decode().split("\0")[:-1] == arguments
    assert done.stderr == b""


def test_the_process_is_replaced_so_that_its_id_stays(shim: Shim) -> None:
    process = subprocess.Popen((*shim.argv, "sh", "-c", "echo $$"), env={"PATH": PATH}, stdout=subprocess.PIPE)
    assert int(process.communicate()[0]) == process.pid


@pytest.mark.parametrize("code", [0, 1, 7, 255])
def test_the_exit_code_is_the_commands(shim: Shim, code: int) -> None:
    assert shim.run("sh", "-c", f"exit {code}").returncode == code


def test_signals_reach_the_command(shim: Shim) -> None:
    script = 'trap "exit 42" TERM; echo ready; while :; do sleep 0.1; done'
    process = subprocess.Popen((*shim.argv, "sh", "-c", script), env={"PATH": PATH}, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"ready\n"
    process.send_signal(signal.SIGTERM)
    assert process.wait() == 42
    process.stdout.close()


@pytest.mark.parametrize(("program", "code"), [("no-such-program", 127), ("/etc", 126), ("", 127)])
def test_a_command_that_cannot_be_started_ends_as_in_any_shell(shim: Shim, program: str, code: int) -> None:
    """With the shell's own message, and its exit code: POSIX asks for 127 or 126, and shells differ over a folder."""
    done = shim.run(program)
    plain = subprocess.run((*shim.shell, "-c", 'exec "$@"', "sh", program), capture_output=True, check=False, cwd="/")
    assert done.returncode == plain.returncode
    assert done.returncode in {code, 126, 127}
    assert program in done.stderr.decode()


def test_without_a_command_it_says_so_by_its_exit_code(shim: Shim) -> None:
    assert shim.run().returncode == 127


def test_the_command_sees_no_other_environment_and_no_other_umask(shim: Shim) -> None:
    script = "umask; env"
    odd = {"IFS": "/-", "LC_ALL": "C", "folder": "f", "CDPATH": "/", "X": "1\n2"}
    done = shim.run("sh", "-c", script, **odd)
    plain = (*shim.shell, "-c", 'exec "$@"', "sh", "sh", "-c", script)
    expected = subprocess.run(plain, env={"PATH": PATH, **TASK, **odd}, capture_output=True, check=True, cwd="/")
    assert sorted(done.stdout.splitlines()) == sorted(expected.stdout.splitlines())
    assert shim.file.read_text() == KEPT


def test_bash_hands_on_names_that_are_none_in_a_shell(place: Path) -> None:
    """`spring.profiles.active=prod` works in a task definition, so a shim in front of java must not lose it."""
    shim = Shim(shells.command("bash -p"), *written(place))
    assert shim.run("printenv", "spring.profiles.active", **{"spring.profiles.active": "prod"}).stdout == b"prod\n"


@pytest.mark.parametrize("options", ["errexit:nounset", "noclobber:noglob", "errexit:nounset:pipefail"])
def test_shell_options_from_the_environment_do_no_harm(shim: Shim, options: str) -> None:
    done = shim.run("echo", "on", SHELLOPTS=options)
    assert (done.stdout, done.stderr, shim.file.read_text()) == (b"on\n", b"", KEPT)


def test_an_environment_of_a_megabyte_does_no_harm(shim: Shim) -> None:
    done = shim.run("echo", "on", **{f"BIG_{n}": "b" * 100_000 for n in range(10)})
    assert (done.stdout, done.stderr, shim.file.read_text()) == (b"on\n", b"", KEPT)
