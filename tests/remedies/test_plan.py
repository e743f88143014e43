"""The least set of remedies: chains by hand, real kinds of remedies."""

from __future__ import annotations

import pytest

from fargate_patch.case import read_case
from fargate_patch.chain.model import Chain, Effect, Hooks, Hop, Place
from fargate_patch.dockerfile.scanner import scan
from fargate_patch.remedies.kind import kinds
from fargate_patch.remedies.model import Remedy
from fargate_patch.remedies.plan import forced, merge, plan, readers
from fargate_patch.result import Options

PLACE = Place("Dockerfile", 2)
DEBIAN = read_case(scan(b"FROM debian:12\n"), "Dockerfile", None, Options()).world


def hop(mechanism: str, user: str | None, effect: Effect = Effect.DROPS, **hooks: str) -> Hop:
    return Hop(mechanism, mechanism, effect, PLACE, user, hooks=Hooks(**hooks))  # type: ignore[arg-type]


SU = hop("su-login", "app", pam="su", login_shell="/bin/bash")
SUDO = hop("sudo", "app", Effect.FILTERS, sudo_target="app")
SUDO_ROOT = hop("sudo", "root", Effect.FILTERS, sudo_target="root")
CRON = hop("cron", "web", pam="cron")
FPM = hop("php-fpm", "www-data", Effect.FILTERS, fpm_pool="www", fpm_pool_dir="/etc/php/8.2/fpm/pool.d")
ENV_I = hop("env-i", "root")
KEEPS = hop("shell", "root", Effect.KEEPS)
LOGIN_SHELL = hop("shell", "app", Effect.KEEPS, login_shell="bash")
PLAIN_SU = hop("su", "app", Effect.KEEPS, pam="su")


def chain(*hops: Hop, past_shim: bool = False) -> Chain:
    return Chain(hops, hops[-1].user, "x", past_shim=past_shim)


@pytest.mark.parametrize(
    ("chains", "expected"),
    [
        ([chain(KEEPS)], []),
        ([chain(KEEPS, SU)], ["entrypoint-shim for app", "pam-env at su-l for app"]),
        ([chain(SUDO)], ["sudoers for app"]),
        ([chain(FPM)], ["php-fpm at www in /etc/php/8.2/fpm/pool.d for www-data"]),
        ([chain(SUDO_ROOT, SU)], ["entrypoint-shim for app", "pam-env at su-l for app"]),  # one that spans both
        ([chain(SU, SUDO)], ["entrypoint-shim for app", "sudoers-file for app"]),
        ([chain(ENV_I, SU)], ["entrypoint-shim for app", "pam-env at su-l for app"]),
        ([chain(ENV_I)], []),  # nothing can be put behind env -i
        ([chain(SU, ENV_I)], []),
        ([chain(ENV_I, PLAIN_SU)], ["entrypoint-shim for app", "pam-env at su for app"]),  # su opens a session too
        ([chain(ENV_I, PLAIN_SU, SUDO)], ["entrypoint-shim for app", "sudoers-file for app"]),
        ([chain(ENV_I, LOGIN_SHELL)], ["entrypoint-shim for app", "profile-d for app"]),
        ([chain(PLAIN_SU)], []),
        (
            [chain(SU), chain(CRON)],
            ["entrypoint-shim for app,web", "pam-env at cron for web", "pam-env at su-l for app"],
        ),
        # the carrier is there for cron anyway; what sudo can keep by itself it still keeps by itself
        ([chain(CRON), chain(SUDO)], ["entrypoint-shim for web", "pam-env at cron for web", "sudoers for app"]),
        ([chain(hop("cron", None, pam="cron"))], []),  # for whom?
        ([chain(hop("su-login", "a; b", pam="su", login_shell="/bin/sh"))], []),  # no name to write down
        ([chain(SU, past_shim=True)], []),
        ([chain(SUDO, past_shim=True)], ["sudoers for app"]),
    ],
)
def test_the_least_set(chains: list[Chain], expected: list[str]) -> None:
    made = plan(chains, DEBIAN, kinds(), can_carry=True)
    assert [str(r) for r in made.remedies] == expected


def test_without_a_carrier_only_what_keeps_the_live_environment() -> None:
    made = plan([chain(SU), chain(SUDO)], DEBIAN, kinds(), can_carry=False)
    assert [str(r) for r in made.remedies] == ["sudoers for app"]
    assert (made.mended, made.left) == ((chain(SUDO),), (chain(SU),))


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("profile", ["entrypoint-shim for app,web", "profile-d for app,web"]),
        ("bashrc", ["entrypoint-shim for app,web", "bashrc for app,web"]),
        ("shim", ["entrypoint-shim for app,web"]),
    ],
)
def test_a_strategy_is_a_persons_decision(strategy: str, expected: list[str]) -> None:
    assert [str(r) for r in forced(strategy, ["web", "app", "web"], kinds())] == expected


def test_one_remedy_for_a_place_serves_all_its_users() -> None:
    assert merge([Remedy("a", "x", ("u",)), Remedy("a", "y", ("u",)), Remedy("a", "x", ("t",))]) == (
        Remedy("a", "x", ("t", "u")),
        Remedy("a", "y", ("u",)),
    )


def test_only_who_reads_the_file_himself_is_in_its_group() -> None:
    remedies = [Remedy("profile-d", users=("app", "root")), Remedy("pam-env", "cron", ("web",))]
    assert readers(remedies, kinds()) == ("app",)
