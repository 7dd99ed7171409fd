import numpy as np

# Denoising + sparse autoencoder with tied weights, samples are COLUMNS like in the UFLDL course
# cost = squared error + weight decay + beta * KL(rho || rho_hat)

np.random.seed(27)
RHO, BETA_SPARSE, LAMBDA = 0.15, 0.3, 0.01


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def feedforward(theta, noisy):
    W, b1, b2 = theta["W"], theta["b1"], theta["b2"]
    a2 = sigmoid(np.dot(W, noisy) + b1)
    a3 = sigmoid(np.dot(W.T, a2) + b2)
    return a2, a3


def sparse_autoencoder_cost(theta, clean, noisy):
    m = clean.shape[1]
    a2, a3 = feedforward(theta, noisy)
    rho_hat = a2.mean(axis=1)
    squares = 0.5 * np.sum((a3 - clean) ** 2) / m
    decay = 0.5 * LAMBDA * np.sum(theta["W"] ** 2)
    KL = np.sum(RHO * np.log(RHO / rho_hat) + (1 - RHO) * np.log((1 - RHO) / (1 - rho_hat)))
    return squares + decay + BETA_SPARSE * KL


def sparse_autoencoder_grad(theta, clean, noisy):
    W = theta["W"]
    m = clean.shape[1]
    a2, a3 = feedforward(theta, noisy)
    rho_hat = a2.mean(axis=1)[:, np.newaxis]
    delta3 = (a3 - clean) * a3 * (1 - a3)
    sparsity = BETA_SPARSE * (-RHO / rho_hat + (1 - RHO) / (1 - rho_hat))
    delta2 = (np.dot(W, delta3) + sparsity) * a2 * (1 - a2)
    #delta2 = np.dot(W, delta3) * a2 * (1 - a2)      # without sparsity
    grad = {}
    # W stands in the encoder and, transposed, in the decoder
    encoder = np.dot(delta2, noisy.T)
    decoder = np.dot(a2, delta3.T)
    grad["W"] = (encoder + decoder) / m + LAMBDA * W
    grad["b1"] = np.sum(delta2, axis=1, keepdims=True) / m
    grad["b2"] = np.sum(delta3, axis=1, keepdims=True) / m
    return grad


loss = sparse_autoencoder_cost
gradients = sparse_autoencoder_grad
params = {"W": np.random.randn(4, 7), "b1": np.random.randn(4, 1) * 0.3, "b2": np.random.randn(7, 1) * 0.3}
clean = np.random.rand(7, 10)
data = (clean, clean * (np.random.rand(7, 10) > 0.25))
