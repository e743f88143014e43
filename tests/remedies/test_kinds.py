"""What each remedy offers for a hop, what it counts as mended, and how it speaks of itself."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import pytest

from fargate_patch.chain.model import Effect, Hooks, Hop, Place
from fargate_patch.image.family import FAMILIES
from fargate_patch.image.model import Image
from fargate_patch.remedies.kind import kinds
from fargate_patch.remedies.model import Remedy, Site
from fargate_patch.remedies.render import TemplateProblem

if TYPE_CHECKING:
    from fargate_patch.chain.world import World

PLACE = Place("Dockerfile", 1)


@dataclass(frozen=True)
class Known:
    """As much of a World as a remedy looks at."""

    image: Image


def world(family: str = "debian") -> World:
    return cast("World", Known(Image(family, FAMILIES[family], "option")))


def hop(user: str | None = "app", **hooks: str | None) -> Hop:
    return Hop("x", "x", Effect.DROPS, PLACE, user, hooks=Hooks(**hooks))


def offered(name: str, at: Hop, known: World) -> str | None:
    """The offer as a block records it; whatever is offered for a hop has to mend it."""
    kind = kinds()[name]
    remedy = kind.offer(at, at.user, known)
    assert remedy is None or (remedy.name == name and kind.mends(remedy, at))
    return None if remedy is None else str(remedy)


SU = hop(pam="su", login_shell="/bin/bash")


@pytest.mark.parametrize(
    ("name", "at", "known", "expected"),
    [
        ("entrypoint-shim", SU, world(), None),
        ("pam-env", SU, world(), "pam-env at su-l for app"),
        ("pam-env", hop(pam="runuser", login_shell=""), world(), "pam-env at runuser-l for app"),
        ("pam-env", hop(pam="su"), world(), "pam-env at su for app"),
        ("pam-env", hop(pam="crond"), world("rhel"), "pam-env at crond for app"),
        ("pam-env", hop(pam="sshd"), world(), "pam-env at sshd for app"),
        ("pam-env", hop(pam="login", login_shell="/bin/sh"), world(), "pam-env at login for app"),
        ("pam-env", SU, world("alpine"), None),
        ("pam-env", hop(), world(), None),
        ("pam-env", hop("1000", pam="su"), world(), None),
        ("pam-env", hop(None, pam="cron"), world(), None),
        ("pam-env", hop("a b", pam="cron"), world(), None),
        ("pam-env", hop("$(id)", pam="cron"), world(), None),
        ("pam-env", hop(pam="../x"), world(), None),
        ("profile-d", SU, world(), "profile-d for app"),
        ("profile-d", hop(login_shell="/bin/ash"), world("alpine"), "profile-d for app"),
        ("profile-d", hop(login_shell="/bin/zsh"), world(), None),
        ("profile-d", hop(login_shell="/usr/sbin/nologin"), world(), None),
        ("profile-d", hop(login_shell=""), world("alpine"), "profile-d for app"),
        ("profile-d", hop("root", login_shell="/bin/mksh"), world(), "profile-d for root"),
        ("profile-d", hop(pam="cron"), world(), None),
        ("profile-d", SU, world("busybox"), None),
        ("profile-d", hop("1000", login_shell="/bin/sh"), world(), None),
        ("sudoers", hop(sudo_target="app"), world(), "sudoers for app"),
        ("sudoers", hop("1000", sudo_target="1000"), world(), "sudoers for 1000"),
        ("sudoers", hop("#1000", sudo_target="#1000"), world(), "sudoers for 1000"),
        ("sudoers", hop("ALL", sudo_target="ALL"), world(), None),
        ("sudoers", hop("App", sudo_target="App"), world(), "sudoers for App"),
        ("sudoers", hop("a,b", sudo_target="a,b"), world(), None),
        ("sudoers", hop(None, sudo_target=""), world(), None),
        ("sudoers", hop(sudo_target="app"), world("busybox"), None),
        ("sudoers", hop(), world(), None),
        ("sudoers-file", hop(sudo_target="app"), world(), "sudoers-file for app"),
        ("php-fpm", hop(fpm_pool="www", fpm_pool_dir="/etc/php/*/fpm/pool.d"), world(),
         "php-fpm at www in /etc/php/*/fpm/pool.d for app"),
        ("php-fpm", hop(None, fpm_pool="www", fpm_pool_dir="/etc/php-fpm.d/"), world("rhel"),
         "php-fpm at www in /etc/php-fpm.d"),
        ("php-fpm", hop(fpm_pool="www", file="/srv/fpm.conf"), world(),
         "php-fpm at www at the end of /srv/fpm.conf for app"),
        ("php-fpm", hop(fpm_pool="www"), world(), None),
        ("php-fpm", hop(fpm_pool="w w", fpm_pool_dir="/etc/php-fpm.d"), world(), None),
        ("php-fpm", hop(fpm_pool="www", fpm_pool_dir="/etc/$(id)"), world(), None),
        ("php-fpm", hop(fpm_pool="www", fpm_pool_dir="etc"), world(), None),
        ("php-fpm", hop("a b", fpm_pool="www", fpm_pool_dir="/etc/php-fpm.d"), world(), None),
    ],
)  # fmt: skip
def test_offers(name: str, at: Hop, known: World, expected: str | None) -> None:
    assert offered(name, at, known) == expected


def test_bashrc_is_only_for_a_person_who_asks_for_it() -> None:
    """It is never offered, and no chain counts as mended by it."""
    bashrc, remedy = kinds()["bashrc"], Remedy("bashrc", users=("app",))
    assert [family for family in FAMILIES if bashrc.offer(SU, "app", world(family))] == []
    assert not bashrc.mends(remedy, SU)


@pytest.mark.parametrize("family", FAMILIES)
def test_bashrc_is_refused_where_no_file_is_known(family: str) -> None:
    remedy, site = Remedy("bashrc", users=("app",)), Site(family, "root", ("app",))
    path = FAMILIES[family].bashrc
    if path is None:
        with pytest.raises(TemplateProblem):
            kinds()["bashrc"].setup([remedy], site)
    else:
        assert f"cat {path}.new > {path}" in kinds()["bashrc"].setup([remedy], site)


@pytest.mark.parametrize(
    ("remedy", "at"),
    [
        (Remedy("pam-env", "su-l", ("app",)), hop("web", pam="su", login_shell="/bin/sh")),
        (Remedy("pam-env", "su-l", ("app",)), hop(pam="cron")),
        (Remedy("pam-env", "su-l", ("app",)), hop()),
        (Remedy("profile-d", users=("app",)), hop("web", login_shell="/bin/sh")),
        (Remedy("profile-d", users=("app",)), hop(pam="cron")),
        (Remedy("profile-d", users=("app",)), hop(login_shell="/usr/bin/fish")),
        (Remedy("sudoers", users=("app",)), hop("web", sudo_target="web")),
        (Remedy("sudoers", users=("app",)), hop()),
        (Remedy("php-fpm", "www in /etc/php-fpm.d"), hop(fpm_pool="api", fpm_pool_dir="/etc/php-fpm.d")),
        (Remedy("php-fpm", "www in /etc/php-fpm.d"), hop()),
        (Remedy("entrypoint-shim"), SU),
    ],
)
def test_a_remedy_mends_nothing_but_what_it_is_for(remedy: Remedy, at: Hop) -> None:
    assert not kinds()[remedy.name].mends(remedy, at)


def test_how_they_are_told_to_people() -> None:
    users = ("app", "ftp", "web")
    remedies = [
        Remedy("entrypoint-shim", users=users),
        Remedy("pam-env", "cron", users),
        Remedy("profile-d", users=users[:2]),
        Remedy("bashrc", users=users[:1]),
        Remedy("sudoers", users=users[:1]),
        Remedy("sudoers-file", users=users[:1]),
        Remedy("php-fpm", "www in /etc/php/*/fpm/pool.d"),
        Remedy("init-default", "php8.2-fpm", ("root",)),
        Remedy("rc-env-allow", users=("root",)),
        Remedy("nginx-env", "/etc/nginx/nginx.conf"),
        Remedy("pass-env"),
        Remedy("pass-environment", "app", ("app",)),
        Remedy("postconf"),
        Remedy("s6-service", "/etc/services.d/app/run", ("root",)),
    ]
    assert [kinds()[remedy.name].describe(remedy) for remedy in remedies] == [
        "entrypoint /usr/local/bin/fargate-env, which keeps the task role's variables in /run/fargate-env/env",
        "pam_env session line in /etc/pam.d/cron for app, ftp and web",
        "/etc/profile.d/fargate-env.sh for login shells of app and ftp",
        "first lines of the bashrc that every bash reads, for app",
        "/etc/sudoers.d/fargate-env, which lets sudo hand the variables on to app",
        "/etc/sudoers.d/fargate-env-file, which has sudo give app the variables that PID 1 had",
        "env[] lines for the php-fpm pool www in /etc/php/*/fpm/pool.d/zz-fargate-env-www.conf",
        "/etc/default/php-fpm8.2, by which /etc/init.d/php8.2-fpm gives its daemon the variables",
        "the names in rc_env_allow of /etc/rc.conf, which OpenRC hands on to its services",
        "env lines at the top of /etc/nginx/nginx.conf, which leave the variables to nginx's workers",
        "a PassEnv line for apache, which gives CGI scripts the variables",
        "/etc/systemd/system/app.service.d/fargate-env.conf, by which systemd hands the variables on for app",
        "the names in import_environment and export_environment of Postfix, by which it hands them to what it runs",
        "lines at the top of /etc/services.d/app/run that take the variables out of /run/s6/container_environment",
    ]


def test_who_reads_the_file_himself() -> None:
    assert [name for name, kind in kinds().items() if kind.READS_AS_USER] == ["profile-d", "bashrc"]


def test_the_cheapest_come_first_and_the_file_needs_the_carrier() -> None:
    assert [(name, kind.FROM_FILE) for name, kind in kinds().items()] == [
        ("nginx-env", False),
        ("pass-env", False),
        ("pass-environment", False),
        ("php-fpm", False),
        ("postconf", False),
        ("sudoers", False),
        ("pam-env", True),
        ("rc-env-allow", False),
        ("sudoers-file", True),
        ("profile-d", True),
        ("s6-service", False),
        ("init-default", True),
        ("entrypoint-shim", False),
        ("bashrc", True),
    ]


@pytest.mark.parametrize("site", [Site("debian", "a b", ()), Site("debian", "root", ("$(id)",))])
def test_the_shim_refuses_users_that_cannot_be_written(site: Site) -> None:
    with pytest.raises(TemplateProblem):
        kinds()["entrypoint-shim"].setup((), site)


def test_finding_the_remedies_imports_no_jinja2() -> None:
    script = "import sys; from fargate_patch.remedies.kind import kinds; kinds(); sys.exit('jinja2' in sys.modules)"
    assert subprocess.run((sys.executable, "-c", script), check=False).returncode == 0
