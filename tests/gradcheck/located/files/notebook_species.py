# %% imports
import numpy as np
np.random.seed(7)

# %% data: three species, four measurements
n_per = 4
X = np.vstack([np.random.randn(n_per, 4) + c for c in ([0, 1, 0, .5], [1, 0, .3, 0], [-1, -.5, 1, 1])])
labels = np.repeat(np.arange(3), n_per)
m = len(X)
# one-hot with a little smoothing
eps = 0.1
T = np.full((m, 3), eps / 3)
T[np.arange(m), labels] += 1 - eps

# %% weights
H = 6
w_in = np.random.randn(4, H) * .5
b_in = np.random.randn(H) * .1
w_mid = np.random.randn(H, 5) * .5
b_mid = np.random.randn(5) * .1
w_out = np.random.randn(5, 3) * .5
b_out = np.random.randn(3) * .1


# %% forward
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def forward(x):
    global a1, a2, probs
    a1 = np.tanh(x @ w_in + b_in)
    a2 = np.tanh(a1 @ w_mid + b_mid)
    probs = softmax(a2 @ w_out + b_out)
    return probs


# %% the cost
def cost(x, t):
    return -np.sum(t * np.log(forward(x))) / m


# %% backprop, everything is in the globals
def backprop(x, t):
    global d_w_in, d_b_in, d_w_mid, d_b_mid, d_w_out, d_b_out
    forward(x)
    d3 = (probs - t) / m
    d_w_out = a2.T @ d3
    d_b_out = d3.sum(axis=0)
    d2 = d3 @ w_out.T * (1 - a2 ** 2)
    d_w_mid = a1.T @ d2
    d_b_mid = d2.sum(axis=0)
    d1 = d2 @ w_mid.T * (1 - a1 ** 2)
    d_w_in = x.T @ d1
    d_b_in = d1.sum(axis=0)


# %% a few steps by hand, to see it go down
history = []
for step in range(3):
    backprop(X, T)
    w_in = w_in - .1 * d_w_in
    w_mid = w_mid - .1 * d_w_mid
    w_out = w_out - .1 * d_w_out
    history.append(cost(X, T))


# %% for the gradient check
def assign(p):
    global w_in, b_in, w_mid, b_mid, w_out, b_out
    w_in, b_in, w_mid, b_mid, w_out, b_out = p


def loss(p, x, t):
    assign(p)
    return cost(x, t)


def gradients(p, x, t):
    assign(p)
    backprop(x, t)
    return (d_w_in, d_b_in, d_w_mid, d_b_mid, d_w_out, d_b_out)


params = (w_in, b_in, w_mid, b_mid, w_out, b_out)
data = (X, T)
