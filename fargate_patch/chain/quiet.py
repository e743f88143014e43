"""Programs that make no AWS calls: file work on a script's way, and daemons and database clients that know none of AWS.

A loss on the way to one of these is none: nothing is told of it, and nothing is put in for it. What is not here may
make calls; a program is here only where none of its own features does (PostgreSQL's archive_command and syslog-ng's s3
destination do, so neither is).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fargate_patch.chain.model import Word

FILE_WORK = frozenset(
    (
        *("chown", "chmod", "chgrp", "mkdir", "rmdir", "rm", "mv", "cp", "ln", "touch", "cat", "tee", "sed", "grep"),
        *("awk", "find", "xargs", "sleep", "tail", "head", "ls", "id", "install", "mount", "umount", "sysctl", "date"),
        *("env", "mktemp", "sort", "tr", "cut", "wc", "true", "false", "hostname", "ps", "kill", "pkill", "killall"),
        *("useradd", "userdel", "usermod", "groupadd", "groupmod", "adduser", "addgroup", "deluser", "passwd"),
        *("chpasswd", "openssl", "ssh-keygen", "envsubst", "update-ca-certificates", "locale-gen", "ldconfig"),
        *("crontab", "ssh-agent", "gpg", "gpgconf", "dpkg-reconfigure", "update-alternatives", "lsof", "fuser"),
        *("tar", "gzip", "gunzip", "bzip2", "xz", "zip", "unzip", "test", "[", "file", "diff", "cmp", "truncate"),
        *("dig", "host", "nslookup", "rndc"),
        *("printenv", "whoami", "dirname", "basename", "readlink", "seq", "expr", "nc", "echo", "stat", "setfacl"),
        *(
            "nproc",
            "uname",
            "getent",
            "getconf",
            "realpath",
            "pwd",
            "printf",
            "jq",
            "yq",
            "base64",
            "md5sum",
            "sha1sum",
        ),
        *(
            "sha256sum",
            "df",
            "du",
            "free",
            "arch",
            "bc",
            "od",
            "tac",
            "rev",
            "uniq",
            "which",
            "pgrep",
            "pidof",
            "uuidgen",
        ),
    )
)
DAEMONS = frozenset(
    (
        *("mysql", "mysqld", "mysqld_safe", "mysqladmin", "mariadb", "mariadbd", "mariadbd-safe", "mariadb-admin"),
        *("mysqldump", "mariadb-dump", "psql", "pg_dump", "pg_dumpall", "pg_isready", "createdb", "createuser"),
        *("redis", "redis-server", "redis-sentinel", "memcached", "rsyslog", "rsyslogd", "dbus", "dbus-daemon"),
        *("named", "bind9", "dnsmasq", "avahi-daemon", "ntp", "ntpd", "chrony", "chronyd", "snmpd", "rpcbind"),
        *("freshclam", "clamd", "clamav-daemon", "clamav-freshclam", "opendkim", "opendmarc", "spamd"),
        *("krb5-kdc", "krb5kdc", "krb5-admin-server", "kadmind", "slapd", "nslcd"),
        *("fail2ban", "fail2ban-server", "vsftpd", "varnishd", "haproxy", "keepalived", "Xvfb", "irqbalance"),
    )
)
RUNS_OTHERS = frozenset(("xargs", "find", "env", "awk"))
SHOWS_IT = "printenv"  # who asks for the environment wants to know


def on_the_way(program: str) -> bool:
    """Whether a step of a script is none that needs credentials, whatever follows it."""
    return program in FILE_WORK or program in DAEMONS


def at_the_end(program: str, argv: Sequence[Word]) -> bool:
    """Whether the process that a chain ends in needs no credentials."""
    if program in RUNS_OTHERS:
        return program == "find" and not any(_may_run(word) for word in argv[1:])
    return program != SHOWS_IT and on_the_way(program)


def _may_run(word: Word) -> bool:
    """An operand of find that runs something, or that may turn out to."""
    return word.text.startswith(("-exec", "-ok")) or (not word.known and word.text[:1] in ("$", "`"))
