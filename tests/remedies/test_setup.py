"""The commands for the block's RUN, run for real in a small root of their own, under the shells that images bring."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
import shells

from fargate_patch.remedies.kind import kinds
from fargate_patch.remedies.model import Remedy, Site

STUBS = (
    Path(__file__).parent.parent / "e2e" / "roots" / "alpine" / "usr" / "sbin"
)  # addgroup, which Debian's busybox lacks
DEBIAN = Site("debian", "root", ())
INCLUDES = "@includedir /etc/sudoers.d\n"


@dataclass(frozen=True)
class Image:
    """A root with busybox's programs and one more shell, which is its /bin/sh."""

    root: Path
    shell: str

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def read(self, path: str) -> str:
        return (self.root / path.lstrip("/")).read_text()

    def mode(self, path: str) -> str:
        return f"{(self.root / path.lstrip('/')).stat().st_mode & 0o7777:o}"

    def run(self, script: str) -> tuple[int, str]:
        """A RUN of a Dockerfile: exit code and what went to stderr."""
        argv = ("chroot", str(self.root), "/bin/sh", "-c", script)
        done = subprocess.run(argv, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}, capture_output=True, check=False)
        assert done.stdout == b""
        return done.returncode, done.stderr.decode()

    def build(self, *remedies: Remedy, site: Site = DEBIAN) -> tuple[int, str]:
        return self.run(shells.joined(kinds()[remedies[0].name].setup(remedies, site)))


@pytest.fixture(params=["dash", "bash", "ash"])
def image(request: pytest.FixtureRequest, tmp_path: Path, as_root: None) -> Image:  # noqa: ARG001
    shell = request.param
    busybox = shutil.which("busybox")
    shells.needed(busybox, "busybox is not installed")
    for folder in ("bin", "sbin", "usr/bin", "usr/sbin", "dev", "etc", "run", "tmp"):
        (tmp_path / folder).mkdir(parents=True)
    os.mknod(tmp_path / "dev" / "null", 0o020666, os.makedev(1, 3))
    (tmp_path / "dev" / "null").chmod(0o666)
    copied(str(busybox), tmp_path, "/bin/busybox")
    subprocess.run(("chroot", str(tmp_path), "/bin/busybox", "--install", "-s"), check=True)
    if shell != "ash":
        copied(shells.command(shell)[0], tmp_path, "/bin/sh")
    made = Image(tmp_path, shell)
    made.write("/bin/bash", '#!/bin/sh\n[ "$1" != -p ] || shift\nexec /bin/sh "$@"\n', 0o755)
    for stub in STUBS.iterdir():
        if not (tmp_path / "usr" / "sbin" / stub.name).exists():
            made.write(f"/usr/sbin/{stub.name}", stub.read_text(), 0o755)
    made.write("/etc/passwd", "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n")
    made.write("/etc/group", "root:x:0:\napp:x:1000:\n")
    made.write("/etc/profile", 'for s in /etc/profile.d/*.sh; do . "$s"; done\n')
    return made


def copied(program: str, root: Path, path: str) -> None:
    """The program and the libraries that it is linked with."""
    target = root / path.lstrip("/")
    target.unlink(missing_ok=True)
    shutil.copy(program, target)
    linked = subprocess.run(("ldd", program), capture_output=True, check=False, text=True).stdout
    for library in (word for word in linked.split() if word.startswith("/")):
        (root / library.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, root / library.lstrip("/"))


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


PAM_LINES = (
    "session [success=ignore default=1] pam_succeed_if.so quiet user in app:web\n"
    "session optional pam_env.so readenv=1 envfile=/run/fargate-env/env user_readenv=0\n"
)


def with_pam(image: Image, *modules: str) -> None:
    for module in modules or ("pam_env.so", "pam_succeed_if.so"):
        image.write(f"/lib/x86_64-linux-gnu/security/{module}", "")


def test_the_pam_lines_stand_first(image: Image) -> None:
    with_pam(image)
    image.write("/etc/pam.d/cron", "#%PAM-1.0\nsession required pam_unix.so", 0o640)
    assert image.build(Remedy("pam-env", "cron", ("app",)), Remedy("pam-env", "cron", ("web",))) == (0, "")
    assert image.read("/etc/pam.d/cron") == PAM_LINES + "#%PAM-1.0\nsession required pam_unix.so"
    assert image.mode("/etc/pam.d/cron") == "640"
    assert [path.name for path in (image.root / "etc/pam.d").iterdir()] == ["cron"]


def test_the_pam_lines_for_a_login_go_to_su_where_there_is_no_service_for_it(image: Image) -> None:
    with_pam(image)
    image.write("/etc/pam.d/su", "x\n")
    assert image.build(Remedy("pam-env", "su-l", ("app", "web"))) == (0, "")
    assert image.read("/etc/pam.d/su") == PAM_LINES + "x\n"
    image.write("/etc/pam.d/su-l", "y\n")
    assert image.build(Remedy("pam-env", "su-l", ("app", "web"))) == (0, "")
    assert (image.read("/etc/pam.d/su"), image.read("/etc/pam.d/su-l")) == (PAM_LINES + "x\n", PAM_LINES + "y\n")


