"""Tree nodes in the Poincare disc: Fermi-Dirac probabilities of links from hyperbolic distances (jax arrays)."""

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)


def distance_parts(a, b):
    gap = jnp.sum((a - b) ** 2, axis=1)
    alpha = 1 - jnp.sum(a * a, axis=1)
    beta = 1 - jnp.sum(b * b, axis=1)
    x = 1 + 2 * gap / (alpha * beta)
    return gap, alpha, beta, x


def link_logit(params, left, right):
    a = jnp.take(params["nodes"], left, axis=0)
    b = jnp.take(params["nodes"], right, axis=0)
    gap, alpha, beta, x = distance_parts(a, b)
    dist = jnp.arccosh(x)
    logit = (params["radius"] - dist) * jnp.exp(-params["log_t"])
    return a, b, gap, alpha, beta, x, dist, logit


def loss(params, left, right, linked):
    logit = link_logit(params, left, right)[-1]
    return jnp.mean(jax.nn.softplus(logit) - linked * logit)


def gradients(params, left, right, linked):
    a, b, gap, alpha, beta, x, dist, logit = link_logit(params, left, right)
    cold = jnp.exp(-params["log_t"])
    dlogit = (jax.nn.sigmoid(logit) - linked) / len(linked)
    dradius = jnp.sum(dlogit * cold, keepdims=True)
    dlog_t = -jnp.sum(dlogit * logit, keepdims=True)

    ddist = -dlogit * cold
    dx = ddist / jnp.sqrt(x**2 - 1)
    dgap = 2 * dx / (alpha * beta)
    dalpha = -2 * dx * gap / (alpha**2 * beta)
    dbeta = -2 * dx * gap / (alpha * beta**2)

    toward = 2 * dgap[:, None] * (a - b)
    da = toward - 2 * dalpha[:, None] * a
    db = -toward - 2 * dbeta[:, None] * b
    dnodes = jnp.zeros_like(params["nodes"])
    dnodes = dnodes.at[left].add(da)
    dnodes = dnodes.at[right].add(db)
    return {"nodes": dnodes, "radius": dradius, "log_t": dlog_t}


_rng = np.random.default_rng(8)
_angle = _rng.uniform(0, 2 * np.pi, 7)
_r = np.sqrt(_rng.uniform(0.02, 0.7, 7))
params = {
    "nodes": jnp.asarray(np.stack([_r * np.cos(_angle), _r * np.sin(_angle)], axis=1)),
    "radius": jnp.array([1.3]),
    "log_t": jnp.array([-0.4]),
}
_left, _right = np.triu_indices(7, k=1)
_linked = np.isin(_right, [1, 2]) & (_left == 0) | (_left == 1) & (_right < 5) | (_left == 2) & (_right > 4)
data = (jnp.asarray(_left), jnp.asarray(_right), jnp.asarray(_linked.astype(float)))
