"""What a task definition says about how a container is run."""

from __future__ import annotations

import json

import pytest

from fargate_patch.verify.task_definition import ContainerDefinition, TaskDefinitionError, read_definition

WEB = {
    "name": "web",
    "image": "app:1",
    "entryPoint": ["/init"],
    "command": ["serve", "two words"],
    "user": "1000:1000",
    "readonlyRootFilesystem": True,
    "linuxParameters": {
        "initProcessEnabled": True,
        "tmpfs": [
            {"containerPath": "/run/fargate-env", "size": 1, "mountOptions": ["noexec"]},
            {"containerPath": "/tmp"},
        ],
    },
    "environment": [{"name": "MODE", "value": "test"}, {"name": "EMPTY"}],
    "secrets": [{"name": "PASSWORD", "valueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/password"}],
}
READ = ContainerDefinition(
    name="web",
    entrypoint=("/init",),
    command=("serve", "two words"),
    user="1000:1000",
    read_only=True,
    init=True,
    tmpfs=("/run/fargate-env:size=1m,noexec", "/tmp"),
    env={"MODE": "test", "EMPTY": ""},
    left_out=("PASSWORD",),
)


@pytest.mark.parametrize(
    "found",
    [
        {"containerDefinitions": [WEB]},
        {"taskDefinition": {"containerDefinitions": [WEB]}},
        [WEB],
        {"containerDefinitions": [{"name": "log-router", "essential": False}, WEB]},
    ],
)
def test_as_registered_as_described_and_beside_one_that_is_not_essential(found: object) -> None:
    assert read_definition(json.dumps(found).encode()) == READ


def test_one_of_several_by_its_name() -> None:
    found = {"containerDefinitions": [WEB, {"name": "worker", "command": ["work"]}]}
    assert read_definition(json.dumps(found).encode(), "worker") == ContainerDefinition("worker", command=("work",))


@pytest.mark.parametrize(
    ("data", "name", "message"),
    [
        (b"\xff", None, "it is no JSON"),
        (b"[" * 100_000, None, "it is no JSON"),
        (b"{}", None, "it has no containerDefinitions"),
        (b'{"containerDefinitions": [1, null]}', None, "it has no containerDefinitions"),
        (b'[{"name": "a"}, {"name": "b"}]', None, "it has several containers: name one by --container (a, b)"),
        (b'[{"name": "a"}]', "z", "it has no container z (it has a)"),
    ],
)
def test_what_is_none_is_one_sentence(data: bytes, name: str | None, message: str) -> None:
    with pytest.raises(TaskDefinitionError) as raised:
        read_definition(data, name)
    assert str(raised.value) == message


def test_values_of_other_types_than_documented_are_no_crash() -> None:
    odd = {"name": 1, "entryPoint": "sh", "command": [1], "user": 0, "linuxParameters": [], "environment": {"a": 1}}
    assert read_definition(json.dumps([odd]).encode()) == ContainerDefinition("1", command=("1",))
