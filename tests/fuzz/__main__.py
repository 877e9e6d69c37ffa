"""`python -m fuzz` from the folder `tests`: damages what each parser reads, and tells what came of it.

Each parser has a process of its own, whose memory is limited; each input has a limit of time. An input that ends in
anything but a value or an error of Plumbrule's own is a finding and is kept.
"""

import argparse
import hashlib
import json
import logging
import resource
import signal
import subprocess
import sys
import time
import traceback
import warnings
from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any, NoReturn

import structlog

from fuzz.targets import OWN, TARGETS, Target

_TESTS = Path(__file__).parents[1]
_MEMORY_BYTES = 3 << 30
_SECONDS_AN_INPUT = 20


class TooSlow(Exception):
    """An input took longer than it may."""


def _too_slow(_number: int, _frame: FrameType | None) -> NoReturn:
    raise TooSlow


def main() -> int:
    """0 where nothing was found."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("parsers", nargs="*", help=f"of {', '.join(TARGETS)}; left out: all")
    parser.add_argument("--seconds", type=float, default=300, help="for each parser")
    parser.add_argument("--inputs", type=int, default=10**9, help="for each parser at most")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--guided", action="store_true", help="by atheris, which sees what is covered (extra `fuzz`)")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-findings"), help="folder for inputs that were findings")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    names = given.parsers or list(TARGETS)
    if given.child:
        return _child(names[0], given)
    told = [_apart(name, given) for name in names]
    print(_table(told))
    return 1 if any(one["findings"] for one in told) else 0


def _apart(name: str, given: argparse.Namespace) -> dict[str, Any]:
    """What came of one parser, which was read in a process of its own."""
    words = [
        "--seconds",
        str(given.seconds),
        "--inputs",
        str(given.inputs),
        "--seed",
        given.seed,
        "--keep",
        str(given.keep.resolve()),
    ]
    command = [sys.executable, "-m", "fuzz", name, "--child", *words, *(["--guided"] if given.guided else [])]
    ended = subprocess.run(command, cwd=_TESTS, capture_output=True, text=True, check=False)
    last = ended.stdout.strip().splitlines()[-1:] or [""]
    try:
        found: dict[str, Any] = json.loads(last[0])
    except ValueError:
        found = {"name": name, "inputs": 0, "read": 0, "refused": 0, "seconds": 0, "megabytes": 0}
        found["findings"] = {f"the process ended with {ended.returncode}": 1}
        print(ended.stderr[-2000:], file=sys.stderr)
    for what in found["findings"]:
        print(f"{name}: {what}", file=sys.stderr)
    return found


def _table(told: list[dict[str, Any]]) -> str:
    heads = ("Parser", "Inputs", "Read", "Refused", "Findings", "Seconds", "Peak memory, MB")
    lines = [f"| {' | '.join(heads)} |", "| --- |" + " --: |" * (len(heads) - 1)]
    for one in told:
        figures = [f"{one[key]:,}" for key in ("inputs", "read", "refused")]
        cells = [one["name"], *figures, len(one["findings"]), round(one["seconds"]), one["megabytes"]]
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def _child(name: str, given: argparse.Namespace) -> int:
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with TemporaryDirectory() as folder:
        target = TARGETS[name](Path(folder))
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
        signal.signal(signal.SIGALRM, _too_slow)
        session = Session(target, given.keep / name)
        if given.guided:
            return _guided(session, given)
        session.go_on(Random(f"{given.seed} {name}"), given.seconds, given.inputs)
        print(json.dumps(session.told()))
    return 0


class Session:
    """Reads inputs, and counts what came of them."""

    def __init__(self, target: Target, keep: Path) -> None:
        self.target = target
        self.ends: Counter[str] = Counter()
        self.findings: Counter[str] = Counter()
        self._keep = keep
        self._began = time.monotonic()

    def go_on(self, random: Random, seconds: float, inputs: int) -> None:
        """Damage and read until that much is done."""
        until = time.monotonic() + seconds
        while self.ends.total() < inputs and time.monotonic() < until:
            seed = random.randrange(len(self.target.seeds))
            self.read(self.target.damage(self.target.seeds[seed], random), seed)

    def read(self, content: bytes, seed: int) -> None:
        """One input."""
        signal.setitimer(signal.ITIMER_REAL, _SECONDS_AN_INPUT)
        try:
            self.target.read(content, seed)
            self.ends["read"] += 1
        except OWN as refused:
            self.ends["refused"] += 1
            str(refused)
        except (Exception, TooSlow) as error:
            self.ends["found"] += 1
            self._found(error, content, seed)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _found(self, error: BaseException, content: bytes, seed: int) -> None:
        ours = [f for f in traceback.extract_tb(error.__traceback__) if "/tests/" not in f.filename]
        own = [f for f in ours if "site-packages" not in f.filename and "/lib/python" not in f.filename]
        where = (own or ours or traceback.extract_tb(error.__traceback__))[-1]
        what = f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}: {str(error)[:120]}"
        kind = f"{type(error).__name__} in {Path(where.filename).name}:{where.lineno}"
        if not any(known.startswith(kind) for known in self.findings):
            self._keep.mkdir(parents=True, exist_ok=True)
            file = self._keep / f"{seed}-{hashlib.sha256(content).hexdigest()[:12]}"
            file.write_bytes(content)
            file.with_suffix(".txt").write_text("".join(traceback.format_exception(error)), encoding="utf-8")
            self.findings[what] += 1

    def told(self) -> dict[str, Any]:
        """Figures, for the table."""
        return {
            "name": self.target.name,
            "inputs": self.ends.total(),
            "read": self.ends["read"],
            "refused": self.ends["refused"],
            "findings": dict(self.findings),
            "seconds": time.monotonic() - self._began,
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }


def _guided(session: Session, given: argparse.Namespace) -> int:
    """atheris chooses the damage by what it covers; the seeds are its corpus. It ends the process by itself."""
    import atheris

    def one(content: bytes) -> None:
        session.read(content[1:], content[0] % len(session.target.seeds) if content else 0)

    with TemporaryDirectory() as corpus:
        for number, seed in enumerate(session.target.seeds):
            (Path(corpus) / str(number)).write_bytes(bytes([number % 256]) + seed)
        atheris.instrument_all()
        options = [
            f"-max_total_time={given.seconds:.0f}",
            f"-runs={min(given.inputs, 2**31 - 1)}",
            "-max_len=65536",
            "-verbosity=0",
        ]
        atheris.Setup(["fuzz", *options, f"-atheris_runs={min(given.inputs, 2**31 - 1)}", corpus], one)
        import atexit

        atexit.register(lambda: print(json.dumps(session.told()), flush=True))
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
