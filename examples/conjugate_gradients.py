"""Case 2 as it was meant: conjugate gradients on 3-5-3 with sigmoids, by SciPy, with a gradient that is right
==============================================================================================================

Its author had 3-5-3 with sigmoids, five samples, binary cross-entropy and a decay of the weights, and handed loss and
gradient to scipy's fmin_cg, which gave up because of a sign (case2_sign_of_sigmoid.py shows it). Here the loss is an
``Objective``, its gradient is checked first, and ``xnn.interop.scipy.minimize`` searches with each of SciPy's methods.

With the author's lambda = 1 the best that the network can do is to answer alike for every sample, and every method
finds that. Without decay, conjugate gradients and L-BFGS learn the five samples as well as they like; BFGS stops where
the gradient vanishes higher up.
"""

# sphinx_gallery_thumbnail_path = '_static/gallery/conjugate_gradients.svg'

from collections.abc import Sequence

import numpy as np
from _common import count, options, say, table
from _common import run as run_example
from case2_sign_of_sigmoid import M, Y, problem, reordered

import xnn
from xnn.backends import resolve
from xnn.interop.scipy import METHODS, Minimum, minimize
from xnn.nn import MLP, Objective, Penalty, unravel


def objective(decay: float) -> Objective:
    return Objective(MLP((3, 5, 3), activation="sigmoid"), "binary_cross_entropy", Penalty(l2=decay / M))


def search(method: str, decay: float, epochs: int | None = None, **where: str) -> Minimum:
    """Begin with the author's own weights and samples."""
    place = resolve(**where)
    X, theta = problem()
    network = objective(decay)
    with place.scope():
        begin = unravel(place.floats(reordered(theta)), network.mlp.init())
    return minimize(network, X, Y, method, params=begin, epochs=epochs)


def check() -> xnn.GradientReport:
    X, theta = problem()
    network = objective(1.0)
    return xnn.check_gradients(network, network.gradients, unravel(reordered(theta), network.mlp.init()), X, Y)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = options(__doc__, dtype="float64")
    parser.add_argument("--epochs", type=count, default=200, help="iterations at most, without decay (%(default)s)")
    chosen = parser.parse_args(arguments)
    where = {"backend": chosen.backend, "device": chosen.device, "dtype": chosen.dtype}
    resolve(**where)
    say(f"The gradient is {'right' if check().ok else 'WRONG'}.")
    for decay, epochs in ((1.0, None), (0.0, chosen.epochs)):
        found = {method: search(method, decay, epochs, **where) for method in METHODS}
        table(
            f"In search of the minimum, lambda {decay:g}",
            ("", "iterations", "calls of the loss", "loss", "what SciPy says"),
            [
                (method, each.history.epochs, each.found.nfev, f"{each.loss:.6f}", each.message)
                for method, each in found.items()
            ],
        )
    shares = np.bincount(Y.argmax(axis=1), minlength=3) / M
    guessing = -np.sum(shares * np.log(shares) + (1 - shares) * np.log(1 - shares))
    say(f"Answering the shares of the classes for every sample, whatever it is, costs {guessing:.6f}.")


if __name__ == "__main__":
    run_example(main)
