"""From what was seen to the words, the agreement with the trace and the exit code."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

import fargate_patch
from fargate_patch.chain.model import Verdict
from fargate_patch.verify.asking import read
from fargate_patch.verify.container import Completed
from fargate_patch.verify.model import Attempt, Check, Claim, Look, Proof, Seen
from fargate_patch.verify.outcome import agrees, exit_code, sentence
from fargate_patch.verify.processes import Process
from fargate_patch.verify.showing import FORMATS, said

FETCHED = Attempt("set", "boto3", True)
HAS_IT = Attempt("set")
REFUSED = Attempt("set", "curl", False)
ABSENT = Attempt("absent", "boto3", False)
EMPTY = Attempt("empty", "boto3", False)
UNSEEN = Attempt(None, reason="it cannot be asked")
DOCKERFILE = b'FROM debian:12\nRUN useradd -m app\nCMD ["su", "-", "app", "-c", "work"]\n'


@pytest.mark.parametrize(
    ("attempt", "works", "words"),
    [
        (FETCHED, True, "credentials (boto3)"),
        (HAS_IT, True, "has the variable"),
        (REFUSED, False, "variable, but curl got nothing"),
        (ABSENT, False, "no variable"),
        (EMPTY, False, "an empty variable"),
        (UNSEEN, None, "not seen"),
        (Attempt(None, "its own", False), False, "no credentials"),
        (Attempt(None, "its own", True), True, "credentials (its own)"),
    ],
)
def test_an_attempt_in_words(attempt: Attempt, works: bool | None, words: str) -> None:
    assert (attempt.works, said(attempt)) == (works, words)


@pytest.mark.parametrize(
    ("output", "attempt"),
    [
        ("fargate-patch-probe set boto3 yes\n", FETCHED),
        ("a greeting\nfargate-patch-probe absent boto3 no\n", ABSENT),
        ("fargate-patch-probe set none untried\n", HAS_IT),
        ("fargate-patch-probe\n", Attempt(None, reason="fargate-patch-probe")),
        ("", Attempt(None, reason="exit code 1")),
    ],
)
def test_the_probe_s_line_is_found_in_what_was_printed(output: str, attempt: Attempt) -> None:
    assert read(Completed(output, "", 1)) == attempt


@pytest.mark.parametrize(
    ("verdict", "attempt", "agreed"),
    [
        (Verdict.REACHES, FETCHED, True),
        (Verdict.REACHES, ABSENT, False),
        (Verdict.LOST, ABSENT, True),
        (Verdict.BLANK, EMPTY, True),
        (Verdict.LOST, HAS_IT, False),
        (Verdict.UNKNOWN, HAS_IT, None),
        (Verdict.LOST, UNSEEN, None),
        (None, None, None),
    ],
)
def test_the_trace_is_held_to_its_word(verdict: Verdict | None, attempt: Attempt | None, agreed: bool | None) -> None:
    assert agrees(verdict, attempt) is agreed


@pytest.mark.parametrize(
    ("before", "after", "passed", "code"),
    [
        (ABSENT, FETCHED, True, 0),
        (FETCHED, None, True, 0),
        (ABSENT, HAS_IT, None, 0),
        (ABSENT, FETCHED, False, 1),
        (ABSENT, ABSENT, True, 1),
        (ABSENT, None, True, 1),
        (ABSENT, UNSEEN, True, 2),
        (UNSEEN, None, True, 2),
    ],
)
def test_the_exit_code(before: Attempt, after: Attempt | None, passed: bool | None, code: int) -> None:
    assert exit_code(_proof(before, after, passed)) == code


@pytest.mark.parametrize(
    ("after", "passed", "said"),
    [
        (FETCHED, True, "Everything that should have the task role's credentials has them."),
        (UNSEEN, True, "Not everything could be tried."),
        (ABSENT, True, "Not everything that should have the task role's credentials has them."),
        (FETCHED, False, "The patched image fails a check: nobody else reads what is carried."),
        (
            ABSENT,
            False,
            "Not everything that should have the task role's credentials has them. "
            "The patched image fails a check: nobody else reads what is carried.",
        ),
    ],
)
def test_the_outcome_in_words(after: Attempt, passed: bool, said: str) -> None:
    assert sentence(_proof(ABSENT, after, passed)) == said


def test_a_server_alone_that_cannot_be_seen_is_no_reason_for_2() -> None:
    proof = _proof(ABSENT, FETCHED, True)
    (nginx,) = fargate_patch.trace(b'FROM debian:12\nCMD ["nginx"]\n').chains
    server = Claim(nginx, HAS_IT, UNSEEN, (Verdict.REACHES, Verdict.REACHES), "its process")
    assert exit_code(replace(proof, claims=(*proof.claims, server))) == 0
    assert exit_code(replace(proof, claims=(server,))) == 2


def test_nothing_to_look_at_is_nothing_proved() -> None:
    look = Look((), {}, None, 0, False)
    assert exit_code(Proof("Dockerfile", "podman", "at x", "clean", None, (), look, None, (), ())) == 2


def test_the_text() -> None:
    assert FORMATS["text"](_proof(ABSENT, FETCHED, True)) == (
        "Dockerfile: as an ECS task with a task role, by podman; its endpoint at 169.254.170.2\n"
        "fargate-patch: would-patch\n"
        "\n"
        "Who gets the task role's credentials\n"
        "  user  what should have credentials  as it stands  patched              the trace had said\n"
        "  app   work                          no variable   credentials (boto3)  the same (lost → reaches)\n"
        "\n"
        "Every process\n"
        "  user  program  started by     as it stands  patched\n"
        "  app   work     the container  no variable   credentials (boto3)\n"
        "\n"
        "What the patch must not do\n"
        "      check                              seen\n"
        "  ok  nobody else reads what is carried  refused: nobody\n"
        "\n"
        "Everything that should have the task role's credentials has them.\n"
    )


def test_the_markdown() -> None:
    assert FORMATS["markdown"](_proof(ABSENT, UNSEEN, None)) == (
        "### `fargate-patch verify`: Not everything could be tried.\n"
        "\n"
        "`Dockerfile` as an ECS task with a task role, by podman; its endpoint at 169.254.170.2.\n"
        "\n"
        "**Who gets the task role's credentials**\n"
        "\n"
        "| user | what should have credentials | as it stands | patched | the trace had said |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| app | work | no variable | not seen | the same (lost → reaches) |\n"
        "\n"
        "**Every process**\n"
        "\n"
        "| user | program | started by | as it stands | patched |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| app | work | the container | no variable | not seen |\n"
        "\n"
        "**What the patch must not do**\n"
        "\n"
        "|  | check | seen |\n"
        "| --- | --- | --- |\n"
        "| ? | nobody else reads what is carried | refused: nobody |\n"
        "\n"
        "- work: it cannot be asked\n"
    )


@pytest.mark.parametrize(
    ("before", "after", "sections"),
    [
        (
            Look((), {}, None, 78, False, last_output=("::error::no /run/php", "\x1b[31mred" + "x" * 200)),
            Look((), {}, ("work",), None, False, unready="its health check does not succeed"),
            (
                "The container as it stands ended by itself, with exit code 78; its last output\n"
                "  :\\x3aerror::no /run/php\n"
                f"  \\x1b[31mred{'x' * 149}\n"
                "\n"
                "The patched container did not settle: its health check does not succeed; it has written nothing\n"
            ),
        ),
        (Look((), {}, ("work",), None, False), None, ""),
    ],
)
def test_where_something_went_wrong_the_last_output_says_what(before: Look, after: Look | None, sections: str) -> None:
    proof = replace(_proof(ABSENT, FETCHED, True), before=before, after=after)
    text, markdown = FORMATS["text"](proof), FORMATS["markdown"](proof)
    assert text.partition("refused: nobody\n\n")[2] == f"{sections}\n" * bool(sections) + f"{sentence(proof)}\n"
    titles = [line for line in sections.splitlines() if line.startswith("The")]
    shown = [f"    {line}" for line in sections.splitlines() if line.startswith("  ")]
    assert [line for line in markdown.splitlines() if line.startswith(("**The", "    "))] == [
        *(f"**{title}**" for title in titles[:1]), *shown, *(f"**{title}**" for title in titles[1:])
    ]  # fmt: skip


def test_a_container_that_ended_in_json() -> None:
    ended = Look((), {}, None, 78, False, last_output=("no \udcff",))
    unready = Look((), {}, ("work",), None, False, unready="nothing listens on the EXPOSEd port 80")
    found = json.loads(FORMATS["json"](replace(_proof(ABSENT, UNSEEN, None), before=ended, after=unready)))
    seen = {"fetched": False, "processes": []}
    assert found["before"] == {"exit_code": 78, "not_settled": None, "last_output": ["no \\xff"], **seen}
    reason = "nothing listens on the EXPOSEd port 80"
    assert found["after"] == {"exit_code": None, "not_settled": reason, "last_output": [], **seen}


def test_why_nothing_could_be_tried() -> None:
    ended, alive = Look((), {}, None, 78, False), Look((), {}, ("work",), None, False)
    untried = replace(_proof(UNSEEN, None, None), before=ended, after=None)
    assert sentence(untried) == "Not everything could be tried: the container ended by itself, with exit code 78."
    assert sentence(replace(untried, before=alive)) == "Not everything could be tried."
    nothing = "Nothing that needs credentials is known to run in it: give a --probe."
    assert sentence(replace(untried, before=alive, claims=())) == nothing


def test_the_json() -> None:
    found = json.loads(FORMATS["json"](_proof(ABSENT, FETCHED, True)))
    assert list(found) == [
        *(
            "schema",
            "path",
            "exit_code",
            "engine",
            "endpoint",
            "patch",
            "chains",
            "probes",
            "before",
            "after",
            "checks",
        ),
    ]
    absent = {"has_credentials": False, "variable": "absent", "client": "boto3", "fetched": False, "reason": None}
    fetched = {"has_credentials": True, "variable": "set", "client": "boto3", "fetched": True, "reason": None}
    assert found["chains"] == [
        {
            "user": "app",
            "command": "work",
            "seen_by": "its process",
            "before": {"predicted": "lost", **absent},
            "after": {"predicted": "reaches", **fetched},
            "as_predicted": [True, True],
        }
    ]
    assert found["exit_code"] == 0


def _proof(before: Attempt, after: Attempt | None, passed: bool | None) -> Proof:
    (chain,) = fargate_patch.trace(DOCKERFILE).chains
    claim = Claim(chain, before, after, (Verdict.LOST, Verdict.REACHES if after else None), "its process")
    return Proof(
        path="Dockerfile",
        engine="podman",
        place="at 169.254.170.2",
        status="would-patch",
        reason=None,
        claims=(claim,),
        before=_look(before),
        after=_look(after) if after else None,
        probes=(),
        checks=(Check("nobody else reads what is carried", passed, "refused: nobody"),),
    )


def _look(attempt: Attempt) -> Look:
    process = Process(1, 0, 1000, ("work",), {})
    return Look((Seen(process, "app", "", attempt),), {}, ("work",), None, False)
