"""GloVe-like factorisation of a symmetric co-occurrence table: weighted squares of the logarithms (jax arrays)."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)


@dataclass
class Table:
    left: jax.Array
    right: jax.Array
    left_bias: jax.Array
    right_bias: jax.Array
    slope: jax.Array


X_MAX = 20.0


def weight(counts):
    return jnp.where(counts < X_MAX, (counts / X_MAX) ** 0.75, 1.0)


def residual(t, rows, cols, counts):
    fit = jnp.sum(jnp.take(t.left, rows, axis=0) * jnp.take(t.right, cols, axis=0), axis=1)
    fit = fit + jnp.take(t.left_bias, rows) + jnp.take(t.right_bias, cols)
    # rare and frequent pairs do not lie on the same line, hence a learnt slope
    return fit - t.slope * jnp.log(counts)


def loss(t, rows, cols, counts):
    r = residual(t, rows, cols, counts)
    ridge = (t.left**2).sum() + (t.right**2).sum()
    return 0.5 * (weight(counts) * r**2).sum() / len(counts) + 5e-3 * ridge


def gradients(t, rows, cols, counts):
    r = residual(t, rows, cols, counts)
    e = weight(counts) * r / len(counts)
    left = jnp.zeros_like(t.left).at[rows].add(e[:, None] * t.right[cols])
    right = jnp.zeros_like(t.right).at[cols].add(e[:, None] * t.left[rows])
    left = left + 1e-2 * t.left
    right = right + 1e-2 * t.right
    return Table(
        left=left,
        right=right,
        left_bias=jnp.zeros_like(t.left_bias).at[rows].add(e),
        right_bias=jnp.zeros_like(t.right_bias).at[cols].add(e),
        slope=-jnp.sum(e * jnp.log(counts)).reshape(1),
    )


def _toy(n_left, n_right, n_pairs):
    r = np.random.default_rng(33)
    rows = r.integers(n_left, size=n_pairs)
    cols = r.integers(n_right, size=n_pairs)
    counts = np.exp(r.normal(2.0, 1.2, size=n_pairs))
    return jnp.asarray(rows), jnp.asarray(cols), jnp.asarray(counts)


_k = jax.random.split(jax.random.PRNGKey(0), 4)
params = Table(
    left=jax.random.normal(_k[0], (6, 3)),
    right=jax.random.normal(_k[1], (7, 3)),
    left_bias=jax.random.normal(_k[2], (6,)),
    right_bias=jax.random.normal(_k[3], (7,)),
    slope=jnp.array([0.7]),
)
data = _toy(6, 7, 25)
