"""The heap, in a process of its own, as the setting can't be undone; and the collector."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from core.system import collector

BLOCK = 48 << 20
"""Bytes of a block that is larger than glibc keeps by default."""

PROGRAM = f"""
import ctypes, resource, sys
from core.system import heap

libc = heap._glibc()
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    block = libc.malloc({BLOCK})
    ctypes.memset(block, 1, {BLOCK})
    libc.free(block)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

if sys.argv[1] == "keep":
    heap.keep()
faults()
print(faults())
full = resident()
heap.release()
print(full - resident())
with heap.as_usual():
    faults()
    print(faults())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the C library is glibc on Linux")
def test_a_large_block_is_kept_for_the_next_and_given_back_at_the_end() -> None:
    told = {}
    for way in ("plain", "keep"):
        made = subprocess.run(
            [sys.executable, "-c", PROGRAM, way], capture_output=True, text=True, check=True
        )
        told[way] = [int(line) for line in made.stdout.split()]
    pages = BLOCK // 4096
    assert told["plain"][0] > 0.01 * pages, "without it the system maps pages anew"
    assert told["keep"][0] < 0.1 * told["plain"][0]
    assert told["keep"][1] > 0.9 * BLOCK, "given back when asked"
    assert told["keep"][2] > 0.9 * told["plain"][0], "mapped anew, as usual"


def test_the_collector_rests_while_modules_are_imported_and_no_longer() -> None:
    with pytest.raises(ImportError), collector.resting():
        assert not gc.isenabled()
        raise ImportError
    assert gc.isenabled()
