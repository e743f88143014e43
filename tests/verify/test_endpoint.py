"""The credentials endpoint, spoken to as SDKs do."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import datetime, timezone
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from fargate_patch.verify.endpoint import Endpoint, access_key, main

if TYPE_CHECKING:
    from collections.abc import Iterator

ID = "7f0c"
_OPENER = build_opener(ProxyHandler({}))


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(("127.0.0.1", 0), [ID]) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


def _get(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    try:
        with _OPENER.open(Request(f"http://127.0.0.1:{port}{path}", method=method), timeout=5) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_right_id_gets_keys(endpoint: Endpoint) -> None:
    status, body = _get(endpoint.server_address[1], f"/v2/credentials/{ID}")
    keys = json.loads(body)
    assert status == 200
    assert list(keys) == ["RoleArn", "AccessKeyId", "SecretAccessKey", "Token", "Expiration"]
    assert keys["AccessKeyId"] == access_key(ID) == "ASIA7F0CXXXXXXXXXXXX"
    expiration = datetime.strptime(keys["Expiration"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    assert expiration > datetime.now(timezone.utc)


@pytest.mark.parametrize("path", ["/", "/v2/credentials/", "/v2/credentials/other", f"/v2/credentials/{ID}/", f"/{ID}"])
def test_everything_else_is_not_found(endpoint: Endpoint, path: str) -> None:
    assert _get(endpoint.server_address[1], path) == (404, "404 page not found\n")


def test_the_log_has_a_line_for_each_request(endpoint: Endpoint) -> None:
    port = endpoint.server_address[1]
    _get(port, f"/v2/credentials/{ID}")
    _get(port, "/")
    _get(port, f"/v2/credentials/{ID}", method="POST")
    assert endpoint.log == ["GET /v2/credentials/7f0c 200", "GET / 404", "POST /v2/credentials/7f0c 501"]


def test_as_a_program_it_prints_the_log() -> None:
    command = [sys.executable, "-m", "fargate_patch.verify.endpoint", "--port", "0", "--id", ID]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(" ")[2])
        _get(port, f"/v2/credentials/{ID}")
        assert process.stdout.readline() == "GET /v2/credentials/7f0c 200\n"
        process.terminate()


def test_an_address_that_cannot_be_had_is_one_line(endpoint: Endpoint, capsys: pytest.CaptureFixture[str]) -> None:
    port = endpoint.server_address[1]
    assert main(["--port", str(port), "--id", ID]) == 1
    assert capsys.readouterr().err == f"cannot listen on 127.0.0.1 port {port}: Address already in use\n"
