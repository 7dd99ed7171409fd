"""Two heads of causal self-attention with a learnt bias for each distance, in jax.numpy without jax.grad."""

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

HEADS, WIDTH, STEPS = 2, 6, 5
DH = WIDTH // HEADS
distance = np.arange(STEPS)[:, None] - np.arange(STEPS)[None, :]
allowed = jnp.asarray(distance >= 0)
slot = jnp.asarray(np.maximum(distance, 0))


def split(x):
    b, t, _ = x.shape
    return x.reshape(b, t, HEADS, DH).transpose(0, 2, 1, 3)


def merge(x):
    b, h, t, d = x.shape
    return x.transpose(0, 2, 1, 3).reshape(b, t, h * d)


def attend(p, x):
    q = split(x @ p["q"])
    k = split(x @ p["k"])
    v = split(x @ p["v"])
    s = q @ k.swapaxes(2, 3) / DH**0.5 + jnp.take(p["bias"], slot, axis=1)
    s = jnp.where(allowed, s, -1e9)
    w = jax.nn.softmax(s, axis=-1)
    ctx = merge(w @ v)
    return q, k, v, w, ctx


def loss(p, x, target):
    ctx = attend(p, x)[-1]
    y = x + ctx @ p["o"]
    return jnp.mean(jnp.sum((y - target) ** 2, axis=-1))


def gradients(p, x, target):
    q, k, v, w, ctx = attend(p, x)
    y = x + ctx @ p["o"]
    b, t, _ = x.shape
    dy = 2 * (y - target) / (b * t)

    d_o = jnp.einsum("bti,btj->ij", ctx, dy)
    dctx = split(dy @ p["o"].T)
    dv = jnp.einsum("bhij,bhid->bhjd", w, dctx)
    dw = jnp.einsum("bhid,bhjd->bhij", dctx, v)
    ds = w * (dw - jnp.sum(w * dw, axis=-1, keepdims=True))

    dbias = jnp.zeros_like(p["bias"])
    dbias = dbias.at[:, slot].add(ds.sum(axis=0))

    dq = jnp.einsum("bhij,bhjd->bhid", ds, k) / DH**0.5
    dk = jnp.einsum("bhij,bhid->bhjd", ds, q) / DH**0.5

    flat = x.reshape(-1, WIDTH)
    return {
        "q": flat.T @ merge(dq).reshape(-1, WIDTH),
        "k": flat.T @ merge(dk).reshape(-1, WIDTH),
        "v": flat.T @ merge(dv).reshape(-1, WIDTH),
        "o": d_o,
        "bias": dbias,
    }


_g = np.random.default_rng(10)
params = {name: jnp.asarray(_g.normal(size=(WIDTH, WIDTH)) * 0.5) for name in "qkvo"}
params["bias"] = jnp.asarray(_g.normal(size=(HEADS, STEPS)))
data = (jnp.asarray(_g.normal(size=(3, STEPS, WIDTH))), jnp.asarray(_g.normal(size=(3, STEPS, WIDTH))))
