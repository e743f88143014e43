"""The entrypoint shim, run for real under every shell: what it keeps, and for whom."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from shim_under_test import GROUP, KEPT, NOBODY, URI, Shim, mode

from fargate_patch.remedies.variables import VARIABLES


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
