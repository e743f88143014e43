"""Every report read by the thing that it is for: schemas, SARIF's own validator with GitHub's rules, a JUnit reader."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from results import ALL, CLEAN, EVIL

from fargate_patch import FileResult, Options, patch, trace
from fargate_patch.cli.config import KEYS, WHOLE_RUN, ConfigError, read
from fargate_patch.cli.settings import COLOURS, STRATEGIES
from fargate_patch.report import View, formats, report
from fargate_patch.result import Status

jsonschema = pytest.importorskip("jsonschema") if "CI" not in os.environ else __import__("jsonschema")

REPOSITORY = Path(__file__).resolve().parents[2]
SAMPLES = sorted(path.parent for path in (REPOSITORY / "samples").glob("*/Dockerfile"))
SARIF_SCHEMA = Path(__file__).with_name("sarif-2.1.0") / "schema.json"
VIEW = View("check", root=".")


def sample_results() -> list[FileResult]:
    """Every sample as it is, traced, patched without a remedy, and patched already."""
    found = []
    for sample in SAMPLES:
        data, name = (sample / "Dockerfile").read_bytes(), f"samples/{sample.name}/Dockerfile"
        done = patch(data, path=name, context=sample)
        found += [done, trace(data, path=name, context=sample), patch(done.new, path=name, context=sample)]
        found.append(patch(data, path=name, context=sample, options=Options(strategy="none")))
    return found


RESULTS = {"made by hand": list(ALL), "hostile": [EVIL], "none": [], "clean": [CLEAN]}


def rendered(name: str, results: list[FileResult]) -> str:
    return report(name).render(results, VIEW)


def strict(schema: Any) -> Any:
    """The same schema, in which a key that it does not tell of is wrong."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if "properties" in schema else {}
    return {**closed, **{key: strict(value) for key, value in schema.items()}}


def errors(schema: Any, value: Any) -> list[str]:
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    return [f"{list(e.absolute_path)}: {e.message}" for e in kind(schema).iter_errors(value)]


@pytest.mark.parametrize("name", [*RESULTS, "samples"])
def test_json_by_the_published_schema(name: str) -> None:
    schema = json.loads((REPOSITORY / "docs" / "schema" / "report.json").read_text("utf-8"))
    results = RESULTS.get(name) or (sample_results() if name == "samples" else [])
    assert errors(strict(schema), json.loads(rendered("json", results))) == []


def test_the_published_schema_knows_every_status() -> None:
    schema = json.loads((REPOSITORY / "docs" / "schema" / "report.json").read_text("utf-8"))
    assert schema["$defs"]["status"]["enum"] == [s.value for s in Status]


@pytest.mark.parametrize("name", [*RESULTS, "samples"])
def test_sarif_by_its_schema(name: str) -> None:
    schema = json.loads(SARIF_SCHEMA.read_text("utf-8"))
    results = RESULTS.get(name) or (sample_results() if name == "samples" else [])
    assert errors(schema, json.loads(rendered("sarif", results))) == []


MULTITOOL = Path("node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool")


def multitool() -> Path | None:
    """SARIF's own validator, from npm's @microsoft/sarif-multitool (`make sarif-multitool`)."""
    found = REPOSITORY / ".cache" / MULTITOOL
    if not found.exists():
        return None
    found.chmod(0o755)
    return found


@pytest.mark.skipif(
    multitool() is None and not ("CI" in os.environ and shutil.which("npm")),
    reason="npm's @microsoft/sarif-multitool is not there (make validator)",
)
def test_sarif_by_its_validator_with_github_s_rules(tmp_path: Path) -> None:
    tool = multitool()
    assert tool, "make sarif-multitool"
    found, said = tmp_path / "found.sarif", tmp_path / "said.sarif"
    found.write_text(rendered("sarif", [*ALL, EVIL, *sample_results()]), "utf-8")
    command = [tool, "validate", found, "--rule-kind", "Sarif;Ghas", "-o", said, "--log", "ForceOverwrite"]
    environment = {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1", "HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    done = subprocess.run(command, capture_output=True, check=False, env=environment, text=True)
    assert said.exists(), done.stdout + done.stderr
    log = json.loads(said.read_text("utf-8-sig"))
    complaints = [
        (result["ruleId"], result.get("level", "warning"), result["message"])
        for run in log["runs"]
        for result in run.get("results", ())
        if result.get("level", "warning") in {"error", "warning"}
    ]
    assert complaints == []


GITLAB = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^(?!\\./|/)"},
                    "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}},
                },
            },
        },
    },
}