def test_the_pam_lines_go_into_a_copy_of_the_vendors_file(image: Image) -> None:
    with_pam(image)
    image.write("/usr/lib/pam.d/su-l", "v\n")
    assert image.build(Remedy("pam-env", "su-l", ("app", "web")), site=Site("suse", "root", ())) == (0, "")
    assert image.read("/etc/pam.d/su-l") == PAM_LINES + "v\n"
    assert image.read("/usr/lib/pam.d/su-l") == "v\n"


def test_the_pam_lines_need_the_service_and_the_modules(image: Image) -> None:
    remedy = Remedy("pam-env", "cron", ("app",))
    lacks_module = (1, "fargate-patch: no pam_env.so or pam_succeed_if.so in this image\n")
    assert image.build(remedy) == lacks_module
    with_pam(image, "pam_env.so")
    assert image.build(remedy) == lacks_module
    with_pam(image)
    assert image.build(remedy) == (1, "fargate-patch: no PAM file /etc/pam.d/cron in this image\n")


def test_the_sudoers_drop_ins(image: Image) -> None:
    image.write("/etc/sudoers", INCLUDES)
    image.write("/etc/sudoers.d/README", "")
    assert image.build(Remedy("sudoers", users=("app", "1000"))) == (0, "")
    assert image.build(Remedy("sudoers-file", users=("web",))) == (0, "")
    lines = image.read("/etc/sudoers.d/fargate-env").splitlines()
    assert [line.split(" ")[:3] for line in lines] == [
        ["Defaults>#1000", "env_keep", "+="],
        ["Defaults>app", "env_keep", "+="],
    ]
    assert image.read("/etc/sudoers.d/fargate-env-file") == "Defaults>web env_file=/run/fargate-env/env\n"
    assert {image.mode(f"/etc/sudoers.d/{name}") for name in ("fargate-env", "fargate-env-file")} == {"440"}


@pytest.mark.parametrize("includes", ["#includedir /etc/sudoers.d\n", "@includedir\t/etc/sudoers.d\n"])
def test_both_ways_to_include_the_folder_are_known(image: Image, includes: str) -> None:
    image.write("/etc/sudoers", "root ALL=(ALL:ALL) ALL\n" + includes)
    image.write("/etc/sudoers.d/README", "")
    assert image.build(Remedy("sudoers", users=("app",))) == (0, "")


@pytest.mark.parametrize("text", [None, "root ALL=(ALL:ALL) ALL\n", "# see @includedir /etc/sudoers.d\n"])
def test_the_sudoers_drop_in_needs_sudo_to_read_the_folder(image: Image, text: str | None) -> None:
    if text is not None:
        image.write("/etc/sudoers", text)
    reason = "fargate-patch: no /etc/sudoers that includes /etc/sudoers.d in this image\n"
    assert image.build(Remedy("sudoers", users=("app",))) == (1, reason)


def test_a_drop_in_that_sudo_refuses_fails_the_build(image: Image) -> None:
    image.write("/etc/sudoers", INCLUDES)
    image.write("/etc/sudoers.d/README", "")
    image.write("/usr/sbin/visudo", "#!/bin/sh\necho parse error >&2\nexit 1\n", 0o755)
    reason = "parse error\nfargate-patch: sudo does not take /etc/sudoers.d/fargate-env\n"
    assert image.build(Remedy("sudoers", users=("app",))) == (1, reason)


def test_the_php_fpm_drop_in_for_several_pools(image: Image) -> None:
    image.write("/etc/php-fpm.d/pools.conf", "[www]\n [api]\n")
    remedies = [Remedy("php-fpm", f"{pool} in /etc/php-fpm.d") for pool in ("www", "api")]
    assert image.build(*remedies) == (0, "")
    sections = [image.read(f"/etc/php-fpm.d/zz-fargate-env-{pool}.conf").splitlines()[1] for pool in ("www", "api")]
    assert sections == ["[www]", "[api]"]


def test_the_php_fpm_drop_in_for_every_version(image: Image) -> None:
    image.write("/etc/php/8.2/fpm/pool.d/www.conf", "[www]\nuser = www-data\n")
    image.write("/etc/php/8.4/fpm/php-fpm.conf", "[global]\n[www]\n")
    image.write("/etc/php/8.4/fpm/pool.d/other.conf", "[other]\n")
    assert image.build(Remedy("php-fpm", "www in /etc/php/*/fpm/pool.d", ("www-data",))) == (0, "")
    found = [image.read(f"/etc/php/{version}/fpm/pool.d/zz-fargate-env-www.conf") for version in ("8.2", "8.4")]
    names = ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_REGION", "AWS_DEFAULT_REGION")
    expected = ["[www]", *(f"env[{name}] = ${name}" for name in names)]
    assert [text.splitlines()[1:] for text in found] == [expected, expected]


@pytest.mark.parametrize(
    ("at", "conf", "reason"),
    [
        ("api in /etc/php-fpm.d", "[www]\n;[api]\n", "no php-fpm pool api in /etc/php-fpm.d of this image"),
        ("a.i in /etc/php-fpm.d", "[api]\n", "no php-fpm pool a.i in /etc/php-fpm.d of this image"),
        ("www in /etc/php*/fpm", "[www]\n", "no php-fpm pool www in /etc/php*/fpm of this image"),
    ],
)
def test_the_php_fpm_drop_in_needs_its_pool(image: Image, at: str, conf: str, reason: str) -> None:
    image.write("/etc/php-fpm.d/www.conf", conf)
    assert image.build(Remedy("php-fpm", at)) == (1, f"fargate-patch: {reason}\n")
