import numpy as np

"""
Denoising autoencoder with tied weights: the decoder is the encoder's transpose. A sparsity penalty on the mean
activation (rho) is added, and decay on W.
"""

lam, beta, rho = 1e-2, 0.3, 0.2

np.random.seed(1234)
n_visible, n_hidden = 7, 4
W = np.random.uniform(-0.9, 0.9, size=(n_visible, n_hidden))
params = {'W': W, 'b_hid': np.zeros(n_hidden) - 0.3, 'b_vis': np.random.normal(0, .1, n_visible)}

clean = np.random.rand(8, n_visible)
corrupted = clean * (np.random.rand(8, n_visible) > 0.3)
data = (clean, corrupted)

sigmoid = lambda t: 1.0 / (1.0 + np.exp(-t))


def encode(p, x):
    return sigmoid(np.dot(x, p['W']) + p['b_hid'])


def decode(p, h):
    return sigmoid(np.dot(h, p['W'].T) + p['b_vis'])


def loss(p, clean, corrupted):
    h = encode(p, corrupted)
    r = decode(p, h)
    m = len(clean)
    xent = -np.sum(clean*np.log(r) + (1 - clean)*np.log(1 - r)) / m
    rho_hat = h.mean(axis=0)
    sparsity = np.sum(rho*np.log(rho/rho_hat) + (1 - rho)*np.log((1 - rho)/(1 - rho_hat)))
    return xent + beta*sparsity + lam/2*np.sum(p['W']**2)


def gradients(p, clean, corrupted):
    h = encode(p, corrupted)
    r = decode(p, h)
    m = len(clean)
    rho_hat = h.mean(axis=0)

    d_out = (r - clean) / m
    d_rho = beta*(-rho/rho_hat + (1 - rho)/(1 - rho_hat))
    d_h = np.dot(d_out, p['W']) + d_rho/m
    d_hid = d_h*h*(1 - h)

    dW = np.dot(corrupted.T, d_hid)
    dW += np.dot(d_out.T, h)
    dW += lam*p['W']
    return {'W': dW, 'b_hid': d_hid.sum(axis=0), 'b_vis': d_out.sum(axis=0)}
