"""Checking a gradient of 50,890 entries: xnn beside a plain loop and torch.autograd.gradcheck, and by samples.

``python -m benchmarks.checking`` prints the second: how long it takes with how many samples, and a convolution.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

import xnn
from xnn.nn import MLP, Dense, Objective, ravel, unravel

MLP_784 = MLP((784, 64, 10), activation="tanh")
DECAY = 1e-4
OBJECTIVE = Objective(MLP_784, "softmax_cross_entropy")
SAMPLES = (128, 1_000, 10_000)


class Timing(NamedTuple):
    what: str
    seconds: float
    finds: str  # what it says of weight decay added to one bias vector by mistake
    first: float | None = None  # seconds of the first call in a fresh process, imports left out


def problem(samples: int = 16) -> tuple[list[Dense], np.ndarray, np.ndarray]:
    """Return parameters, samples and their labels, in float64."""
    rng = np.random.default_rng(0)
    params = [Dense(layer.W, rng.normal(size=layer.b.shape) * 0.1) for layer in MLP_784.init(0, dtype="float64")]
    return params, rng.random((samples, 784)), rng.integers(0, 10, samples)


def loss(params: list[Dense], X: np.ndarray, y: np.ndarray) -> float:
    """Hide the network from the checker, which then knows no more of it than of anyone's."""
    return float(OBJECTIVE(params, X, y))


def decayed(params: list[Dense], X: np.ndarray, y: np.ndarray) -> list[Dense]:
    """Return gradients with the bug that one random direction over all parameters hardly ever finds."""
    first, second = OBJECTIVE.gradients(params, X, y)
    return [first, second._replace(b=second.b + DECAY * params[1].b)]


def by_times_m(params: list[Dense], X: np.ndarray, y: np.ndarray) -> list[Dense]:
    """Return gradients that are not divided by the number of samples."""
    return [Dense(layer.W * len(X), layer.b * len(X)) for layer in OBJECTIVE.gradients(params, X, y)]


def without_the_last(params: list[Dense], X: np.ndarray, y: np.ndarray) -> list[Dense]:
    """Return gradients of a loop that ends a sample too early."""
    share = (len(X) - 1) / len(X)
    return [Dense(layer.W * share, layer.b * share) for layer in OBJECTIVE.gradients(params, X[:-1], y[:-1])]


def convolution(transposed: bool) -> tuple[Any, ...]:
    """Return a convolutional network of 1,370 parameters, its kernel's gradient transposed or not."""
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(8, 10, 10)), rng.integers(0, 10, 8)
    shapes = {"K": (8, 3, 3), "k": (8,), "W": (128, 10), "b": (10,)}
    params = {name: 0.2 * rng.normal(size=shape) for name, shape in shapes.items()}

    def forward(p: Any, x: Any) -> tuple[Any, ...]:
        z = np.zeros((len(x), 8, 8, 8))
        for i in range(3):
            for j in range(3):
                z += x[:, None, i : i + 8, j : j + 8] * p["K"][None, :, i, j, None, None]
        z += p["k"][:, None, None]
        pooled = np.maximum(z, 0).reshape(len(x), 8, 4, 2, 4, 2)
        f = pooled.max(axis=(3, 5)).reshape(len(x), -1)
        e = np.exp(f @ p["W"] + p["b"])
        return z, pooled, f, e / e.sum(axis=1, keepdims=True)

    def value(p: Any, x: Any, y: Any) -> float:
        return -np.mean(np.log(forward(p, x)[3][np.arange(len(y)), y]))

    def gradients(p: Any, x: Any, y: Any) -> dict[str, Any]:
        z, pooled, f, d = forward(p, x)
        d[np.arange(len(y)), y] -= 1
        d /= len(y)
        most = pooled == pooled.max(axis=(3, 5), keepdims=True)
        dz = (most * (d @ p["W"].T).reshape(len(x), 8, 4, 1, 4, 1)).reshape(z.shape) * (z > 0)
        K = np.empty_like(p["K"])
        for i in range(3):
            for j in range(3):
                a, b = (j, i) if transposed else (i, j)
                K[:, i, j] = (dz * x[:, None, a : a + 8, b : b + 8]).sum(axis=(0, 2, 3))
        return {"K": K, "k": dz.sum(axis=(0, 2, 3)), "W": f.T @ d, "b": d.sum(axis=0)}

    return value, gradients, params, x, y


class Row(NamedTuple):
    program: str
    samples: int
    seconds: float
    calls: int  # of the loss
    finds: str


def by_samples(samples: tuple[int, ...] = SAMPLES) -> list[Row]:
    """Check the same network with more and more samples, right and wrong, and a convolution."""
    programs = {
        "784-64-10, right": OBJECTIVE.gradients,
        "784-64-10, decay on one bias": decayed,
        "784-64-10, not divided by m": by_times_m,
        "784-64-10, the last sample left out": without_the_last,
    }
    rows = [_row(name, m, (loss, gradients, *problem(m))) for m in samples for name, gradients in programs.items()]
    for transposed in (False, True):
        name = f"convolution of 1,370 parameters, {'transposed' if transposed else 'right'}"
        rows.append(_row(name, 8, convolution(transposed)))
    return rows


def _row(name: str, samples: int, program: tuple[Any, ...]) -> Row:
    seconds = _seconds(lambda: xnn.check_gradients(*program), repeats=3)
    report = xnn.check_gradients(*program)
    found = ", ".join(f"{f.code} in {f.parameter or 'all'}" for f in report.findings if not f.is_note)
    return Row(name, samples, seconds, report.evaluations, found or "nothing")


def measure() -> list[Timing]:
    first = _first_calls(["xnn", "torch"] if find_spec("torch") else ["xnn"])
    timings = [
        _xnn("xnn, default", loss)._replace(first=first["xnn"]),
        _xnn("xnn, thorough: every entry", loss, thorough=True),
        _xnn("xnn, thorough, of xnn's own network", OBJECTIVE, thorough=True),
        _naive(),
    ]
    if find_spec("torch"):
        timings += [
            _torch("torch.autograd.gradcheck, fast", fast=True)._replace(first=first["torch"]),
            _torch("torch.autograd.gradcheck", fast=False),
        ]
    return timings


def _xnn(what: str, value: Callable[..., Any], **options: Any) -> Timing:
    seconds = _seconds(lambda: xnn.check_gradients(value, OBJECTIVE.gradients, *problem(), **options))
    report = xnn.check_gradients(value, decayed, *problem(), **options)
    return Timing(what, seconds, ", ".join(f"{f.code} in {f.parameter}" for f in report.findings) or "nothing")


def _naive() -> Timing:
    params, X, y = problem()
    theta, numeric = ravel(params), []

    def loop() -> None:
        for i in range(len(theta)):
            kept, h = theta[i], 1e-5
            theta[i] = kept + h
            above = loss(unravel(theta, params), X, y)
            theta[i] = kept - h
            numeric.append((above - loss(unravel(theta, params), X, y)) / (2 * h))
            theta[i] = kept

    seconds = _seconds(loop, repeats=1)
    g = ravel(decayed(params, X, y))
    ratio = np.linalg.norm(g - np.asarray(numeric)) / np.linalg.norm(g)
    return Timing("a plain loop of central differences", seconds, f"a relative difference of {ratio:.0e} overall")


def _torch(what: str, fast: bool) -> Timing:
    import torch

    params, X, y = problem()
    tensors = [torch.tensor(array, requires_grad=True) for layer in params for array in layer]
    inputs, labels = torch.tensor(X), torch.tensor(y)

    right = _right(torch, inputs, labels)

    class Network(torch.autograd.Function):
        """The network with the mistaken backward pass: torch's own functions cannot be wrong."""

        @staticmethod
        def forward(ctx: Any, *theta: Any) -> Any:
            ctx.save_for_backward(*theta)
            return torch.tensor(loss(_layers(theta), X, y), dtype=torch.float64)

        @staticmethod
        def backward(ctx: Any, d: Any) -> Any:
            found = decayed(_layers(ctx.saved_tensors), X, y)
            return tuple(d * torch.tensor(array) for layer in found for array in layer)

    check: Callable[..., bool] = torch.autograd.gradcheck
    seconds = _seconds(lambda: check(right, tensors, fast_mode=fast), repeats=3 if fast else 1)
    found = check(Network.apply, tensors, fast_mode=fast, raise_exception=False)
    return Timing(what, seconds, "nothing" if found else "that it is wrong")


def _right(torch: Any, inputs: Any, labels: Any) -> Callable[..., Any]:
    def right(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        hidden = torch.tanh(inputs @ W1 + b1)
        return torch.nn.functional.cross_entropy(hidden @ W2 + b2, labels)

    return right


def first_call(library: str) -> float:
    """Return the seconds that one check takes: the first in this process, everything imported."""
    params, X, y = problem()
    if library == "xnn":
        began = time.perf_counter()
        xnn.check_gradients(loss, OBJECTIVE.gradients, params, X, y)
        return time.perf_counter() - began
    import torch

    tensors = [torch.tensor(array, requires_grad=True) for layer in params for array in layer]
    right = _right(torch, torch.tensor(X), torch.tensor(y))
    began = time.perf_counter()
    torch.autograd.gradcheck(right, tensors, fast_mode=True)
    return time.perf_counter() - began


def _first_calls(libraries: list[str], rounds: int = 5) -> dict[str, float]:
    """Measure :func:`first_call` in fresh processes, in turn; return the medians."""
    times: dict[str, list[float]] = {library: [] for library in libraries}
    for _ in range(rounds):
        for library in libraries:
            code = f"from benchmarks.checking import first_call; print(first_call({library!r}))"
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            times[library].append(float(done.stdout))
    return {library: float(np.median(found)) for library, found in times.items()}


def _layers(theta: Any) -> list[Dense]:
    W1, b1, W2, b2 = (tensor.detach().numpy() for tensor in theta)
    return [Dense(W1, b1), Dense(W2, b2)]


def _seconds(work: Callable[[], Any], repeats: int = 3) -> float:
    """Return the median time, the first call, which imports and warms up, left out where there is more than one."""
    times = []
    for _ in range(repeats + (repeats > 1)):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return float(np.median(times[repeats > 1 :]))


if __name__ == "__main__":
    for row in by_samples():
        print(f"{row.program}, {row.samples:,} samples: {row.seconds:.2f} s, {row.calls} calls, finds {row.finds}")
