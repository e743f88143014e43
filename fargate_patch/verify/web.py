"""Tries a probe by a request to the container's own web server: as a CGI script of Apache's, or by lua in nginx."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from fargate_patch.verify.container import EngineError, last_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fargate_patch.verify.container import Completed, Container

ANSWERS_IN = 20.0  # seconds until a server that was told to read its configuration again does
_NGINX_PORT = 49170  # among those that the system gives to nobody in particular
# $1: the command. Prints the path of a script that runs it: in the folder of the first ScriptAlias that there is
_CGI = r"""
set -- "$1" $(grep -RhiE '^[[:space:]]*ScriptAlias[[:space:]]' \
  /etc/apache2/*-enabled /etc/apache2/*.conf /etc/httpd /usr/local/apache2/conf 2> /dev/null | head -n 1 | tr -d '"')
[ -d "$4" ] || { echo "its configuration has no ScriptAlias"; exit 3; }
printf '%s\n' '#!/bin/sh' 'printf "Content-Type: text/plain\n\n"' "$1" > "$4/fargate-patch-probe" &&
  chmod 755 "$4/fargate-patch-probe" && echo "${3%/}/fargate-patch-probe"
"""
# $1: the command, $2: a port
_LUA = r"""
file=/etc/nginx/conf.d/fargate-patch-verify.conf
[ -d /etc/nginx/conf.d ] || { echo "there is no /etc/nginx/conf.d"; exit 3; }
echo "server { listen 127.0.0.1:$2; location / { content_by_lua_block {
  ngx.print(io.popen([==[$1]==]):read('*a')) } } }" > $file
nginx -t 2>&1 && nginx -s reload 2>&1 && exit
rm $file
exit 4
"""
# $1: the port, $2: the path. By what the image has
_GET = r"""
has() { command -v "$1" > /dev/null 2>&1; }
url=http://127.0.0.1:$1$2
if has curl; then exec curl -sS --max-time 20 "$url"; fi
if has wget; then exec wget -q -T 20 -O - "$url"; fi
request="GET $2 HTTP/1.0\r\nHost: localhost\r\n\r\n"
if has bash; then exec bash -c 'exec 3<> "/dev/tcp/127.0.0.1/$0" && printf "$1" >&3 && cat <&3' "$1" "$request"; fi
printf "$request" | nc 127.0.0.1 "$1"
"""


def by_cgi(container: Container, command: str) -> Iterator[Completed]:
    """What each port answers that is asked for a CGI script with this command. Raises EngineError where none can be."""
    path = _put(container, _CGI, command)
    yield from (_get(container, port, path) for port in sorted(container.listening_ports()))


def by_lua(container: Container, command: str) -> Iterator[Completed]:
    """What a worker of nginx answers that was given this command, asked until it does. Raises EngineError likewise."""
    _put(container, _LUA, command, str(_NGINX_PORT))
    end = time.monotonic() + ANSWERS_IN
    while time.monotonic() < end:
        yield _get(container, _NGINX_PORT, "/")
        time.sleep(0.3)


def _put(container: Container, script: str, *arguments: str) -> str:
    done = container.exec(["/bin/sh", "-c", script, "sh", *arguments], user="0")
    if done.exit_code:
        raise EngineError(f"no probe could be put in: {last_words(done)}")
    return done.stdout.strip()


def _get(container: Container, port: int, path: str) -> Completed:
    return container.exec(["/bin/sh", "-c", _GET, "sh", str(port), path], user="0", timeout=60)
