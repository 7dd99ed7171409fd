"""The search for the fewest bugs that reproduce the user's gradient, from the last layer to the first.

A *state* is a delta that may have flowed down to here and the bugs so far. At each layer every way of computing its
delta, right first, is tested against the user's own gradients of that layer's weights and biases: only what
reproduces them goes on. The cheapest chain is the explanation; chains that cost the same are both given.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

import numpy

from ..bugs.explanation import RIGHT, UNKNOWN_COST, Bug, Explanation, fit, is_right, linear, pattern
from ..program.tree import Host
from ..same import REPLAYED, distance, norm, same
from .activations import wrong_derivatives
from .backward import SMOOTH, fitted_derivative, masks, output_deltas, passed_down, updated_weights
from .biases import bias_shapes, bias_values
from .chain import Chain, extend, prune
from .network import Network, Trace


@dataclass(frozen=True)
class LayerGradients:
    """What the user's functions gave for one layer, over P points; None where it has another size.

    Attributes
    ----------
    W : array, shape (P, in, out), or None
    b : array, shape (P, out), or None
    b_raw : array or None
        A bias gradient of another size, as it came, shape (P, ...).
    bugs : tuple of Bug
        What its shape alone says.
    """

    W: Host | None
    b: Host | None
    b_raw: Host | None = None
    bugs: tuple[Bug, ...] = ()


class Explainer:
    """The search, over one recovered network and the user's gradients at P points."""

    def __init__(
        self, network: Network, thetas: Host, gradients: Sequence[LayerGradients], tolerance: float = REPLAYED
    ) -> None:
        self.network, self.thetas, self.given, self.tolerance = network, thetas, list(gradients), tolerance
        self.traces: list[Trace] = network.forward(thetas)
        self.right = network.deltas(self.traces)
        rng = numpy.random.default_rng(7)
        self.empty = [layer.W is None or not numpy.any(layer.W) for layer in self.given]
        self.sketch = [self._sketch(i, rng) for i in range(len(self.traces))]
        self.slopes = {
            i: wrong_derivatives(known, self.traces[i].z, self.traces[i].a)
            for i, known in enumerate(network.activations)
        }

    def explain(self) -> list[Chain]:
        """Return the cheapest explanations."""
        last = len(self.traces) - 1
        network = self.network
        flows = output_deltas(network.head, self.right[last], network.factor, self.traces[last], network.data.T)
        chains = self._layer(last, ((Chain(0.0, (), flow.delta), flow.bugs) for flow in flows))
        for i in range(last - 1, -1, -1):
            above = chains
            chains = self._layer(i, (pair for chain in above for pair in self._down(i, chain)))
            if _lost(chains[0], i):
                exact, self.tolerance = self.tolerance, max(self.tolerance, SMOOTH)
                chains = prune([*chains, *self._layer(i, self._fitted(i, above))], i == 0)
                self.tolerance = exact
        best = chains[0].cost
        return [chain for chain in chains if chain.cost <= best + 1e-9]

    def _layer(self, i: int, flows: Iterator[tuple[Chain, tuple[Bug, ...]]]) -> list[Chain]:
        """Test flows into layer `i`; return the chains that go on, cheapest first."""
        found: list[Chain] = []
        fallback: list[Chain] = []
        for chain, bugs in flows:
            delta = chain.delta
            if bugs and not self._promising(i, delta):
                continue
            bugs = (*bugs, *self.given[i].bugs)
            before = extend(chain, i, bugs)
            continued = list(self._tensors(i, before))
            lost = [{b.bug.part for b in c.bugs if b.layer == i and b.bug.code == "unknown"} for c in continued]
            found += [c for c, parts in zip(continued, lost, strict=True) if not parts]
            # A bug must at least reproduce the weights; without one, what is beneath may still be right.
            fallback += [c for c, parts in zip(continued, lost, strict=True) if parts and (not bugs or parts == {"b"})]
        return prune(found + fallback, i == 0)

    def _tensors(self, i: int, chain: Chain) -> Iterator[Chain]:
        """Explain layer `i`'s weights and biases by the chain's delta, or by a multiple of it."""
        scales = {1.0: chain}
        for found in (*self._weights(i, chain.delta), *self._biases(i, chain.delta)):
            c = prod(bug.multiplies for bug in found.bugs)
            if c != 1.0 and not any(same(c, other) for other in scales):
                bugs = tuple(b._replace(part="delta") for b in found.bugs if b.multiplies != 1.0)
                scales[c] = extend(chain._replace(delta=c * chain.delta), i, bugs)
        for scaled in scales.values():
            for w in self._weights(i, scaled.delta) or [_unknown("W")]:
                for b in self._biases(i, scaled.delta) or [_unknown("b")]:
                    bugs = _merged(w.bugs, b.bugs, i == 0, self.network.layout[i].b is None)
                    yield extend(scaled, i, bugs, max(w.residual, b.residual))

    def _weights(self, i: int, delta: Host) -> list[Explanation]:
        G, trace = self.given[i].W, self.traces[i]
        if G is None:
            return [RIGHT]  # its shape said it already
        D = numpy.swapaxes(trace.x, 1, 2) @ delta
        R, lam = self._decay(i, "W")
        found = linear(G, D, R, lam, "W", self.tolerance)
        found += pattern(G, D, R, lam, "W", self.tolerance) if not is_right(found) else []
        if not found:
            rest = G if R is None else G - lam * R
            for name, x in self._other_inputs(i):
                other = numpy.swapaxes(x, 1, 2) @ delta
                bugs = (Bug("wrong-input", "W", name), Bug("decay-missing", "W", "", lam))
                for part, count in ((rest, 1), (G, 2)) if lam else ((rest, 1),):
                    if (off := distance(part, other)) <= self.tolerance:
                        found.append(Explanation(float(count), bugs[:count], off))
                        break
        return found

    def _biases(self, i: int, delta: Host) -> list[Explanation]:
        given, layer = self.given[i], self.network.layout[i]
        D = numpy.sum(delta, axis=1)
        if layer.b is None:
            return [RIGHT]
        if layer.b.size < D.shape[1]:
            D = numpy.sum(D, axis=1, keepdims=True)
        R, lam = self._decay(i, "b")
        if given.b is None:
            if given.b_raw is None:
                return [RIGHT]
            return bias_shapes(given.b_raw, delta, D if R is None else D + lam * R, self.tolerance)
        found = linear(given.b, D, R, lam, "b", self.tolerance)
        if not is_right(found):
            found += pattern(given.b, D, R, lam, "b", self.tolerance)
            found += bias_values(given.b, delta, D if R is None else D + lam * R, self.tolerance)
        return found

    def _decay(self, i: int, part: str) -> tuple[Host | None, float]:
        """Return the slope of a decay on a tensor and the factor it rightly has."""
        trace, decay = self.traces[i], self.network.decay
        w = trace.W if part == "W" else trace.b
        if w is None:
            return None, 0.0
        w = w if part == "W" else w[:, 0]
        applies = bool(decay.kind) and (part == "W" or decay.biases)
        return decay.slope(w), decay.factor if applies else 0.0

    def _other_inputs(self, i: int) -> list[tuple[str, Host]]:
        """List what might be mistaken for the layer's input: arrays of its width."""
        traces = self.traces
        shape = traces[i].x.shape
        found = [("the pre-activation z of the layer before, without its activation", traces[i - 1].z)] if i else []
        found += [("the layer's own output", traces[i].a), ("the layer's own pre-activation", traces[i].z)]
        found += [(f"the input of layer {j + 1}", t.x) for j, t in enumerate(traces) if j != i]
        if i:
            a = traces[i].x
            found.append(("the output with its activation applied again", self.network.activations[i - 1].f(a)))
        return [(name, x) for name, x in found if x.shape == shape and not same(x, traces[i].x)]

    def _promising(self, i: int, delta: Host) -> bool:
        """Whether a multiple of delta reproduces the bias gradient, or a sketch of the weights'."""
        given = self.given[i]
        coarse = 1e-3
        if given.b is not None and given.b.size >= 3 and norm(given.b) > 0:
            D = numpy.sum(delta, axis=1)
            D = D if D.shape == given.b.shape else numpy.sum(D, axis=1, keepdims=True)
            R, lam = self._decay(i, "b")
            if fit(given.b, D, R if lam else None).residual < coarse:
                return True
        if self.empty[i]:
            return given.b_raw is not None
        inputs, G, R = self.sketch[i]
        return fit(G, numpy.swapaxes(inputs, 1, 2) @ delta, R).residual < coarse

    def _sketch(self, i: int, rng: numpy.random.Generator) -> tuple[Host, Host, Host | None]:
        """Project a layer's inputs, gradient and decay on a few random combinations of the inputs."""
        x, G = self.traces[i].x, self.given[i].W
        Q = rng.standard_normal((x.shape[-1], min(6, x.shape[-1])))
        R, _ = self._decay(i, "W")
        return x @ Q, Q.T @ G if G is not None else x, None if R is None else Q.T @ R

    def _down(self, i: int, chain: Chain) -> Iterator[tuple[Chain, tuple[Bug, ...]]]:
        """Yield every way in which a chain at layer ``i + 1`` may go on to layer `i`."""
        trace, known = self.traces[i], self.network.activations[i]
        upper = self.traces[i + 1]
        phi = known.df(trace.z)
        delta = chain.delta
        for u, bugs in passed_down(delta, upper.W, trace.z.shape[-1]):
            yield chain._replace(delta=u * phi), bugs
            for slope in (*self.slopes[i], *masks(known, u)):
                yield chain._replace(delta=u * slope.value), (*bugs, Bug(slope.code, "delta", slope.name))
        G = self.given[i + 1].W
        if G is not None and norm(G) > 0:
            moved = updated_weights(delta, G, delta @ numpy.swapaxes(upper.W, -1, -2), phi, self._seen(i))
            if moved is not None:
                yield chain._replace(delta=moved[1]), (Bug("weights-updated", "delta", "", moved[0]),)

    def _fitted(self, i: int, chains: Sequence[Chain]) -> Iterator[tuple[Chain, tuple[Bug, ...]]]:
        """Yield the ways down with a derivative that is no known function, fitted."""
        for chain in chains:
            u = chain.delta @ numpy.swapaxes(self.traces[i + 1].W, -1, -2)
            slope = fitted_derivative(u, self.traces[i].z, self._seen(i))
            right = self.network.activations[i].df(self.traces[i].z)
            if slope is not None and norm(slope.value - right) > 50 * SMOOTH * norm(right):
                yield chain._replace(delta=u * slope.value), (Bug(slope.code, "delta", slope.name),)

    def _seen(self, i: int) -> list[tuple[Host, Host]]:
        given, trace = self.given[i], self.traces[i]
        pairs = []
        if given.W is not None:
            R, lam = self._decay(i, "W")
            pairs.append((given.W if R is None else given.W - lam * R, trace.x))
        if given.b is not None and given.b.shape[1] == trace.z.shape[-1]:
            R, lam = self._decay(i, "b")
            rest = given.b if R is None else given.b - lam * R
            pairs.append((rest[:, None, :], numpy.ones((*trace.x.shape[:2], 1))))
        return pairs


def _lost(chain: Chain, layer: int) -> bool:
    return any(located.layer == layer and located.bug.code == "unknown" for located in chain.bugs)


def _unknown(part: str) -> Explanation:
    return Explanation(UNKNOWN_COST, (Bug("unknown", part),))


def _merged(w: tuple[Bug, ...], b: tuple[Bug, ...], first: bool, bare: bool) -> tuple[Bug, ...]:
    """Join the same bug on weights and biases into one of the layer: in the first layer that is one of its delta."""
    if w and (bare or (len(w) == len(b) and all(x.is_like(y) for x, y in zip(w, b, strict=True)))):
        flows = first and all(bug.multiplies != 1.0 for bug in w)
        return tuple(bug._replace(part="delta" if flows else "W" if bare else "layer") for bug in w)
    return (*w, *b)
