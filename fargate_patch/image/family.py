"""Distribution families: the facts that decide a verdict or a remedy, one row each, and where each fact is from.

A row claims only what its distribution's packages do by default. `False`, `None` and `""` mean "not so, or not known
to be so": nothing is put into an image on the strength of them.
"""

from __future__ import annotations

from fargate_patch.image.model import Family

# fmt: off
_ROWS = (
    # Debian, Ubuntu. /etc/bash.bashrc is compiled in (SYS_BASHRC) and begins with a return for non-interactive shells:
    # seen in bookworm and trixie. su is util-linux's since buster. cron is a vixie cron named `cron`, so that a bare
    # `crond` is nobody's; trixie's package cronie brings one, whose PAM service is cronie (seen). /bin/sh is dash.
    Family("debian", shell=True, pam=True, profile_d=True, bashrc="/etc/bash.bashrc", bashrc_returns_early=True,
           su="util-linux", crond="", cronie_pam="cronie", sudoers_d=True, sh="dash"),
    # Alpine. busybox su, login and crond are built without PAM, so is openssh (openssh-server-pam is a package apart).
    # bash: aports main/bash/bashrc opens with the return, profile-bashrc.sh has login shells read it. /bin/sh is ash.
    Family("alpine", shell=True, pam=False, profile_d=True, bashrc="/etc/bash/bashrc", bashrc_returns_early=True,
           su="busybox", crond="busybox", cronie_pam=None, sudoers_d=True, sh="ash"),
    # Amazon Linux 2 and 2023; Fedora, RHEL, UBI, CentOS, Rocky, Alma, Oracle Linux. /etc/bashrc (package setup) is
    # read by way of ~/.bashrc and has no return. cronie's daemon is `crond`, its PAM service crond (cronie: pam/crond).
    Family("amazonlinux", shell=True, pam=True, profile_d=True, bashrc="/etc/bashrc", bashrc_returns_early=False,
           su="util-linux", crond="cronie", cronie_pam="crond", sudoers_d=True, sh="bash"),
    Family("rhel", shell=True, pam=True, profile_d=True, bashrc="/etc/bashrc", bashrc_returns_early=False,
           su="util-linux", crond="cronie", cronie_pam="crond", sudoers_d=True, sh="bash"),
    # openSUSE, SLE BCI. openSUSE/aaa_base files/etc/bash.bashrc: asks for changes in /etc/bash.bashrc.local, which it
    # reads in every bash, interactive or not. cronie is its cron since 11.4 (en.opensuse.org/SDB:Cron).
    Family("suse", shell=True, pam=True, profile_d=True, bashrc="/etc/bash.bashrc.local", bashrc_returns_early=False,
           su="util-linux", crond="cronie", cronie_pam="crond", sudoers_d=True, sh="bash"),
    # Arch: package bash, etc/bash.bashrc opens with a return for non-interactive shells; cronie is its cron.
    Family("arch", shell=True, pam=True, profile_d=True, bashrc="/etc/bash.bashrc", bashrc_returns_early=True,
           su="util-linux", crond="cronie", cronie_pam="crond", sudoers_d=True, sh="bash"),
    # Wolfi, Chainguard. wolfi-dev/os: wolfi-baselayout's /etc/profile reads profile.d; bash.yaml compiles no system
    # bashrc in; busybox/busyboxconfig has no crond; openssh's PAM configuration is a package apart.
    Family("wolfi", shell=True, pam=False, profile_d=True, bashrc=None, bashrc_returns_early=False,
           su="busybox", crond="", cronie_pam=None, sudoers_d=False, sh="ash"),
    # busybox: no /etc/profile in the image, every applet without PAM.
    Family("busybox", shell=True, pam=False, profile_d=False, bashrc=None, bashrc_returns_early=False,
           su="busybox", crond="busybox", cronie_pam=None, sudoers_d=False, sh="ash"),
    # No shell, no su, no cron: GoogleContainerTools/distroless README. (Its `:debug` tags put busybox at /busybox.)
    Family("distroless", shell=False, pam=False, profile_d=False, bashrc=None, bashrc_returns_early=False,
           su="", crond="", cronie_pam=None, sudoers_d=False, sh=""),
    Family("scratch", shell=False, pam=False, profile_d=False, bashrc=None, bashrc_returns_early=False,
           su="", crond="", cronie_pam=None, sudoers_d=False, sh=""),
    Family("windows", shell=False, pam=False, profile_d=False, bashrc=None, bashrc_returns_early=False,
           su="", crond="", cronie_pam=None, sudoers_d=False, sh=""),
    Family("unknown", shell=False, pam=False, profile_d=False, bashrc=None, bashrc_returns_early=False,
           su="", crond="", cronie_pam=None, sudoers_d=False, sh=""),
)
# fmt: on

FAMILIES = {row.name: row for row in _ROWS}
UNKNOWN = FAMILIES["unknown"]

# The image that `--base-image REF=FAMILY` means where it names a family and no image.
PLAIN_IMAGES = {
    "debian": "debian",
    "alpine": "alpine",
    "amazonlinux": "amazonlinux",
    "rhel": "registry.access.redhat.com/ubi9",
    "suse": "opensuse/leap",
    "arch": "archlinux",
    "wolfi": "cgr.dev/chainguard/wolfi-base",
    "busybox": "busybox",
    "distroless": "gcr.io/distroless/static",
    "scratch": "scratch",
    "windows": "mcr.microsoft.com/windows/servercore",
}

# ID and ID_LIKE of os-release(5), for the images of distributions that say so in a label or a file.
OS_RELEASE_IDS = {
    "debian": "debian",
    "ubuntu": "debian",
    "alpine": "alpine",
    "amzn": "amazonlinux",
    "rhel": "rhel",
    "centos": "rhel",
    "fedora": "rhel",
    "rocky": "rhel",
    "almalinux": "rhel",
    "ol": "rhel",
    "opensuse-leap": "suse",
    "opensuse-tumbleweed": "suse",
    "sles": "suse",
    "arch": "arch",
    "wolfi": "wolfi",
    "chainguard": "wolfi",
}
