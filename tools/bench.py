"""``make bench``: every benchmark, one after the other; the last lines are JSON.

They share the computer with nothing else only if nobody else uses it: a figure of a
busy computer is worth little, a ratio more.
"""

import subprocess
import sys
from dataclasses import dataclass

from . import series, venv
from .common import ROOT, Problem, clean_environment, say


@dataclass(frozen=True)
class Benchmark:
    """A file of ``benchmarks/`` that measures something.

    :param few: its arguments for a short run, a minute or three
    :param many: its arguments for the figures that are told
    """

    few: tuple = ()
    many: tuple = ()


#: a file with a main that is missing here fails the tests
BENCHMARKS = {
    "import_orders": Benchmark(few=("--few",)),
    "ledger": Benchmark(few=("--lines", "500"), many=("--lines", "10000")),
    "chain": Benchmark(few=("--orders", "100")),
    "labels": Benchmark(few=("--labels", "40")),
    "stock_push": Benchmark(few=("--variants", "2000")),
    "dashboard": Benchmark(few=("--orders", "20000")),
    "webhook_door": Benchmark(few=("--turns", "2")),
    "memory": Benchmark(few=("--orders", "300")),
}


def main(_command, arguments):
    """Run all, or those that are named; go on when one fails.

    :raise Problem: one failed or printed no result
    """
    choice = series.choose()
    python = venv.ensure(choice.home, choice.series)
    few = "--few" in arguments
    names = [word for word in arguments if word in BENCHMARKS] or there()
    results, failed = [], []
    for name in names:
        say(f"\n== {name}")
        chosen = BENCHMARKS[name]
        line = run(python, name, chosen.few if few else chosen.many)
        (results if line else failed).append(line or name)
    say("\n" + "\n".join(results))
    if failed:
        raise Problem(f"No result: {', '.join(failed)}")


def there(folder=ROOT / "benchmarks"):
    """Return the names of the benchmarks, in the order in which they run."""
    return [name for name in BENCHMARKS if (folder / f"{name}.py").exists()]


def run(python, name, arguments, folder=ROOT):
    """Run one benchmark, show what it says, and return its last line of JSON."""
    command = [str(python), "-m", f"benchmarks.{name}", *arguments]
    last = None
    with subprocess.Popen(
        command,
        cwd=folder,
        env=clean_environment(PYTHONPATH=str(folder), PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout:
            sys.stdout.write(line)
            if line.startswith('{"name"'):
                last = line.strip()
    return None if process.returncode else last
