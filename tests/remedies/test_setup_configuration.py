"""The commands that put in PAM lines and drop-ins for sudo and php-fpm, run for real."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fargate_patch.remedies.model import Remedy, Site

if TYPE_CHECKING:
    from scratch_root import Image

INCLUDES = "@includedir /etc/sudoers.d\n"
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


def test_the_php_fpm_lines_at_the_end_of_the_file_that_names_the_pool(image: Image) -> None:
    image.write("/srv/fpm.conf", "[www]\nuser = web")
    assert image.build(Remedy("php-fpm", "www at the end of /srv/fpm.conf")) == (0, "")
    assert image.read("/srv/fpm.conf").splitlines()[:4:3] == ["[www]", "[www]"]
    reason = "fargate-patch: no php-fpm pool api in /srv/fpm.conf of this image\n"
    assert image.build(Remedy("php-fpm", "api at the end of /srv/fpm.conf")) == (1, reason)


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
