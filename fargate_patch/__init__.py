"""fargate-patch: make the ECS task role reach every process of a container.

The public API: `patch`, `trace` and `revert` take the bytes of a Dockerfile and touch nothing; what they find is a
`FileResult`. Everything is typed, and none of it raises for what a Dockerfile may say: a file that cannot be read has the
status `error` and a reason.
"""

from fargate_patch.dockerfile.scanner import DockerfileError
from fargate_patch.patching import patch, revert, trace
from fargate_patch.remedies.block import BlockError
from fargate_patch.result import FileResult, Finding, Options, PutIn, Status
from fargate_patch.version import __version__

__all__ = [
    "BlockError",
    "DockerfileError",
    "FileResult",
    "Finding",
    "Options",
    "PutIn",
    "Status",
    "__version__",
    "patch",
    "revert",
    "trace",
]
