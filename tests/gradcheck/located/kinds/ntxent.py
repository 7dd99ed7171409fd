"""Two views of each sample, normalised temperature-scaled cross-entropy between them; jax.numpy, derivatives by hand."""

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
TEMPERATURE = 0.5


def project(params, x):
    h = jax.nn.softplus(x @ params["base"])
    z = h @ params["head"]
    length = jnp.sqrt(jnp.sum(z * z, axis=1, keepdims=True))
    return h, z / length, length


def contrast(u):
    """Log-probabilities that sample i picks sample j, never itself."""
    m = len(u)
    sim = u @ u.T / TEMPERATURE
    return jax.nn.log_softmax(sim - 1e9 * np.eye(m), axis=1)


def partner(m):
    half = m // 2
    return np.concatenate([np.arange(half, m), np.arange(half)])


def loss(params, first, second):
    x = jnp.concatenate([first, second])
    _, u, _ = project(params, x)
    logp = contrast(u)
    return -jnp.sum(logp * np.eye(len(x))[partner(len(x))]) / len(x)


def gradients(params, first, second):
    x = jnp.concatenate([first, second])
    m = len(x)
    h, u, length = project(params, x)
    prob = jnp.exp(contrast(u))
    onehot = jnp.asarray(np.eye(m)[partner(m)])
    dsim = (prob - onehot) / (m * TEMPERATURE)
    du = dsim @ u + dsim.T @ u
    dz = (du - u * jnp.sum(u * du, axis=1, keepdims=True)) / length
    ghead = h.T @ dz
    dh = dz @ params["head"].T
    # softplus(a) = h, so its derivative sigmoid(a) is 1 - exp(-h)
    gbase = x.T @ (dh * (1 - jnp.exp(-h)))
    return {"base": gbase, "head": ghead}


_r = np.random.default_rng(15)
params = {
    "base": jnp.asarray(_r.normal(size=(4, 7)) * 0.6),
    "head": jnp.asarray(_r.normal(size=(7, 3))),
}
_x = _r.normal(size=(5, 4))
data = (jnp.asarray(_x + 0.3 * _r.normal(size=_x.shape)), jnp.asarray(_x + 0.3 * _r.normal(size=_x.shape)))
