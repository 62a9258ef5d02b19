"""The sandbox: before it reads a file, an analysis gives up most settings, new rights, the network and other processes.

A vulnerable decoder would run code of the author of the file. On Linux that code is in an isolated network namespace, cannot
open a socket or start a program or process, and can signal only its own process. Either the namespace or the system call filter
is enough to block the network; if a system allows neither, it analyses no clip, unless the operator of the server permits it
(`STRIDE_ANALYSIS_NETWORK=allow`).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import logging
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from core.errors import SetUpError
from core.i18n.message import Message
from core.i18n.message import message as _
from core.paths import ROOT
from core.settings import Settings

KEPT_SETTINGS = (
    *("PATH", "HOME", "TMPDIR", "TZ", "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE"),
    *("PYTHONHOME", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "VIRTUAL_ENV"),
    *("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"),
    *("STRIDE_POSE_MODEL", "STRIDE_ANALYSIS_NETWORK"),
)
"""Environment variables that an analysis gets, if set: paths of programs and libraries, the language, and our own."""

MOST_MORE_TASKS = 256
"""Processes and threads that an analysis can add to those of its user: with its video it needs 31 (measured)."""

_DENIED = (
    *("socket", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg"),  # the network
    *("fork", "vfork", "execve", "execveat"),
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_open", "pidfd_getfd"),
    *("tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "pidfd_send_signal"),
    *(
        "unshare",
        "setns",
        "mount",
        "umount2",
        "pivot_root",
        "chroot",
        "mknod",
        "mknodat",
        "fsopen",
        "fsmount",
        "move_mount",
    ),
    *("open_tree", "mount_setattr", "name_to_handle_at", "open_by_handle_at", "quotactl", "acct", "swapon", "swapoff"),
    *("bpf", "perf_event_open", "userfaultfd", "keyctl", "add_key", "request_key", "syslog", "personality"),
    *("init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot"),
    *(
        "setuid",
        "setgid",
        "setreuid",
        "setregid",
        "setresuid",
        "setresgid",
        "setgroups",
        "setfsuid",
        "setfsgid",
        "capset",
    ),
)
"""System calls that an attacker would need and an analysis does not; they fail, and the analysis continues."""

_UNKNOWN = ("clone3", "io_uring_setup", "io_uring_enter", "io_uring_register")
"""System calls whose arguments no filter can read; they fail as unknown, so that libraries use others."""

_NEW_USER, _NEW_NET, _THREAD = 0x10000000, 0x40000000, 0x00010000
_NO_NEW_PRIVILEGES = 38  # PR_SET_NO_NEW_PRIVS

log = logging.getLogger(__name__)


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment of an analysis: only the few variables that it needs, and no key, password or address."""
    return settings.child_environment(KEPT_SETTINGS)


def enclose(settings: Settings) -> None:
    """Give up new rights, the network and other processes permanently; to be called while there is only one thread.

    Raises
    ------
    SetUpError
        If the network is still reachable on Linux, unless the settings allow it.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    apart, filtered = leave_network(), _filter_calls()
    if apart or filtered:
        return
    if sys.platform == "linux" and settings.analysis_network != "allow":
        raise SetUpError(
            _("This system does not let an analysis leave the network."),
            _(
                "Install libseccomp (Debian: libseccomp2), or set STRIDE_ANALYSIS_NETWORK=allow to go without "
                "(see SECURITY.md)."
            ),
        )
    log.warning("this system does not let an analysis leave the network: it is trusted to open no socket")


def check(settings: Settings) -> None:
    """Raise `SetUpError` if analyses cannot be enclosed on this system; a separate process tries it.

    Raises
    ------
    SetUpError
        As `enclose`.
    """
    command = [sys.executable, "-c", "from core.jobs.sandbox import try_it; try_it()"]
    tried = subprocess.run(command, cwd=ROOT, env=environment(settings), capture_output=True, text=True, check=False)
    if tried.returncode < 0:
        log.warning("the trial of an analysis was ended by signal %d; each analysis tries it again", -tried.returncode)
    elif tried.returncode:
        what, _bar, advice = tried.stderr.strip().rpartition("\n")[2].partition("|")
        why = Message(what) if what else _("An analysis cannot be started on this system.")
        raise SetUpError(why, Message(advice))
    elif tried.stderr:
        log.warning("%s", tried.stderr.strip())


def try_it() -> None:
    """Enclose this process, or exit with the error."""
    try:
        enclose(Settings.from_environment())
    except SetUpError as error:
        sys.exit(f"{error.what}|{error.advice}")


def leave_network() -> bool:
    """Move this process into an isolated network namespace; return whether the system allowed it.

    This works only on Linux. Root can do it directly, other users in a user namespace, if those are allowed. The analysis
    itself opens no socket; this also stops the libraries from doing so.
    """
    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    return unshare is not None and (unshare(_NEW_NET) == 0 or unshare(_NEW_USER | _NEW_NET) == 0)


def limit_tasks() -> None:
    """Limit the number of processes and threads; Linux exempts root from this limit."""
    if Path("/proc/self/task").is_dir():
        most = _tasks_of_this_user() + MOST_MORE_TASKS
        hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_NPROC, (most, most))


def _tasks_of_this_user() -> int:
    own, n = Path("/proc/self").stat().st_uid, 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            n += len(os.listdir(process / "task")) if process.stat().st_uid == own else 0  # noqa: PTH208
        except OSError:  # it has ended
            continue
    return n


def _filter_calls() -> bool:
    """Deny system calls that an analysis does not need; return whether the system supports such a filter."""
    try:
        import pyseccomp as seccomp  # loads libseccomp, which exists only on Linux
    except (ImportError, RuntimeError, OSError):
        return False
    not_permitted, unknown = seccomp.ERRNO(errno.EPERM), seccomp.ERRNO(errno.ENOSYS)
    own = seccomp.Arg(0, seccomp.NE, os.getpid())
    no_thread = seccomp.Arg(0, seccomp.MASKED_EQ, _THREAD, 0)
    rules: list[tuple[Any, ...]] = [(not_permitted, call) for call in _DENIED] + [(unknown, call) for call in _UNKNOWN]
    rules += [(not_permitted, "kill", own), (not_permitted, "tgkill", own), (not_permitted, "clone", no_thread)]
    try:
        calls = seccomp.SyscallFilter(seccomp.ALLOW)
        with contextlib.suppress(OSError):  # kernels before 5.16 would slow down filtered processes
            calls.set_attr(seccomp.Attr.CTL_SSB, 1)
        for action, call, *arguments in rules:
            # Calls that libseccomp does not know need no rule.
            if seccomp.resolve_syscall(seccomp.Arch.NATIVE, call) != -1:
                calls.add_rule(action, call, *arguments)
        calls.load()
    except OSError:
        return False
    return True
