"""login(1): `-f USER` begins a session with a fresh environment, `-p` keeps it."""

from __future__ import annotations

from traced import chains, mended_by

DEBIAN = "FROM debian:12\nRUN useradd -m -s /bin/bash app\n"


def test_a_session_starts_without_the_environment() -> None:
    for command in ('["login", "-f", "app"]', '["/bin/login", "-fH", "app"]', "exec login -h console -f app"):
        found = [line.replace("shell keeps > ", "") for line in chains(f"{DEBIAN}CMD {command}\n")]
        assert found == ["app lost: login drops, a login shell of app"]


def test_p_keeps_it() -> None:
    assert chains(f'{DEBIAN}CMD ["login", "-p", "-f", "app"]\n') == ["app reaches: login keeps, a login shell of app"]
    assert chains(f'{DEBIAN}CMD ["login", "-pf", "app"]\n') == ["app reaches: login keeps, a login shell of app"]


def test_who_logs_in_may_not_be_known() -> None:
    assert chains(f'{DEBIAN}CMD ["login"]\n') == ["None lost: login drops, a login shell of a user"]


def test_what_only_mentions_it_is_no_login() -> None:
    mention = 'CMD ["echo", "login -f app"]\n'
    assert chains(f"{DEBIAN}RUN login -f app -p true\nCOPY README /\n{mention}", {"README": "login -f app\n"}) == [
        "root reaches: exec keeps, echo login -f app"
    ]


def test_pam_gives_a_session_the_variables_and_the_profile_does_where_there_is_none() -> None:
    shim = "entrypoint /usr/local/bin/fargate-env, which keeps the task role's variables in /run/fargate-env/env"
    assert mended_by(f'{DEBIAN}CMD ["login", "-f", "app"]\n') == (
        "would-patch",
        [shim, "pam_env session line in /etc/pam.d/login for app"],
    )
    assert mended_by('FROM alpine:3.20\nRUN adduser -D app\nCMD ["login", "-f", "app"]\n') == (
        "would-patch",
        [shim, "/etc/profile.d/fargate-env.sh for login shells of app"],
    )
