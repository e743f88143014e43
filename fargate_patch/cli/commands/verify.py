"""`fargate-patch verify [DOCKERFILE]`: the proof in real containers, as the file stands and patched."""

from __future__ import annotations

import os
import shlex
import signal
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fargate_patch.cli import options, outcome, streams
from fargate_patch.cli.running import leave
from fargate_patch.cli.settings import Given, UsageError, one_of, task
from fargate_patch.cli.writing import explain
from fargate_patch.verify.engine import ENGINES
from fargate_patch.verify.showing import FORMATS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fargate_patch.verify.engine import RunOptions
    from fargate_patch.verify.sides import Request

HELP = {
    "epilog": """\b
Examples:  fargate-patch verify                        ./Dockerfile
           fargate-patch verify --read-only --tmpfs /run/fargate-env Dockerfile
           fargate-patch verify --task-definition task.json Dockerfile
           fargate-patch verify --probe 'su - app -c {}' Dockerfile
Exit:      0 all that should have credentials do; 1 some do not, or the
           patch changes what it must not; 2 not everything could be tried
""",
}


def _option(name: str, metavar: str | None = None, short: str = "", *, help: str) -> Any:
    return typer.Option(*([name, short] if short else [name]), metavar=metavar, help=help, show_default=False)


Dockerfile = Annotated[
    options.Text, typer.Argument(metavar="[DOCKERFILE]", help="./Dockerfile otherwise.", hidden=True)
]
Image = Annotated[options.Text, _option("--image", "REF", help="An image in place of building the file as it stands.")]
Engine = Annotated[options.Text, _option("--engine", "WORD", help=f"{', '.join(ENGINES)}; else the first that works.")]
Definition = Annotated[options.Text, _option("--task-definition", "FILE", help="Run it as this task definition says.")]
Container = Annotated[options.Text, _option("--container", "NAME", help="Which container of the task definition.")]
RunUser = Annotated[options.Text, _option("--user", "NAME", "-u", help="Run it as this user.")]
ReadOnly = Annotated[options.Flag, _option("--read-only", help="With a read-only root filesystem.")]
Init = Annotated[options.Flag, _option("--init", help="Below an init process.")]
Tmpfs = Annotated[options.Texts, _option("--tmpfs", "PATH", help="With a tmpfs there.")]
Entrypoint = Annotated[options.Text, _option("--entrypoint", "'CMD ...'", help="In ENTRYPOINT's place.")]
Command = Annotated[options.Text, _option("--command", "'CMD ...'", help="In CMD's place.")]
Probes = Annotated[options.Texts, _option("--probe", "'CMD ...'", help="Try this as well; {} is the tool's own probe.")]
Wait = Annotated[float | None, _option("--wait", "SECONDS", help="Wait so long, not until it has settled.")]
Format = Annotated[options.Text, _option("--output-format", "WORD", "-f", help=f"{', '.join(FORMATS)}.")]
EndpointImage = Annotated[
    options.Text, _option("--endpoint-image", "REF", help="With python3, for the credentials endpoint on a network.")
]
ForUser = Annotated[options.Texts, _option("--for-user", "NAME", help="What `--user` is to the patch: for whom.")]


@options.takes(
    dockerfile=Dockerfile,
    image=Image,
    engine=Engine,
    task_definition=Definition,
    container=Container,
    user=RunUser,
    read_only=ReadOnly,
    init=Init,
    tmpfs=Tmpfs,
    entrypoint=Entrypoint,
    command=Command,
    probe=Probes,
    wait=Wait,
    output_format=Format,
    endpoint_image=EndpointImage,
    for_user=ForUser,
    strategy=options.Strategy,
    **options.IMAGE,
    config=options.ConfigFile,
    isolated=options.Isolated,
    quiet=options.Quiet,
)
def command(said: Mapping[str, Any]) -> None:
    """Build the image as it stands and patched, run both as ECS would, and see which processes get the task role's
    credentials."""
    of_the_patch = {**said, "user": said["for_user"], "command": None, "entrypoint": None, "output_format": None}
    leave(lambda: _verify(said, options.given(of_the_patch)))


def _verify(run: Mapping[str, Any], given: Given) -> int:
    from fargate_patch.verify.container import EngineError
    from fargate_patch.verify.outcome import exit_code
    from fargate_patch.verify.proving import prove
    from fargate_patch.verify.sides import CannotProveError

    output_format = one_of("output format", run["output_format"] or "text", tuple(FORMATS))
    if run["engine"]:
        one_of("engine", run["engine"], ENGINES)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        proof = prove(_request(run, given), _quiet if run["quiet"] else _progress)
    except (CannotProveError, EngineError) as problem:
        streams.complain("verify", f"could not be tried: {problem}")
        return outcome.WRONG
    streams.emit(streams.rendered(FORMATS[output_format](proof), output_format))
    return exit_code(proof)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _progress(what: str) -> None:
    streams.remark(f"{what} …\n")


def _quiet(_what: str) -> None:
    return None


def _request(run: Mapping[str, Any], given: Given) -> Request:
    from fargate_patch.verify.sides import Request

    path = run["dockerfile"] or ("Dockerfile" if not run["image"] else None)
    if path and Path(path).is_dir():
        path = str(Path(path) / "Dockerfile")
    data = _read(path) if path else None
    work = task(given, path, data or b"")
    return Request(
        path=path or str(run["image"]),
        data=data,
        context=work.context or Path(),
        options=work.options,
        run=_as_task(run),
        image=run["image"],
        engine=run["engine"],
        probes=tuple(run["probe"] or ()),
        wait=run["wait"],
        endpoint_image=run["endpoint_image"],
        network=os.environ.get("FARGATE_PATCH_VERIFY_NETWORK"),
    )


def _as_task(run: Mapping[str, Any]) -> RunOptions:
    """How the container is run: the task definition's word, and before it the command line's."""
    from fargate_patch.verify.engine import RunOptions

    options = _defined(run["task_definition"], run["container"]) if run["task_definition"] else RunOptions()
    changed: dict[str, Any] = {key: True for key in ("read_only", "init") if run[key]}
    changed |= {"user": run["user"]} if run["user"] else {}
    changed |= {"tmpfs": (*options.tmpfs, *run["tmpfs"])} if run["tmpfs"] else {}
    changed |= {key: _words(key, run[key]) for key in ("entrypoint", "command") if run[key]}
    return replace(options, **changed)


def _defined(path: str, name: str | None) -> RunOptions:
    from fargate_patch.verify.engine import RunOptions
    from fargate_patch.verify.task_definition import TaskDefinitionError, read_definition

    try:
        found = read_definition(_read(path), name)
    except TaskDefinitionError as problem:
        raise UsageError(f"the task definition {path}: {problem}") from problem
    if found.left_out:
        streams.remark(f"without the secrets, whose values only ECS has: {', '.join(found.left_out)}\n")
    return RunOptions(
        command=found.command or (),
        entrypoint=found.entrypoint,
        env=found.env,
        user=found.user,
        read_only=found.read_only,
        init=found.init,
        tmpfs=found.tmpfs,
    )


def _words(option: str, text: str) -> tuple[str, ...]:
    from fargate_patch.dockerfile.words import parse_exec_form

    try:
        words = tuple(parse_exec_form(text) or shlex.split(text))
    except ValueError as problem:
        raise UsageError(f"--{option} wants a command line or a JSON array, and got `{text}`") from problem
    if not words:
        raise UsageError(f"--{option} is empty")
    return words


def _read(path: str) -> bytes:
    from fargate_patch.cli.judging import read_file

    try:
        return read_file(path)
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {explain(problem)}") from problem
