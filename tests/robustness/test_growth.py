"""Work grows with the input, no faster: ten times the input, at most about ten times the calls. Counted, not timed.

A call is a call of a Python or a built-in function, as `sys.setprofile` reports it. What is cut off at a limit grows less.
"""

# One shape of input, one line.
# ruff: noqa: E501

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from fargate_patch import FileResult, Status, patch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Shape = Callable[[int], tuple[str, dict[str, str]]]

SMALL, FACTOR, MARGIN = 40, 10, 1.6
LIMITED = {"copies by glob": 400, "ignore comments": 400, "workdirs": 2500}  # quadratic up to a limit: beyond it
D = "FROM debian:12\nRUN useradd -m app\n"
CR = "RUN apt-get install -y cron supervisor\n"

SHAPES: dict[str, Shape] = {
 'bytes':lambda n:(D+('RUN echo '+'a'*990+'\n')*n+'CMD ["su","-","app"]\n',{}),
 'instructions':lambda n:(D+'LABEL a=b\n'*n*10+'CMD ["su","-","app"]\n',{}),
 'runs':lambda n:(D+'RUN echo a > /x && chmod 755 /x\n'*n+'CMD ["su","-","app"]\n',{}),
 'comments in continuation':lambda n:(D+'RUN a \\\n'+'# c\n\n'*n*10+'b\nCMD ["su","-","app"]\n',{}),
 'pragmas above ENTRYPOINT':lambda n:(D+'# hadolint ignore=DL3000\n'*n*10+'ENTRYPOINT ["su","-","app"]\n',{}),
 'heredocs':lambda n:(D+'RUN <<E\nsu - app\nE\n'*n+'CMD ["su","-","app"]\n',{}),
 'heredoc marks':lambda n:(D+'RUN cat '+'<<E '*n+'\n'+'E\n'*n+'CMD ["su","-","app"]\n',{}),
 'stages':lambda n:(''.join(f'FROM {"debian:12" if not i else f"s{i-1}"} AS s{i}\nRUN x{i}\n' for i in range(n))+'CMD ["su","-","app"]\n',{}),
 'stages apart':lambda n:(''.join(f'FROM debian:12 AS s{i}\nCOPY --from=s{max(i-1,0)} /a /a\nENTRYPOINT ["/a"]\n' for i in range(n))+'CMD ["su","-","app"]\n',{}),
 'copies':lambda n:(D+'COPY e /e\n'*n+'ENTRYPOINT ["/e"]\n',{'e':'su - app\n'}),
 'copies of many':lambda n:(D+''.join(f'COPY e /e{i}\n' for i in range(n))+f'ENTRYPOINT ["/e{n-1}"]\n',{'e':'su - app\n'}),
 'copies by glob':lambda n:(D+''.join(f'COPY e /etc/cron.d/e{i}\n' for i in range(n))+CR+'CMD ["cron","-f"]\n',{'e':'* * * * * app run\n'}),
 'copy sources':lambda n:(D+'COPY '+' '.join(f'f{i}' for i in range(n))+' /x/\nENTRYPOINT ["/x/f1"]\n',{'f1':'su - app\n'}),
 'env refs':lambda n:(D+''.join(f'ENV A{i}=${{A{i-1}}}x\n' for i in range(n))+f'USER $A{n-1}\nCMD ["su","-","app"]\n',{}),
 'envs':lambda n:(D+''.join(f'ENV A{i}=x\n' for i in range(n))+'CMD ["su","-","app"]\n',{}),
 'args':lambda n:(''.join(f'ARG A{i}=x\n' for i in range(n))+D+''.join(f'ARG A{i}\n' for i in range(n))+'CMD ["su","-","app"]\n',{}),
 'nested script':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':'if a; then '*n+'su - app\n'+'; fi'*n+'\n'}),
 'nested parens':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':'('*n+'su - app'+')'*n+'\n'}),
 'nested subst':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':'echo '+'$('*n+'su - app'+')'*n+'\n'}),
 'nested quotes':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':'echo '+'"${a:-'*n+'su - app'+'}"'*n+'\n'}),
 'ifs in a row':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':'if [ $1 = x ]; then A=1; fi\n'*n+'su - app\n'}),
 'values that are one of two':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':''.join(f'if a; then A{i}=x; else A{i}=y; fi\n$A{i} $B\n' for i in range(n))+'su - app\n'}),
 'values that belong together':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':''.join(f'if a; then A{i}=x; B{i}=x; else A{i}=y; B{i}=y; fi\n' for i in range(15))+('if b; then '+''.join(f'A{i}=z\n' for i in range(15))+'fi\n')*(n//4)+'$A1 su - app\n'}),
 'assignments':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':''.join(f'A{i}=x\n' for i in range(n))+'su - app\n'}),
 'commands':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':'su - app -c x\n'*n}),
 'functions':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':''.join(f'f{i}() {{ f{i+1}; }}\n' for i in range(n))+'f0\nsu - app\n'}),
 'functions twice':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':''.join(f'f{i}() {{ f{i+1}; f{i+1}; }}\n' for i in range(n))+'f0\nsu - app\n'}),
 'case arms':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':'case $1 in\n'+''.join(f'a{i}) su - app -c x ;;\n' for i in range(n))+'esac\n'}),
 'long pipeline':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':'a | '*n+'su - app\n'}),
 'and list':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':'a && '*n+'su - app\n'}),
 'words':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':'su - app '+'w '*n*10+'\n'}),
 'script heredocs':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':'cat <<E\nx\nE\n'*n+'su - app\n'}),
 'sources ring':lambda n:(D+'COPY d /d\nENTRYPOINT ["/d/0"]\n',{f'd/{i}':f'. /d/{(i+1)%n}\nsu - app\n' for i in range(n)}),
 'sources fan':lambda n:(D+'COPY d /d\nENTRYPOINT ["/d/0"]\n',{f'd/{i}':f'. /d/{(i+1)%n}\n. /d/{(i+2)%n}\nsu - app\n' for i in range(n)}),
 'exec chain':lambda n:(D+'COPY d /d\nENTRYPOINT ["/d/0"]\n',{f'd/{i}':f'#!/bin/sh\n/d/{(i+1)%n}\n' for i in range(n)}),
 'supervisord':lambda n:(D+CR+'COPY c /etc/supervisor/conf.d/c.conf\nCMD ["supervisord","-n"]\n',{'c':''.join(f'[program:p{i}]\ncommand=/usr/bin/su - app -c r{i}\nuser=root\n' for i in range(n))}),
 'supervisord users':lambda n:(D+CR+'COPY c /etc/supervisor/conf.d/c.conf\nCMD ["supervisord","-n"]\n',{'c':''.join(f'[program:p{i}]\ncommand=su - u{i} -c r{i}\n' for i in range(n))}),
 'cron':lambda n:(D+CR+'COPY c /etc/cron.d/c\nCMD ["cron","-f"]\n',{'c':'* * * * * app /run\n'*n}),
 'cron users':lambda n:(D+CR+'COPY c /etc/cron.d/c\nCMD ["cron","-f"]\n',{'c':''.join(f'* * * * * u{i} /run{i}\n' for i in range(n))}),
 'fpm pools':lambda n:('FROM php:8.3-fpm\nCOPY c /usr/local/etc/php-fpm.d/c.conf\n',{'c':''.join(f'[p{i}]\nuser=u{i}\nclear_env=yes\n' for i in range(n))}),
 'users':lambda n:(D+''.join(f'RUN useradd u{i}\n' for i in range(n))+'CMD ["su","-","app"]\n',{}),
 'passwd':lambda n:(D+'COPY p /etc/passwd\nCMD ["su","-","app"]\n',{'p':''.join(f'u{i}:x:{i}:{i}::/:/bin/sh\n' for i in range(n))}),
 'dockerignore':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':'su - app\n','.dockerignore':''.join(f'**/a*{i}*b\n' for i in range(n))}),
 'dockerignore stars':lambda n:(D+'COPY e /e\nENTRYPOINT ["/e"]\n',{'e':'su - app\n','.dockerignore':'*a'*n+'\n'+'**/'*n+'x\n'}),
 'ignore comments':lambda n:(D+'# fargate-patch ignore=FP101 # x\nRUN x\n'*n+'CMD ["su","-","app"]\n',{}),
 'one-liners':lambda n:(D+'RUN echo "export $(strings /proc/1/environ | grep AWS_CONTAINER_CREDENTIALS_RELATIVE_URI)" >> /etc/bashrc\n'*n+'CMD ["su","-","app"]\n',{}),
 'systemd':lambda n:('FROM fedora:40\nCOPY u /etc/systemd/system/a.service\nRUN systemctl enable a\nCMD ["/sbin/init"]\n',{'u':'[Service]\nUser=app\nExecStart=/run\n'+'ExecStartPre=/bin/x\n'*n}),
 'execline':lambda n:('FROM ghcr.io/linuxserver/baseimage-alpine:3.20\nCOPY run /etc/services.d/a/run\nENTRYPOINT ["/init"]\n',{'run':'#!/usr/bin/execlineb -P\n'+'if { x }\n'*n+'/run\n'}),
 'execline nested':lambda n:('FROM ghcr.io/linuxserver/baseimage-alpine:3.20\nCOPY run /etc/services.d/a/run\nENTRYPOINT ["/init"]\n',{'run':'#!/usr/bin/execlineb -P\n'+'if { '*n+'x '+'} '*n+'\n/run\n'}),
 'nginx':lambda n:('FROM nginx:1.27\nCOPY c /etc/nginx/nginx.conf\nCMD ["nginx","-g","daemon off;"]\n',{'c':'user x;\n'+'env A;\n'*n+'http { '*n+'}'*n}),
 'monit':lambda n:(D+'COPY c /etc/monit/monitrc\nCMD ["monit","-I"]\n',{'c':'check process a with pidfile /a\n start program = "/bin/su - app -c x"\n'*n}),
 'launch words':lambda n:(D+'CMD ["env",'+'"env",'*n+'"su","-","app"]\n',{}),
 'sudo words':lambda n:(D+'CMD ['+'"sudo",'*n+'"su","-","app"]\n',{}),
 'sh -c':lambda n:(D+'CMD '+'sh -c '*n+'su - app\n',{}),
 'blocks':lambda n:(D+'CMD ["x"]\n'+'# >>> fargate-patch 1.0: x >>>\n# <<< fargate-patch e3b0c44298fc1c14 <<<\n'*n,{}),
 'broken marks':lambda n:(D+'CMD ["x"]\n'+'# >>> fargate-patch x\n'*n,{}),
 'seds':lambda n:(D+'COPY e /e\n'+'RUN sed -i s/a/b/ /e\n'*n+'ENTRYPOINT ["/e"]\n',{'e':'su - app\n'}),
 'long seds':lambda n:(D+'COPY e /e\nRUN sed -i '+'-e s/a/b/ '*n+' /e\nENTRYPOINT ["/e"]\n',{'e':'su - app\n'*100}),
 'braces':lambda n:(D+'RUN touch '+'{a,b}'*min(n,5000)+'\nCMD ["su","-","app"]\n',{}),
 'workdirs':lambda n:(D+'WORKDIR a\n'*n+'CMD ["su","-","app"]\n',{}),
 'onbuild':lambda n:(D+'ONBUILD RUN x\n'*n+'CMD ["su","-","app"]\n',{}),
 'shells':lambda n:(D+'SHELL ["/bin/bash","-c"]\nUSER app\n'*n+'CMD su - app\n',{}),
 'sudoers':lambda n:(D+'COPY c /etc/sudoers.d/a\nCMD ["sudo","-u","app","x"]\n',{'c':'Defaults env_keep += "A"\n'*n}),
 'doas':lambda n:('FROM alpine:3.20\nRUN apk add doas\nCOPY c /etc/doas.conf\nCMD ["doas","-u","app","su","-","app"]\n',{'c':'permit nopass root as app\n'*n}),
}  # fmt: skip


