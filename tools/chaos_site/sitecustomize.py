"""Loaded by each Python process of a run whose clock is moved (:mod:`..chaos_clock`).

Python sleeps until a moment of the monotonic clock (clock_nanosleep), for which
libfaketime 0.9.10 gives the kernel a moment of its own making: EINVAL. Waiting for
nothing with a time limit sleeps as long, and it leaves that alone.
"""

import select
import time


def sleep(seconds):
    """Do what ``time.sleep`` does, but by ``select``."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


time.sleep = sleep
