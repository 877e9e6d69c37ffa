"""The program of the evaluating child: `python -m rules.child FD`, started by `rules.evaluate` and by nobody else."""

import sys
from multiprocessing.connection import Connection

from rules.worker import serve


def main(descriptor: int) -> None:
    """Take the job from the pipe and answer on it."""
    pipe = Connection(descriptor)
    job, first = pipe.recv()
    serve(pipe, job, first)


if __name__ == "__main__":
    main(int(sys.argv[1]))
