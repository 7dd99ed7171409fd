"""Peak memory of a training beside what it cannot do without, and a training on data bigger than memory."""

import json
import os
import subprocess
import sys
import tempfile
from itertools import pairwise
from math import prod
from pathlib import Path
from typing import Any, NamedTuple

from .setting import SETTINGS, Setting

COPIES = {"sgd": 2, "adam": 4}  # weights and gradient; Adam's two means
BATCHES = 3
ALLOWED = 1.2


class Peak(NamedTuple):
    setting: str
    mebibytes: float  # above the data set, its first epoch begun or not
    needed: float  # parameters and activations
    ratio: float


_PEAK = """
import json, resource, sys, threading
import numpy as np, xnn
from xnn.training import train
from benchmarks.setting import Setting

def resident():
    with open("/proc/self/status") as file:
        return {line.split(":")[0]: int(line.split()[1]) for line in file if line.startswith("Vm")}

sizes, *rest = json.loads(sys.argv[1])
setting = Setting(tuple(sizes), *rest)
X, y = setting.data()
warm, labels = X[:256, :8].copy(), y[:256]
train(warm, labels, hidden=8, epochs=1, validation=None, scale=None, progress=False)  # imports, thread stacks
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")  # the peak is counted from here
before = resident()["VmRSS"]
train(X, y, hidden=sizes[1:-1], optimizer=setting.optimizer, epochs=3, batch_size=setting.batch_size,
      validation=None, scale=None, metrics=(), progress=False)
print(resident()["VmHWM"] - before)
"""


def measure() -> list[Peak]:
    return [_peak(setting) for setting in SETTINGS]


def _peak(setting: Setting) -> Peak:
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, json.dumps(setting)], capture_output=True, text=True, check=True
    )
    parameters = sum(i * o + o for i, o in pairwise(setting.sizes)) * 4 / 2**20
    activations = sum(setting.sizes) * setting.batch_size * 4 / 2**20
    needed = parameters * COPIES[setting.optimizer] + BATCHES * activations
    peak = int(done.stdout) / 2**10
    return Peak(str(setting), peak, needed, peak / needed)


class OutOfCore(NamedTuple):
    gigabytes: float  # of the file
    samples: int
    steps: int
    seconds: float
    resident: float  # gigabytes, the process's peak


_OUT_OF_CORE = """
import json, sys, time
import numpy as np, xnn

path, samples, features, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
X = np.memmap(path, dtype="float32", mode="r", shape=(samples, features))
y = np.arange(samples) % 10

class Stop(xnn.Callback):
    def on_step(self, run):
        self.steps = run.step
        if time.monotonic() - started > seconds:
            run.stop("the time is up")

stop, started = Stop(), time.monotonic()
xnn.train(X, y, hidden=64, epochs=1, batch_size=128, validation=None, scale=None, callbacks=[stop], progress=False)
with open("/proc/self/status") as file:
    status = {line.split(":")[0]: line.split()[1] for line in file if line.startswith("Vm")}
print(json.dumps([stop.steps, time.monotonic() - started, int(status["VmHWM"]) / 1e6]))
"""


def out_of_core(gigabytes: float = 20.0, seconds: float = 60.0) -> OutOfCore:
    """Train on a sparse file of zeros for so many seconds, or an epoch."""
    features = 784
    samples = int(gigabytes * 1e9 / (features * 4))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "X.bin")
        with open(path, "wb") as file:
            os.truncate(file.fileno(), samples * features * 4)
        words: list[Any] = [sys.executable, "-c", _OUT_OF_CORE, path, samples, features, seconds]
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=True)
    steps, elapsed, resident = json.loads(done.stdout)
    return OutOfCore(prod((samples, features, 4)) / 1e9, samples, steps, elapsed, resident)


_RESIDENT = """
import gc, json, sys
import numpy as np, xnn

count, backend = int(sys.argv[1]), sys.argv[2]
found = []


def resident():
    gc.collect()
    with open("/proc/self/status") as file:
        return {line.split(":")[0]: int(line.split()[1]) for line in file if line.startswith("Vm")}["VmRSS"] / 2**10


def note():
    found.append(round(resident(), 1))
    print(json.dumps(found), flush=True)

"""

_ARCHITECTURES = """
rng = np.random.default_rng(0)
X = rng.normal(size=(60, 4))
y = np.arange(60) % 3
for i in range(count):
    xnn.train(X, y, hidden=(4 + i % 20, 3 + i // 20), epochs=1, batch_size=16, backend=backend, progress=False,
              doctor="off")
    if (i + 1) % (count // 10) == 0:
        note()
"""

_STEPS = """
class Note(xnn.Callback):
    every_step = False

    def on_epoch(self, run):
        if run.step % (count // 10) == 0:
            note()

X = np.random.default_rng(0).normal(size=(6400, 20))
xnn.train(X, np.abs(X).argmax(axis=1), hidden=(64, 32), batch_size=64, epochs=count // 100, validation=None,
          backend=backend, progress=False, doctor="off", callbacks=[Note()])
"""


def architectures(backend: str, count: int = 400) -> list[float]:
    """Train so many networks, no two alike, in one process; return what it holds, in MiB, after each tenth of them."""
    return _noted(_ARCHITECTURES, backend, count)


def steps(backend: str, count: int = 20_000) -> list[float]:
    """Train one network for so many steps, 100 an epoch; return what the process holds after each tenth of them."""
    return _noted(_STEPS, backend, count)


def _noted(program: str, backend: str, count: int) -> list[float]:
    """Run a program to its end, and show on standard error what it notes on its way."""
    words = [sys.executable, "-c", _RESIDENT + program, str(count), backend]
    last = "[]"
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for last in process.stdout:
            print(last, end="", file=sys.stderr, flush=True)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words[:2])
    return json.loads(last)