def calls(shape: Shape, size: int, folder: Path) -> tuple[int, FileResult]:
    """How many calls a patch of an input of that size takes."""
    dockerfile, files = shape(size)
    for name, text in files.items():
        path = folder / str(size) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        result = patch(dockerfile.encode(), context=folder / str(size))
    finally:
        sys.setprofile(None)
    return count, result


@pytest.mark.parametrize("name", SHAPES)
def test_ten_times_the_input_takes_at_most_ten_times_the_calls(name: str, tmp_path: Path) -> None:
    calls(SHAPES[name], 1, tmp_path)  # what is loaded and compiled once
    size = LIMITED.get(name, SMALL)
    small, _ = calls(SHAPES[name], size, tmp_path)
    large, result = calls(SHAPES[name], size * FACTOR, tmp_path)
    assert result.status is not Status.ERROR
    assert large <= small * FACTOR * MARGIN


@pytest.mark.parametrize(
    "open_, close", [("( ", " )"), ("{ ", "; }"), ("if a; then ", "; fi"), ("$(", ")"), ("while a; do ", "; done")]
)
@pytest.mark.parametrize("depth", [10, 60, 10_000])
def test_a_script_nested_ten_thousand_deep(open_: str, close: str, depth: int, tmp_path: Path) -> None:
    """What is nested too deep to be followed is unknown, not clean: a grammar gives up at some depth, and says so."""
    (tmp_path / "e").write_text(f"{open_ * depth}su - app{close * depth}\n")
    result = patch(b'FROM debian:12\nRUN useradd app\nCOPY e /e\nENTRYPOINT ["/e"]\n', context=tmp_path)
    assert result.status in (
        (Status.WOULD_PATCH, Status.UNKNOWN) if open_ != "$(" else (Status.WOULD_PATCH, Status.UNKNOWN, Status.CLEAN)
    )
