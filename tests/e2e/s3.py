"""An S3 with one bucket and one object, that only those may read who come with keys from the credentials endpoint.

moto's S3 behind two questions that moto does not ask: is the request signed with an access key that the endpoint gave
out, and does it carry the session token that belongs to it? Runs as a program within the rig's network namespace.
"""

from __future__ import annotations

import argparse
import ssl
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from fargate_patch.verify.endpoint import access_key

if TYPE_CHECKING:
    import socket

BUCKET, KEY, TEXT = "example-bucket", "greeting.txt", "Hello from the bucket."
REGION = "eu-west-1"
HOSTS = tuple(f"{prefix}{service}.amazonaws.com" for prefix in ("", f"{BUCKET}.") for service in ("s3", f"s3.{REGION}"))
_REFUSED = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"
App = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Gate:
    """Lets a request through to the S3 behind it when its keys are those of the task role."""

    def __init__(self, behind: App, identifiers: Iterable[str]) -> None:
        self.behind = behind
        self.tokens = {access_key(identifier): f"token-{identifier}" for identifier in identifiers}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        _, _, credential = environ.get("HTTP_AUTHORIZATION", "").partition("Credential=")
        token = self.tokens.get(credential.partition("/")[0])
        if token is None or environ.get("HTTP_X_AMZ_SECURITY_TOKEN") != token:
            start_response("403 Forbidden", [("Content-Type", "application/xml")])
            return [_REFUSED]
        return self.behind(environ, start_response)


def main() -> None:
    """Serve over TLS until told to stop."""
    from moto.backends import get_backend
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--certificate", nargs=2, required=True, metavar=("CERTIFICATE", "KEY"))
    parser.add_argument("--id", action="append", required=True)
    options = parser.parse_args()
    s3 = get_backend("s3")["123456789012"]["aws"]
    s3.create_bucket(BUCKET, REGION)
    s3.put_object(BUCKET, KEY, TEXT.encode())
    app = Gate(DomainDispatcherApplication(create_backend_app), options.id)
    server = make_server(options.host, options.port, app, threaded=True)
    server.socket = _with_tls(server.socket, *options.certificate)
    server.serve_forever()


def _with_tls(listening: socket.socket, certificate: str, key: str) -> ssl.SSLSocket:
    """The handshake is left to the thread that reads: a client that vanishes in the middle must not stop the others."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context.wrap_socket(listening, server_side=True, do_handshake_on_connect=False)


if __name__ == "__main__":
    main()
