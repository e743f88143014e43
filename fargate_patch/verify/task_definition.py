"""What a task definition says about how a container is run, read from the JSON that ECS takes or gives back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fargate_patch.dataclass import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class TaskDefinitionError(Exception):
    """It is none, or does not say which container is meant. The message is one sentence."""


@dataclass(frozen=True, slots=True)
class ContainerDefinition:
    """The part of one container's definition that changes how its first process is started."""

    name: str = ""
    entrypoint: tuple[str, ...] | None = None
    command: tuple[str, ...] | None = None
    user: str | None = None
    read_only: bool = False
    init: bool = False
    tmpfs: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()  # names of secrets, whose values only ECS has


def read_definition(data: bytes, name: str | None = None) -> ContainerDefinition:
    """The container of that name, or the only one, or the only essential one. Raises TaskDefinitionError."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as problem:
        raise TaskDefinitionError("it is no JSON") from problem
    inner = found.get("taskDefinition", found) if isinstance(found, dict) else found
    listed = inner.get("containerDefinitions") if isinstance(inner, dict) else found
    definitions = [d for d in listed if isinstance(d, dict)] if isinstance(listed, list) else []
    if not definitions:
        raise TaskDefinitionError("it has no containerDefinitions")
    return _definition(_chosen(definitions, name))


def _chosen(definitions: Sequence[Mapping[str, Any]], name: str | None) -> Mapping[str, Any]:
    names = ", ".join(str(d.get("name")) for d in definitions)
    if name is not None:
        found = next((d for d in definitions if d.get("name") == name), None)
        if found is None:
            raise TaskDefinitionError(f"it has no container {name} (it has {names})")
        return found
    essential = [d for d in definitions if d.get("essential", True)]
    for candidates in (definitions, essential):
        if len(candidates) == 1:
            return candidates[0]
    raise TaskDefinitionError(f"it has several containers: name one by --container ({names})")


def _definition(said: Mapping[str, Any]) -> ContainerDefinition:
    linux = said.get("linuxParameters")
    parameters = linux if isinstance(linux, dict) else {}
    return ContainerDefinition(
        name=str(said.get("name", "")),
        entrypoint=_texts(said.get("entryPoint")),
        command=_texts(said.get("command")),
        user=str(said["user"]) if said.get("user") else None,
        read_only=said.get("readonlyRootFilesystem") is True,
        init=parameters.get("initProcessEnabled") is True,
        tmpfs=tuple(_tmpfs(mount) for mount in _objects(parameters.get("tmpfs")) if mount.get("containerPath")),
        env={str(e["name"]): str(e.get("value", "")) for e in _objects(said.get("environment")) if e.get("name")},
        left_out=tuple(str(e["name"]) for e in _objects(said.get("secrets")) if e.get("name")),
    )


def _tmpfs(mount: Mapping[str, Any]) -> str:
    size = [f"size={mount['size']}m"] if isinstance(mount.get("size"), int) else []
    options = [*size, *(_texts(mount.get("mountOptions")) or ())]
    return f"{mount['containerPath']}:{','.join(options)}" if options else str(mount["containerPath"])


def _texts(value: object) -> tuple[str, ...] | None:
    return tuple(map(str, value)) if isinstance(value, list) and value else None


def _objects(value: object) -> list[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []
