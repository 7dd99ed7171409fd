"""Case 2: a gradient check that diverges, and an optimizer that gives up, because of a sign in the sigmoid
========================================================================================================

Its author had 3-5-3 with sigmoids, five samples, binary cross-entropy and a decay of the weights; all 38 weights and
biases lie in one vector, for scipy's fmin_cg. They compared their gradient with central differences. What is wrong:

* the sigmoid is 1 / (1 + e^z). Its derivative is then -s (1 - s), the other sign. The first layer's gradient passes
  two such signs, which cancel; the second layer's passes one, so its part from the data is turned round and its part
  from the decay is not. The relative difference is 6.6;
* the loop over the weights starts at 1, so that entry 0 of the numeric gradient stays 0. Even with the right sigmoid
  the check reports a difference that is not there;
* fmin_cg, led uphill, stops with "desired error not necessarily achieved due to precision loss".

Right, the relative difference is below 1e-9 over all 38, and conjugate gradients and L-BFGS converge.
"""

# sphinx_gallery_thumbnail_path = '_static/gallery/case2_sign_of_sigmoid.svg'

from collections.abc import Callable, Sequence

import numpy as np
from _common import options, run, say, table

from xnn.backends import Place, resolve
from xnn.errors import BackendError
from xnn.nn import MLP, BinaryCrossEntropy, Dense, Penalty, ravel, unravel

Vector = np.ndarray
Function = Callable[[Vector], tuple[float, Vector]]  # loss and gradient

LABELS = np.array([1, 2, 0, 1, 2])
Y = np.eye(3)[LABELS]
M = len(LABELS)
STEP = 1e-4
HALF = 20  # Theta1 is 5 by (1 + 3), Theta2 is 3 by (1 + 5), the bias in column 0


def problem(seed: int = 1) -> tuple[np.ndarray, Vector]:
    """Draw the inputs, and the 38 weights in the author's order."""
    rng = np.random.default_rng(seed)
    return rng.random((M, 3)), rng.uniform(-0.12, 0.12, 38)


def flipped_sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(z))


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def theirs(X: np.ndarray, decay: float, sigmoid: Callable[[np.ndarray], np.ndarray], Y: np.ndarray = Y) -> Function:
    """The author's loss and gradient, as they were, with one sigmoid or the other."""

    def loss_and_gradient(theta: Vector) -> tuple[float, Vector]:
        theta1, theta2 = theta[:HALF].reshape(5, 4), theta[HALF:].reshape(3, 6)
        a1 = np.column_stack([np.ones(M), X])
        a2 = np.column_stack([np.ones(M), sigmoid(a1 @ theta1.T)])
        h = sigmoid(a2 @ theta2.T)
        loss = -(Y * np.log(h) + (1 - Y) * np.log(1 - h)).sum() / M
        loss += decay / (2 * M) * ((theta1[:, 1:] ** 2).sum() + (theta2[:, 1:] ** 2).sum())
        delta3 = h - Y
        delta2 = delta3 @ theta2[:, 1:] * a2[:, 1:] * (1 - a2[:, 1:])
        grad1, grad2 = delta2.T @ a1 / M, delta3.T @ a2 / M
        grad1[:, 1:] += decay / M * theta1[:, 1:]
        grad2[:, 1:] += decay / M * theta2[:, 1:]
        return float(loss), np.concatenate([grad1.ravel(), grad2.ravel()])

    return loss_and_gradient


def loss(theta: Vector, X: np.ndarray, Y: np.ndarray) -> float:
    return theirs(X, 1.0, flipped_sigmoid, Y)(theta)[0]


def gradients(theta: Vector, X: np.ndarray, Y: np.ndarray) -> Vector:
    return theirs(X, 1.0, flipped_sigmoid, Y)(theta)[1]


def right(X: np.ndarray, decay: float, place: Place) -> Function:
    """The same loss and gradient with xnn; the vector is ravel's, layer by layer W and b."""
    mlp, loss, penalty = MLP((3, 5, 3), activation="sigmoid"), BinaryCrossEntropy(), Penalty(l2=decay / M)
    like = mlp.init()
    x, targets = place.floats(X), place.floats(Y)

    def loss_and_gradient(vector: Vector) -> tuple[float, Vector]:
        with place.scope():
            params = unravel(place.floats(vector), like)
            logits, traces = mlp.forward(params, x)
            gradients = mlp.backward(params, traces, loss.gradient(logits, targets))
            gradients = penalty.add_gradient(params, gradients)
            value = float(loss(logits, targets) + penalty(params))
            return value, place.to_host(ravel(gradients)).astype(np.float64)

    return loss_and_gradient


def reordered(theta: Vector) -> Vector:
    """Bring the author's vector, bias in column 0 of (out, 1 + in), to ravel's order, W of (in, out) and then b."""
    thetas = theta[:HALF].reshape(5, 4), theta[HALF:].reshape(3, 6)
    return ravel([Dense(W=each[:, 1:].T, b=each[:, 0]) for each in thetas])


_inputs, params = problem()
data = (_inputs, Y)  # with params, what xnn check and xnn diagnose take


def numeric(function: Function, vector: Vector, start: int = 0) -> Vector:
    """Return the gradient by central differences, from entry `start` on."""
    gradient = np.zeros_like(vector)
    for i in range(start, vector.size):
        move = np.zeros_like(vector)
        move[i] = STEP
        gradient[i] = (function(vector + move)[0] - function(vector - move)[0]) / (2 * STEP)
    return gradient


def relative_difference(n: Vector, g: Vector) -> float:
    return float(np.linalg.norm(n - g) / np.linalg.norm(n + g))


def check(function: Function, vector: Vector, start: int = 0) -> float:
    """Return the relative difference between the gradient and central differences."""
    return relative_difference(numeric(function, vector, start), function(vector)[1])


def minimize(function: Function, vector: Vector, method: str) -> tuple[bool, float, str]:
    """Let SciPy search the minimum; return whether it converged, the loss there, and its message."""
    try:
        from scipy.optimize import minimize as search
    except ModuleNotFoundError:
        raise BackendError("the search for the minimum needs SciPy: pip install scipy") from None
    found = search(function, vector, jac=True, method=method)
    return bool(found.success), float(found.fun), str(found.message).strip(".: ")


def main(arguments: Sequence[str] | None = None) -> None:
    chosen = options(__doc__, dtype="float64").parse_args(arguments)
    place = resolve(chosen.backend, chosen.device, chosen.dtype)
    X, theta = problem()
    vector = reordered(theta)
    flipped, repaired = theirs(X, 1.0, flipped_sigmoid), theirs(X, 1.0, sigmoid)

    rows = [
        ("theirs: 1 / (1 + e^z), loop from 1", "1", f"{check(flipped, theta, start=1):.2f}"),
        ("theirs, sigmoid repaired, loop from 1", "1", f"{check(repaired, theta, start=1):.2e}"),
        ("theirs, sigmoid and loop repaired", "1", f"{check(repaired, theta):.2e}"),
    ]
    rows += [("right", f"{decay:g}", f"{check(right(X, decay, place), vector):.2e}") for decay in (0, 1, 10)]
    table("Gradient against central differences", ("", "lambda", "relative difference"), rows)

    n, g = numeric(flipped, theta), flipped(theta)[1]
    entries = [
        ("Theta1 bias, unit 1", 0),
        ("Theta1 weight", 1),
        ("Theta2 bias, unit 1", HALF),
        ("Theta2 weight", HALF + 1),
    ]
    table(
        "Theirs, entry by entry: the signs cancel in Theta1, not in Theta2",
        ("", "numeric", "by hand"),
        [(name, f"{n[i]:.4f}", f"{g[i]:.4f}") for name, i in entries],
    )
    corrected = right(X, 1.0, place)
    rows = []
    for method in ("CG", "L-BFGS-B"):
        for name, function, start in (("theirs", flipped, theta), ("right", corrected, vector)):
            _, loss, message = minimize(function, start, method)
            rows.append((f"{method}, {name}", f"{function(start)[0]:.4f}", f"{loss:.4f}", message))
    table("SciPy in search of the minimum, lambda 1", ("", "first loss", "last loss", "what it says"), rows)
    say(
        "Why they differ, and why fmin_cg gives up: the sigmoid is 1 / (1 + e^-z). With e^z its derivative is "
        "-s (1 - s), but the backward pass uses s (1 - s), so Theta2's gradient points uphill. And start the loop at "
        "entry 0, or the check stays wrong when the program is right."
    )
    if chosen.dtype == "float32":
        say("In float32 central differences hold two or three digits: check in float64, the default here.")


if __name__ == "__main__":
    run(main)
