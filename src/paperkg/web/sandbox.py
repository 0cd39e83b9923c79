"""How a process gives up the network for good, where Linux lets it, whatever it is told to do.

A filter of system calls (`seccomp`, see its manual page) refuses the making of sockets; it needs no
privileges, holds for the thread that asks for it and all that stem from it, and cannot be undone.
"""

from __future__ import annotations

import ctypes
import platform
import struct

__all__ = ["without_network"]

NO_NEW_PRIVILEGES, SECCOMP, FILTER = 38, 22, 2
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050001
OTHER_CALLS = 0x40000000
"""From this number on calls are of another kind, which means the same by other numbers."""
MACHINES = {
    "x86_64": (0xC000003E, (41, 42, 425)),
    "aarch64": (0xC00000B7, (198, 203, 425)),
}
"""How a machine is told, and its numbers of `socket`, `connect` and `io_uring_setup`."""


class Program(ctypes.Structure):
    """A filter, as the kernel takes it: how many instructions, and where they are."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def without_network() -> bool:
    """Make sure that this thread makes no socket from here on; tells whether that was possible."""
    if platform.system() != "Linux" or platform.machine() not in MACHINES:
        return False
    code = instructions(*MACHINES[platform.machine()])
    program = Program(len(code), b"".join(struct.pack("HBBI", *each) for each in code))
    control = ctypes.CDLL(None).prctl
    if control(NO_NEW_PRIVILEGES, *map(ctypes.c_ulong, (1, 0, 0, 0))):
        return False
    return bool(control(SECCOMP, ctypes.c_ulong(FILTER), ctypes.byref(program), None, None) == 0)


def instructions(machine: int, refused: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    """The filter: what it does, how far it jumps if so and if not, and with which number."""
    end = len(refused) + 5  # where calls are refused; just before, they are allowed
    tests = [(AT_LEAST, OTHER_CALLS), *((EQUAL, call) for call in refused)]
    return [
        (LOAD, 0, 0, 4),
        (EQUAL, 0, end - 2, machine),
        (LOAD, 0, 0, 0),
        *((test, end - place - 1, 0, number) for place, (test, number) in enumerate(tests, 3)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE),
    ]
