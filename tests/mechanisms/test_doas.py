"""doas(1): a fresh environment, but for what the last matching rule says. Each line was seen with opendoas 6.8.2."""

from __future__ import annotations

import pytest
from traced import chains, mended_by

HEAD = "FROM debian:12\nRUN useradd app\nCOPY doas.conf /etc/doas.conf\n"
LOST = ["app lost: doas drops > exec keeps, report"]
KEPT = ["app reaches: doas keeps > exec keeps, report"]
URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("permit nopass root as app", LOST),
        ("permit nopass keepenv root as app", KEPT),
        (f"permit nopass setenv {{ {URI} AWS_REGION }} root as app", KEPT),
        (f"permit nopass setenv {{ {URI}=${URI} }} root as app", KEPT),
        ("permit nopass setenv { AWS_REGION }  root as app", LOST),
        (f"permit nopass setenv {{ {URI}=/v2/x }} root as app", LOST),
        (f"permit nopass setenv {{ -{URI} }} root as app", LOST),
        (f"permit nopass setenv {{ {URI} }} \\\n root as app", KEPT),
        (f"permit nopass setenv {{ {URI} }} root", KEPT),
        (f"permit nopass setenv {{ {URI} }} web as app", LOST),
        (f"permit nopass setenv {{ {URI} }} root as web", LOST),
        (f"permit nopass setenv {{ {URI} }} root as app cmd report", KEPT),
        (f"permit nopass setenv {{ {URI} }} root as app cmd other", LOST),
        ("permit nopass keepenv root as app\npermit nopass root", LOST),
        ("permit nopass root\npermit nopass keepenv root as app", KEPT),
        ("# permit nopass keepenv root as app", LOST),
        ("", LOST),
    ],
)
def test_the_last_rule_that_matches_decides(rules: str, expected: list[str]) -> None:
    assert chains(f'{HEAD}CMD ["doas", "-u", "app", "report"]\n', {"doas.conf": rules + "\n"}) == expected


def test_a_rule_that_a_run_writes_counts() -> None:
    run = "RUN echo 'permit nopass keepenv root as app' > /etc/doas.d/app.conf\n"
    assert chains(f'FROM alpine:3.20\n{run}CMD ["doas", "-u", "app", "report"]\n') == KEPT


def test_the_target_is_root_where_none_is_named() -> None:
    dockerfile = 'FROM debian:12\nRUN useradd app\nUSER app\nCMD ["doas", "report"]\n'
    assert chains(dockerfile) == ["root lost: doas drops > exec keeps, report"]


def test_a_question_about_the_rules_starts_nothing() -> None:
    assert chains('FROM debian:12\nCMD ["doas", "-C", "/etc/doas.conf"]\n') == [
        "root reaches: exec keeps, doas -C /etc/doas.conf"
    ]


def test_nothing_is_put_into_a_persons_rules() -> None:
    assert mended_by(f'{HEAD}CMD ["doas", "-u", "app", "report"]\n', {"doas.conf": ""}) == ("blocked", [])
