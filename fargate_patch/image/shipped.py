"""Files that a distribution's package brings and that Dockerfiles are known to edit in place: the lines that count.

Comments and blank lines are left out, and what only a later release has is in. `sed` on a file that is not here leaves
a text that is not known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Debian 11 to 13, Ubuntu 20.04 to 24.04: sudo's debian/etc/sudoers; read in bookworm (1.9.13) and trixie (1.9.16).
_DEBIAN = """\
Defaults\tenv_reset
Defaults\tmail_badpass
Defaults\tsecure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
Defaults\tuse_pty
root\tALL=(ALL:ALL) ALL
%sudo\tALL=(ALL:ALL) ALL
@includedir /etc/sudoers.d
"""
# sudo's own examples/sudoers.in, which Alpine and Arch install as it is: nothing in it speaks of the environment.
_UPSTREAM = """\
root ALL=(ALL:ALL) ALL
@includedir /etc/sudoers.d
"""
# Fedora, RHEL 7 to 9 and what is built from them: SOURCES/sudoers of the package.
_RHEL = """\
Defaults   !visiblepw
Defaults    always_set_home
Defaults    match_group_by_gid
Defaults    always_query_group_plugin
Defaults    env_reset
Defaults    env_keep =  "COLORS DISPLAY HOSTNAME HISTSIZE KDEDIR LS_COLORS"
Defaults    env_keep += "MAIL PS1 PS2 QTDIR USERNAME LANG LC_ADDRESS LC_CTYPE"
Defaults    env_keep += "LC_COLLATE LC_IDENTIFICATION LC_MEASUREMENT LC_MESSAGES"
Defaults    env_keep += "LC_MONETARY LC_NAME LC_NUMERIC LC_PAPER LC_TELEPHONE"
Defaults    env_keep += "LC_TIME LC_ALL LANGUAGE LINGUAS _XKB_CHARSET XAUTHORITY"
Defaults    secure_path = /sbin:/bin:/usr/sbin:/usr/bin
root\tALL=(ALL) \tALL
%wheel\tALL=(ALL)\tALL
#includedir /etc/sudoers.d
"""
_SUDOERS = {"debian": _DEBIAN, "alpine": _UPSTREAM, "arch": _UPSTREAM, "rhel": _RHEL, "amazonlinux": _RHEL}

SHIPPED: Mapping[str, Mapping[str, str]] = {family: {"/etc/sudoers": text} for family, text in _SUDOERS.items()}
"""By family and path."""
