"""The doctor as a callback of :func:`train`: it looks at every loss, and once an epoch into the network."""

from typing import Any

from ..doctor.run.recorder import Doctor as Recorder
from ..nn import copied
from .callbacks import Callback
from .run import Run

_ROWS = 256  # of the training samples: those that are looked at, always the same


class Doctor(Recorder, Callback):
    """Watches a run and says why it does not learn.

    As a callback of :func:`xnn.train` it looks by itself, each epoch at the same 256 samples. In a loop of your own,
    call ``record`` each step with what you have. ``report`` says what was seen, then or at the end.

    Examples
    --------
    >>> import xnn
    >>> doctor = xnn.Doctor()
    >>> X, y = xnn.datasets.circle(n=200, seed=0)
    >>> result = xnn.train(X, y, hidden=8, epochs=20, learning_rate=1e-9, callbacks=[doctor], doctor="off")
    >>> [finding.code for finding in doctor.report().findings]
    ['learning-rate-low']
    """

    def on_start(self, run: Run) -> None:
        """Forget a run before this one."""
        self._forget()
        self._losses: list[tuple[int, Any]] = []
        self._held: list[float] = []
        self._look(run)

    def on_step(self, run: Run) -> None:
        """Keep the loss on the device; after the first step of an epoch, look what it did."""
        self._losses.append((run.step, copied([run.loss])[0]))
        if run.step % run.steps == 1 % run.steps:
            self._look(run)

    def on_epoch(self, run: Run) -> None:
        """Fetch the losses, and look into the network."""
        self.history.loss += [(step, float(loss)) for step, loss in self._losses]
        self._losses.clear()
        if run.history.validation_loss:
            self.history.validation_loss.append((run.step, run.history.validation_loss[-1]))
        self._before.clear()  # many steps lie between: only single ones are measured
        self._look(run)

    def on_end(self, run: Run) -> None:
        """Fetch what is left."""
        self.history.loss += [(step, float(loss)) for step, loss in self._losses]
        self._losses.clear()
        self._step = run.step

    def _look(self, run: Run) -> None:
        """Record weights, gradients and activations on the same samples as always, without dropout."""
        recipe, batch = run.recipe, next(run.data.batches(_ROWS))
        outputs, traces = recipe.mlp.forward(run.params, batch.x)
        slope = recipe.loss.value_and_gradient(outputs, batch.targets, batch.weights)[1]
        gradients = recipe.mlp.backward(run.params, traces, slope)
        if recipe.penalty:
            gradients = recipe.penalty.add_gradient(run.params, gradients)
        self._step = run.step - 1
        self.record(
            params=run.params, gradients=gradients,
            activations={f"layer {i + 1}": trace.y for i, trace in enumerate(traces[:-1])},
        )  # fmt: skip
