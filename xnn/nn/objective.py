"""What training makes small: the loss of a network on data, plus a penalty, as a function of the parameters."""

from collections.abc import Sequence

from ..backends import Array
from ..names import LossName
from .losses import LOSSES, Loss
from .mlp import MLP
from .parameters import Dense
from .penalties import Penalty
from .tables import named


class Objective:
    """``loss(mlp(params, x), targets) + penalty(params)``, and beneath it its gradients.

    Parameters
    ----------
    mlp : MLP
    loss : str or Loss
    penalty : Penalty, optional

    Examples
    --------
    >>> import numpy as np
    >>> import xnn
    >>> mlp = MLP((3, 4, 2), activation="tanh")
    >>> objective = Objective(mlp, "softmax_cross_entropy", Penalty(l2=0.01))
    >>> x, labels = np.random.default_rng(0).normal(size=(5, 3)), np.array([0, 1, 1, 0, 1])
    >>> params = mlp.init(seed=0, dtype="float64")
    >>> xnn.check_gradients(objective, objective.gradients, params, x, labels).ok
    True
    """

    def __init__(self, mlp: MLP, loss: LossName | Loss, penalty: Penalty | None = None) -> None:
        self.mlp = mlp
        self.loss: Loss = named("loss", loss, LOSSES)
        self.penalty = penalty or Penalty()

    def __call__(self, params: Sequence[Dense], x: Array, targets: Array, weights: Array | None = None) -> Array:
        """Return the value, an array of shape ().

        Parameters
        ----------
        params : list of Dense
        x : array, shape (n, in)
        targets : array
            What the loss takes: shape (n, K), or (n,) for class labels.
        weights : array, shape (n,), optional
            Sample weights.
        """
        return self.loss(self.mlp(params, x), targets, weights) + self.penalty(params)

    def gradients(self, params: Sequence[Dense], x: Array, targets: Array, weights: Array | None = None) -> list[Dense]:
        """Return the derivative by every weight and bias, in the shapes of `params`; parameters as for the value."""
        outputs, traces = self.mlp.forward(params, x)
        gradients = self.mlp.backward(params, traces, self.loss.gradient(outputs, targets, weights))
        return self.penalty.add_gradient(params, gradients) if self.penalty else gradients
