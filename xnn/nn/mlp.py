"""The multilayer perceptron: forward, and directly beneath it backward."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from numbers import Integral
from typing import Any, Literal, NamedTuple

from numpy.random import Generator, default_rng

from ..backends import Array, Place, backend_or_any, fused, namespace, resolve
from ..errors import OptionError, ShapeError
from ..names import ActivationName, DtypeName, InitializerName
from .activations import ACTIVATIONS, Activation
from .dense import dense, dense_backward, dense_backward_input
from .dropout import check_rate, dropout, dropout_backward, dropout_mask
from .initializers import INITIALIZERS, Initializer
from .parameters import Dense
from .tables import named


class Trace(NamedTuple):
    """What the backward pass needs of one layer's forward pass."""

    x: Array  # input, shape (n, in)
    z: Array  # pre-activation, shape (n, out)
    y: Array  # activation's output, before dropout
    mask: Array | None


class MLP:
    """A chain of fully connected layers: its architecture, and the pure functions that compute with it.

    It holds no weights: :meth:`init` makes a list of :class:`Dense` (W, b), which every method takes.

    Parameters
    ----------
    sizes : tuple of int
        Units a layer, from inputs to outputs: ``(784, 64, 10)`` has one hidden layer.
    activation : str or Activation
        After each hidden layer.
    output : str or Activation
        After the last layer: the identity where the loss takes logits.
    bias : bool
        Whether layers have biases.
    dropout : float
        Share of hidden units silenced in each training step.

    Examples
    --------
    >>> import numpy as np
    >>> mlp = MLP((2, 3, 1), activation="tanh")
    >>> params = mlp.init(seed=0, dtype="float64")
    >>> [layer.W.shape for layer in params]
    [(2, 3), (3, 1)]
    >>> x = np.array([[0.5, -1.0]])
    >>> outputs, traces = mlp.forward(params, x)
    >>> gradients = mlp.backward(params, traces, np.ones_like(outputs))
    >>> [layer.b.shape for layer in gradients]
    [(3,), (1,)]
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: ActivationName | Activation = "relu",
        output: ActivationName | Activation = "identity",
        bias: bool = True,
        dropout: float = 0.0,
    ) -> None:
        if len(sizes) < 2 or any(isinstance(n, bool) or not isinstance(n, Integral) or n < 1 for n in sizes):
            raise OptionError(f"sizes must be two or more whole numbers, each at least 1, got {tuple(sizes)}.")
        check_rate(dropout)
        self.sizes = tuple(int(n) for n in sizes)
        self.activation: Activation = named("activation", activation, ACTIVATIONS)
        self.output: Activation = named("activation", output, ACTIVATIONS)
        self.bias = bias
        self.dropout = dropout

    def __eq__(self, other: object) -> bool:
        return isinstance(other, MLP) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash(self._parts)

    @property
    def _parts(self) -> tuple[Any, ...]:
        return (type(self), self.sizes, self.activation, self.output, self.bias, self.dropout)

    def __repr__(self) -> str:
        return (
            f"MLP({self.sizes}, activation={self.activation}, output={self.output}, "
            f"bias={self.bias}, dropout={self.dropout})"
        )

    def init(
        self,
        seed: int | Generator = 0,
        initializer: InitializerName | Initializer | Literal["auto"] = "auto",
        backend: str = "numpy",
        device: str | None = None,
        dtype: DtypeName = "float32",
    ) -> list[Dense]:
        """Draw weights on the host and move them; biases start at 0.

        Parameters
        ----------
        seed : int or numpy.random.Generator
        initializer : str or callable
            A name in ``INITIALIZERS`` or any ``f(rng, (fan_in, fan_out))``. "auto" is ``"he_fan_max"`` for the ReLU
            family and Glorot's uniform for the others.
        backend, device, dtype : str
            Where the parameters live, and their precision.

        Returns
        -------
        list of Dense
            One (W, b) a layer, W of shape (in, out), b of shape (out,) or None.
        """
        place = resolve(backend, device, dtype)
        with place.scope():
            return self.init_at(place, default_rng(seed), initializer)

    def init_at(
        self, place: Place, rng: Generator, initializer: InitializerName | Initializer | Literal["auto"] = "auto"
    ) -> list[Dense]:
        """Draw weights from `rng` and move them to `place`."""
        params = []
        last = len(self.sizes) - 2
        for i, (fan_in, fan_out) in enumerate(pairwise(self.sizes)):
            after = self.output if i == last else self.activation
            draw = named("initializer", after.initializer if initializer == "auto" else initializer, INITIALIZERS)
            W = place.floats(draw(rng, (fan_in, fan_out)))
            params.append(Dense(W, place.zeros((fan_out,)) if self.bias else None))
        return params

    def forward(
        self, params: Sequence[Dense], x: Array, masks: Sequence[Array] | None = None
    ) -> tuple[Array, list[Trace]]:
        """Compute the outputs, and keep what :meth:`backward` needs.

        Parameters
        ----------
        params : list of Dense
        x : array, shape (n, sizes[0])
        masks : list of array, optional
            One dropout mask a hidden layer (see :meth:`masks`); none when predicting.

        Returns
        -------
        outputs : array, shape (n, sizes[-1])
        traces : list of Trace
            One a layer.
        """
        self._check(params, x, masks)
        traces = list(self._layers(params, x, masks))
        return traces[-1].y, traces

    def _layers(self, params: Sequence[Dense], x: Array, masks: Sequence[Array] | None) -> Iterator[Trace]:
        last = len(params) - 1
        for i, layer in enumerate(params):
            z = dense(x, layer)
            y = _in_one_pass(self.output if i == last else self.activation, "forward", z)
            mask = masks[i] if masks and i < last else None
            yield Trace(x, z, y, mask)
            x = y if mask is None else dropout(y, mask)

    def backward(self, params: Sequence[Dense], traces: Sequence[Trace], d_outputs: Array) -> list[Dense]:
        """Carry the derivative of the loss by the outputs back to every weight and bias.

        Parameters
        ----------
        params : list of Dense
        traces : list of Trace
            From :meth:`forward`.
        d_outputs : array, shape (n, sizes[-1])
            For instance ``loss.gradient(outputs, targets)``.

        Returns
        -------
        list of Dense
            The gradients, of the shapes of `params`.
        """
        namespace(d_outputs, params[0].W)
        if d_outputs.shape != traces[-1].y.shape:
            raise ShapeError(
                f"d_outputs must have the shape of the outputs, {tuple(traces[-1].y.shape)}, "
                f"got {tuple(d_outputs.shape)}: give the derivative of the loss by each output."
            )
        gradients = []
        backend = backend_or_any(d_outputs)
        last = len(params) - 1
        dy = d_outputs
        for i in range(last, -1, -1):
            x, z, y, mask = traces[i]
            if mask is not None:
                dy = dropout_backward(dy, mask)
            dz = _in_one_pass(self.output if i == last else self.activation, "backward", dy, z, y)
            gradients.append(backend.aside(dense_backward, dz, x, params[i]))
            if i > 0:
                dy = dense_backward_input(dz, params[i])
        backend.join()
        return gradients[::-1]

    def __call__(self, params: Sequence[Dense], x: Array) -> Array:
        """Compute the outputs alone, shape (n, sizes[-1])."""
        self._check(params, x, None)
        outputs = x
        for trace in self._layers(params, x, None):
            outputs = trace.y
        return outputs

    def masks(self, rng: Generator, samples: int) -> list[Array]:
        """Draw one dropout mask a hidden layer, on the host; none without dropout."""
        if not self.dropout:
            return []
        return [dropout_mask(rng, (samples, units), self.dropout) for units in self.sizes[1:-1]]

    def _check(self, params: Sequence[Dense], x: Array, masks: Sequence[Array] | None) -> None:
        layers = len(self.sizes) - 1
        if len(params) != layers:
            raise ShapeError(f"params must have one (W, b) a layer, {layers}, got {len(params)}: make them with init.")
        if masks is not None and len(masks) != layers - 1:
            raise ShapeError(f"masks must be one a hidden layer, {layers - 1}, got {len(masks)}.")
        namespace(x, params[0].W)  # refuses a mixture of libraries
        if x.ndim != 2 or x.shape[1] != params[0].W.shape[0]:
            raise ShapeError(
                f"x must have shape (samples, {params[0].W.shape[0]}), one row a sample, got {tuple(x.shape)}."
            )


def _in_one_pass(activation: Activation, way: str, *arrays: Array) -> Array:
    """Call an activation's ``forward`` or ``backward``, where it is elementwise as one pass over the arrays."""
    formula = getattr(activation, way)
    return fused(formula, *arrays) if activation.elementwise else formula(*arrays)
