"""JAX and optax: the whole step one compiled function, the gather of the batch in it, its memory given away."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import optax

from ..setting import LEARNING_RATE, Setting
from .peer import Peer
from .timing import seconds_of_each


class JaxOptax(Peer):
    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        if setting.device is not None:
            jax.config.update("jax_default_device", jax.devices(setting.device)[0])
        self.inputs, self.labels = jnp.array(self.X), jnp.array(self.y, dtype=jnp.int32)
        self.params = [(jnp.array(W), jnp.array(b)) for W, b in setting.weights()]
        optimizer = (optax.adam if setting.optimizer == "adam" else optax.sgd)(LEARNING_RATE)
        self.state = optimizer.init(self.params)

        def forward(params: Any, x: Any) -> Any:
            for W, b in params[:-1]:
                x = jax.nn.relu(x @ W + b)
            W, b = params[-1]
            return x @ W + b

        def loss(params: Any, x: Any, y: Any) -> Any:
            return optax.softmax_cross_entropy_with_integer_labels(forward(params, x), y).mean()

        @partial(jax.jit, donate_argnums=(0, 1))
        def step(params: Any, state: Any, x: Any, y: Any) -> Any:
            value, gradients = jax.value_and_grad(loss)(params, x, y)
            updates, state = optimizer.update(gradients, state)
            return optax.apply_updates(params, updates), state, value

        @partial(jax.jit, donate_argnums=(0, 1))
        def step_of_rows(params: Any, state: Any, X: Any, y: Any, rows: Any) -> Any:
            return step(params, state, X[rows], y[rows])

        self.step, self.step_of_rows = step, step_of_rows
        self.classes = jax.jit(lambda params, x: forward(params, x).argmax(axis=1))
        self.batch = self.inputs[: setting.batch_size], self.labels[: setting.batch_size]

    def steps(self, count: int) -> float:
        loss: Any = 0.0
        for _ in range(count):
            self.params, self.state, loss = self.step(self.params, self.state, *self.batch)
        jax.block_until_ready(self.params)
        return float(loss)

    def epoch(self) -> float:
        losses = []
        for rows in self.batches():
            self.params, self.state, loss = self.step_of_rows(self.params, self.state, self.inputs, self.labels, rows)
            losses.append(loss)
        return float(sum(jax.device_get(losses)))

    def epochs(self, count: int) -> list[float]:
        return seconds_of_each(count, self.epoch)

    def predict(self) -> Any:
        return jax.device_get(self.classes(self.params, self.inputs))
