"""`fargate-patch image REF`: the Dockerfile that mends an image which has none, after a look into the image."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fargate_patch.cli import options, outcome
from fargate_patch.cli.delivery import Delivery, check, deliver, settle
from fargate_patch.cli.judging import STDIN, judged_text
from fargate_patch.cli.running import leave
from fargate_patch.cli.settings import Given, UsageError, settings, task
from fargate_patch.report import formats

if TYPE_CHECKING:
    from collections.abc import Mapping

HELP = {
    "epilog": """\b
Examples:  fargate-patch image registry.example.com/app:1 | docker build -t app:mended -
           fargate-patch image --base-image app:1=oci:layout -o Dockerfile app:1

Exit codes: 0 nothing to do, or it is mended; 1 cannot be mended; 2 wrong usage, or the image cannot be looked into.
""",
}
Reference = Annotated[str, typer.Argument(metavar="REF", help="The image, as docker run takes it.", hidden=True)]


@options.takes(
    reference=Reference,
    output=options.Output,
    user=options.User,
    strategy=options.Strategy,
    base_image=options.BaseImage,
    base_image_config=options.BaseImageConfig,
    command=options.RunCommand,
    entrypoint=options.RunEntrypoint,
    **options.EVERY_RUN,
)
def command(said: Mapping[str, Any]) -> None:
    """Print a Dockerfile that builds on an image and has the task role reach its processes."""
    leave(lambda: _image(options.given(said), said["reference"], said["output"]))


def _image(given: Given, reference: str, output: str | None) -> int:
    import fargate_patch
    from fargate_patch.image.looking import REFERENCE, Look

    if not REFERENCE.fullmatch(reference):
        raise UsageError(f"`{reference[:200]}` is no name of an image")
    wanted = settings(given, formats())
    delivery = Delivery("patch", (STDIN,), output, colour=wanted.colour, verbosity=wanted.verbosity)
    check(delivery)
    chosen = task(given, None).options
    archives = chosen.look.archives if isinstance(chosen.look, Look) else {}
    if chosen.base_image_config is None:
        chosen = replace(chosen, look=Look(True, archives, always=True))
    data = f"FROM {reference}\n".encode()
    judged = judged_text("Dockerfile", data, lambda name, text: fargate_patch.patch(text, path=name, options=chosen))
    image = judged.image
    if image is not None and image.source == "unknown":
        raise UsageError(image.note.removeprefix("--inspect: ").removesuffix("."))
    result = settle(judged, delivery)
    return max(outcome.exit_code([result]), deliver([result], delivery))