@pytest.mark.parametrize("name", [*RESULTS, "samples"])
def test_gitlab_by_what_its_documentation_asks_for(name: str) -> None:
    results = RESULTS.get(name) or (sample_results() if name == "samples" else [])
    found = json.loads(rendered("gitlab", results))
    assert errors(GITLAB, found) == []
    marks = {(f["fingerprint"], f["location"]["path"], f["check_name"]) for f in found}
    assert len({mark for mark, _, _ in marks}) == len(marks)


@pytest.mark.parametrize("name", [*RESULTS, "samples"])
def test_junit_as_a_reader_of_it_sees_it(name: str) -> None:
    junitparser = pytest.importorskip("junitparser")
    results = RESULTS.get(name) or (sample_results() if name == "samples" else [])
    suites = junitparser.JUnitXml.fromstring(rendered("junit", results).encode("utf-8"))
    said = (suites.tests, suites.failures, suites.errors)
    cases = [case for suite in suites for case in suite]
    kinds = [type(r).__name__ for case in cases for r in case.result]
    assert said == (len(cases), kinds.count("Failure"), kinds.count("Error"))
    assert all(len(list(suite)) for suite in suites)


COMMAND = re.compile(r"::(error|warning|notice) title=[^:,\r\n]*,file=[^:,\r\n]*,line=\d+,endLine=\d+::[^\r\n]*")


def test_github_s_lines_are_commands_or_plain() -> None:
    for results in (*RESULTS.values(), sample_results()):
        for line in rendered("github", results).splitlines():
            assert COMMAND.fullmatch(line) or not re.search(r"^\s*::|##\[", line)


def schema_of_settings() -> Any:
    return json.loads((REPOSITORY / "docs" / "schema" / "config.json").read_text("utf-8"))


def test_the_settings_schema_has_the_keys_and_words_that_the_command_has() -> None:
    properties = schema_of_settings()["properties"]
    assert sorted(properties) == sorted(KEYS)
    assert properties["output-format"]["enum"] == list(formats())
    assert (properties["strategy"]["enum"], properties["color"]["enum"]) == (list(STRATEGIES), list(COLOURS))
    assert all(said["description"].endswith(".") for said in properties.values())
    of_some_files = {key: {"$ref": f"#/properties/{key}"} for key in KEYS if key not in WHOLE_RUN}
    said_of_some = schema_of_settings()["definitions"]["per-file"]["properties"]
    assert said_of_some == {"files": said_of_some["files"], **of_some_files}


VALUES: dict[str, Any] = {
    "true": True,
    "3": 3,
    '"never"': "never",
    '["a=b"]': ["a=b"],
    "[1]": [1],
    '{a = "b"}': {"a": "b"},
    "{a = 1}": {"a": 1},
    "1.5": 1.5,
}


@pytest.mark.parametrize("key", sorted(set(KEYS) - {"required-version", "output-format", "strategy", "color"}))
def test_the_settings_schema_takes_what_the_command_takes(key: str, tmp_path: Path) -> None:
    schema = schema_of_settings()
    for number, (toml, value) in enumerate(VALUES.items()):
        file = tmp_path / f"{number}.toml"
        file.write_text(f"{key} = {toml}\n", "utf-8")
        try:
            read(str(file))
            taken = True
        except ConfigError:
            taken = False
        assert taken is (errors(schema, {key: value}) == []), toml


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ({"files": "worker/*", "user": "a"}, True),
        ({"files": ["a", "b"], "build-arg": {"X": "1"}}, True),
        ({"files": []}, False),
        ({"user": "a"}, False),
        ({"files": "a", "usr": "a"}, False),
        ({"files": "a", "strict": True}, False),
        ({"files": "a", "per-file": []}, False),
    ],
)
def test_the_settings_schema_takes_the_tables_that_the_command_takes(
    said: dict[str, Any], taken: bool, tmp_path: Path
) -> None:
    file = tmp_path / ".fargate-patch.toml"
    lines = [f"{key} = {json.dumps(value).replace(':', ' =')}" for key, value in said.items()]
    file.write_text("\n".join(["[[per-file]]", *lines, ""]), "utf-8")
    if taken:
        read(str(file))
    else:
        with pytest.raises(ConfigError):
            read(str(file))
    assert (errors(schema_of_settings(), {"per-file": [said]}) == []) is taken


def test_the_settings_schema_refuses_an_unknown_key() -> None:
    assert errors(schema_of_settings(), {"stratgy": "auto"})
