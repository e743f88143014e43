"""The commands that put in the shim and what shells read at their start, run for real."""

from __future__ import annotations

import pytest
import shells
from scratch_root import DEBIAN, Image

from fargate_patch.remedies.kind import kinds
from fargate_patch.remedies.model import Remedy, Site


def test_the_shim_is_put_in_and_runs(image: Image) -> None:
    assert image.build(Remedy("entrypoint-shim")) == (0, "")
    assert (image.mode("/usr/local/bin/fargate-env"), image.mode("/run/fargate-env")) == ("755", "700")
    assert (image.mode("/run/fargate-env/env"), image.read("/run/fargate-env/env")) == ("600", "")
    assert image.run("AWS_REGION=eu-west-1 /usr/local/bin/fargate-env sh -c 'exit 3'") == (3, "")
    assert image.read("/run/fargate-env/env") == "AWS_REGION=eu-west-1\n"
    assert image.read("/etc/group") == "root:x:0:\napp:x:1000:\n"


def test_the_shim_never_keeps_what_the_build_was_given(image: Image) -> None:
    text = shells.joined(kinds()["entrypoint-shim"].setup((), DEBIAN))
    assert image.run(f"export AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/v2/build && {text}") == (0, "")
    assert image.read("/run/fargate-env/env") == ""


def test_the_shim_for_readers_makes_their_group(image: Image) -> None:
    assert image.build(Remedy("entrypoint-shim"), site=Site("alpine", "root", ("app",))) == (0, "")
    assert image.read("/etc/group") == "root:x:0:\napp:x:1000:\nfargate-env:x:1001:app\n"
    assert (image.mode("/run/fargate-env"), image.mode("/run/fargate-env/env")) == ("2750", "640")
    found = {(image.root / "run/fargate-env" / name).stat().st_gid for name in (".", "env")}
    assert found == {1001}


def test_the_shim_of_another_first_user_gives_the_folder_to_him(image: Image) -> None:
    assert image.build(Remedy("entrypoint-shim"), site=Site("alpine", "app", ())) == (0, "")
    folder = (image.root / "run/fargate-env").stat()
    assert (folder.st_uid, folder.st_gid, image.mode("/run/fargate-env")) == (1000, 0, "700")


def test_the_shim_is_put_in_twice_where_the_base_image_has_it_already(image: Image) -> None:
    site = Site("alpine", "root", ("app",))
    assert image.build(Remedy("entrypoint-shim"), site=site) == (0, "")
    assert image.build(Remedy("entrypoint-shim"), site=site)[0] == 0


def test_a_reader_that_is_not_there_fails_the_build(image: Image) -> None:
    image.write("/etc/group", "root:x:0:\nfargate-env:x:1001:\n")
    image.write("/usr/sbin/addgroup", "#!/bin/sh\necho addgroup: unknown user $1 >&2\nexit 1\n", 0o755)
    reason = "addgroup: unknown user web\nfargate-patch: cannot put user web into the group fargate-env\n"
    assert image.build(Remedy("entrypoint-shim"), site=Site("debian", "root", ("web",))) == (1, reason)


def test_an_image_without_a_way_to_make_a_group_fails_the_build(image: Image) -> None:
    image.write("/usr/sbin/addgroup", "#!/bin/sh\nexit 1\n", 0o755)
    reason = "fargate-patch: no group can be made in this image, which has neither groupadd nor addgroup\n"
    assert image.build(Remedy("entrypoint-shim"), site=Site("debian", "root", ("app",))) == (1, reason)


def test_a_shim_that_does_not_run_fails_the_build(image: Image) -> None:
    (image.root / "bin" / "bash").unlink()
    code, said = image.build(Remedy("entrypoint-shim"))
    assert (code, said.splitlines()[-1]) == (1, "fargate-patch: /usr/local/bin/fargate-env does not run in this image")


def test_the_profile_snippet(image: Image) -> None:
    assert image.build(Remedy("profile-d", users=("app",))) == (0, "")
    assert image.mode("/etc/profile.d/fargate-env.sh") == "644"
    image.write("/run/fargate-env/env", "AWS_REGION=eu-west-1\n")
    assert image.run('. /etc/profile && [ "$AWS_REGION" = eu-west-1 ]') == (0, "")


def test_the_profile_snippet_needs_a_profile_that_reads_the_folder(image: Image) -> None:
    image.write("/etc/profile", "export X=1\n")
    reason = "fargate-patch: /etc/profile of this image does not read /etc/profile.d\n"
    assert image.build(Remedy("profile-d", users=("app",))) == (1, reason)


@pytest.mark.parametrize("shell", ["/bin/sh", "/bin/bash", "/usr/bin/ksh", "/usr/sbin/nologin", "/bin/false", ""])
def test_the_profile_snippet_for_a_shell_that_reads_it(image: Image, shell: str) -> None:
    """Or for an account without one, which gets one by `su -s`."""
    image.write("/etc/passwd", f"root:x:0:0::/root:/bin/fish\na.p:x:1:1:A B,,:/home/a.p:{shell}\n")
    assert image.build(Remedy("profile-d", users=("a.p",))) == (0, "")


@pytest.mark.parametrize(
    "account", ["app:x:1:1::/:/usr/bin/fish", "app:x:1:1::/:/bin/zsh", "app2:x:1:1::/:/bin/sh", ""]
)
def test_the_profile_snippet_needs_a_shell_that_reads_it(image: Image, account: str) -> None:
    image.write("/etc/passwd", f"root:x:0:0::/root:/bin/sh\nweb:x:2:2::/:/bin/sh\n{account}\n")
    reason = "fargate-patch: no user app in this image with a login shell that reads /etc/profile\n"
    assert image.build(Remedy("profile-d", users=("web",)), Remedy("profile-d", users=("app",))) == (1, reason)


@pytest.mark.parametrize("before", [None, "[ -z \"$PS1\" ] && return\nalias ll='ls'\n"])
def test_the_bashrc_snippet_stands_first_and_once(image: Image, before: str | None) -> None:
    if before is not None:
        image.write("/etc/bash.bashrc", before, 0o640)
    assert image.build(Remedy("bashrc", users=("app",))) == (0, "")
    once = image.read("/etc/bash.bashrc")
    assert image.build(Remedy("bashrc", users=("app",))) == (0, "")
    assert image.read("/etc/bash.bashrc") == once
    assert once.startswith("# >>> fargate-env >>>\n")
    assert once.endswith("# <<< fargate-env <<<\n" + (before or ""))
    assert image.mode("/etc/bash.bashrc") == ("644" if before is None else "640")
    assert sorted(path.name for path in (image.root / "etc").glob("bash*")) == ["bash.bashrc"]


def test_the_bashrc_snippet_needs_bash(image: Image) -> None:
    (image.root / "bin" / "bash").unlink()
    reason = "fargate-patch: no bash in this image, so nothing reads /etc/bash.bashrc\n"
    assert image.build(Remedy("bashrc", users=("app",))) == (1, reason)
