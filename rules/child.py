"""The program of the evaluating child: `python -m rules.child FD`, started by `rules.evaluate` and by nobody else."""

import gc
import os
import signal
import sys
from contextlib import suppress
from multiprocessing.connection import Connection

_RARELY = (1_000_000, 50, 1_000)
"""When the cyclic garbage collector looks: rows and findings are many and hold no cycles, and the child ends soon. A
tenth of its time was spent looking."""


def main(descriptor: int) -> None:
    """Take the job from the pipe and answer on it."""
    gc.set_threshold(*_RARELY)
    os.dup2(2, 1)  # whatever is printed here, by a plugin's library too, must not get into the parent's output
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whether a run is given up is for the parent to decide
    from rules.worker import serve  # thousands of functions and classes, among which nothing is to be collected either

    pipe = Connection(descriptor)
    with suppress(EOFError, ConnectionError):  # the parent has gone: there is nobody left to answer
        job, first = pipe.recv()
        serve(pipe, job, first)


if __name__ == "__main__":
    main(int(sys.argv[1]))
