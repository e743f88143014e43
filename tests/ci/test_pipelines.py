"""The samples for pipelines and the action's definition, checked by the schemas and linters of those who run them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from project import REPOSITORY, run, tool

from fargate_patch.report import formats
from fargate_patch.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

CI = REPOSITORY / "samples" / "ci"
OWN_SCHEMA = REPOSITORY / "tests" / "ci" / "buildspec.schema.json"


@pytest.mark.parametrize(
    ("file", "schema"),
    [
        (REPOSITORY / "action.yml", ("--builtin-schema", "vendor.github-actions")),
        (CI / "github.yml", ("--builtin-schema", "vendor.github-workflows")),
        (CI / "buildkite.yml", ("--builtin-schema", "vendor.buildkite")),
        (CI / "buildspec.yml", ("--schemafile", str(OWN_SCHEMA))),
    ],
    ids=lambda value: value.name if hasattr(value, "name") else "",
)
def test_valid_by_the_schema(file: Path, schema: tuple[str, ...]) -> None:
    done = run([tool("check-jsonschema"), *schema, file], REPOSITORY)
    assert done.code == 0, done.out


def test_both_halves_of_the_gitlab_component_are_valid(tmp_path: Path) -> None:
    halves = re.split(r"^---$", (CI / "gitlab.yml").read_text("utf-8"), flags=re.MULTILINE)
    for number, text in enumerate(halves):
        half = tmp_path / f"{number}.yml"
        half.write_text(text.replace("$[[ inputs.stage ]]", "test"), "utf-8")
        schema = (
            "--builtin-schema",
            "vendor.gitlab-ci",
            "--data-transform",
            "gitlab-ci",
            "--regex-variant",
            "nonunicode",
        )
        done = run([tool("check-jsonschema"), *schema, half], REPOSITORY)
        assert done.code == 0, done.out
    assert len(halves) == 2


def test_the_schema_for_buildspecs_refuses_what_codebuild_would(tmp_path: Path) -> None:
    file = tmp_path / "buildspec.yml"
    file.write_text((CI / "buildspec.yml").read_text("utf-8").replace("  build:", "  builds:"), "utf-8")
    assert run([tool("check-jsonschema"), "--schemafile", OWN_SCHEMA, file], REPOSITORY).code == 1


@pytest.mark.parametrize("file", [REPOSITORY / "action.yml", CI / "github.yml"], ids=lambda f: f.name)
def test_zizmor_finds_nothing(file: Path) -> None:
    done = run([tool("zizmor"), "--offline", "--persona=pedantic", file], REPOSITORY)
    assert done.code == 0, done.out


def test_the_action_s_script_is_clean() -> None:
    done = run([tool("shellcheck"), REPOSITORY / "action" / "run.sh"], REPOSITORY)
    assert done.code == 0, done.out


def test_what_the_samples_ask_for_is_there() -> None:
    texts = {file.name: file.read_text("utf-8") for file in (*CI.iterdir(), REPOSITORY / "action.yml")}
    for text in texts.values():
        assert set(re.findall(r"--output-format (\w+)|output-format: (\w+)$", text)) <= {
            pair for name in formats() for pair in ((name, ""), ("", name))
        }
        assert set(re.findall(r"fargate-patch==([\d.]+)|rev: v([\d.]+)", text)) <= {
            (__version__, ""),
            ("", __version__),
        }
    assert set(texts) == {
        *("action.yml", "github.yml", "gitlab.yml", "buildspec.yml", "Jenkinsfile", "buildkite.yml"),
        "pre-commit-config.yaml",
    }


def test_the_jenkinsfile_s_braces_and_quotes_are_closed() -> None:
    """There is no linter for these without a Jenkins; the file is one step, kept plain."""
    text = re.sub(
        r"'''.*?'''|'[^'\n]*'|\"[^\"\n]*\"|//[^\n]*", "", (CI / "Jenkinsfile").read_text("utf-8"), flags=re.DOTALL
    )
    assert (text.count("{"), text.count("'"), text.count('"')) == (text.count("}"), 0, 0)
