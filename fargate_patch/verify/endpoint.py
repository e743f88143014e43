"""The address where ECS gives the task role's keys out: `GET /v2/credentials/ID`, everything else 404.

On Fargate it is http://169.254.170.2. Here the keys are made up, and the log says what was asked for: that a request
with the right ID came in is the proof that the variable reached the process. Also a program of its own:
`python -m fargate_patch.verify.endpoint --port 80 --id ID`.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

ADDRESS = "169.254.170.2"
FULL_VARIABLE = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
PATH = "/v2/credentials/"


def keys(identifier: str) -> Mapping[str, str]:
    """Made-up keys for one ID, the fields in the order in which the ECS agent writes them."""
    expiration = datetime.now(timezone.utc) + timedelta(hours=6)
    return {
        "RoleArn": "arn:aws:iam::123456789012:role/task-role",
        "AccessKeyId": access_key(identifier),
        "SecretAccessKey": "secret-of-the-rehearsal",
        "Token": f"token-{identifier}",
        "Expiration": expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def access_key(identifier: str) -> str:
    """The access key that belongs to an ID, so that a request signed with it can be told from any other."""
    return "ASIA" + "".join(c for c in identifier.upper() if c.isalnum())[:16].ljust(16, "X")


class Endpoint(ThreadingHTTPServer):
    """The server. `log` holds one line per request, `GET /v2/credentials/ID 200`, in the order of the answers."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], identifiers: Collection[str], *, echo: bool = False) -> None:
        """Raises OSError where the address cannot be had."""
        super().__init__(address, _Handler)
        self.identifiers = frozenset(identifiers)
        self.echo = echo
        self.log: list[str] = []

    def note(self, line: str) -> None:
        self.log.append(line)
        if self.echo:
            print(line, flush=True)


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint
    timeout = 10

    def do_GET(self) -> None:
        identifier = self.path.removeprefix(PATH)
        known = self.path.startswith(PATH) and identifier in self.server.identifiers
        body = (json.dumps(keys(identifier)) if known else "404 page not found\n").encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json" if known else "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002
        self.server.note(f"{self.command} {self.path} {int(code)}")

    def log_message(self, format: str, *args: object) -> None:
        """Nothing but requests is logged: a client that hangs up in the middle is none of our business."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop; each request is one line on stdout."""
    parser = argparse.ArgumentParser(prog="python -m fargate_patch.verify.endpoint", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help=f"address to listen on (ECS: {ADDRESS})")
    parser.add_argument("--port", type=int, default=80)
    parser.add_argument(
        "--id", action="append", required=True, metavar="ID", help="an ID to answer to; may be given again"
    )
    options = parser.parse_args(arguments)
    try:
        server = Endpoint((options.host, options.port), options.id, echo=True)
    except OSError as error:
        print(f"cannot listen on {options.host} port {options.port}: {error.strerror}", file=sys.stderr)
        return 1
    print(f"listening on {options.host} port {server.server_address[1]}", flush=True)
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
