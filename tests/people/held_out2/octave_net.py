import numpy as np
from numpy import zeros, ones, sin, arange, hstack, log

# ex4: nnCostFunction with everything in nn_params. Labels are 1..num_labels like in the course

def debug_weights(fan_out, fan_in):
    W = zeros((fan_out, 1 + fan_in))
    return sin(arange(1, W.size + 1)).reshape(W.shape, order='F') / 10 * 7

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoidGradient(z):
    return sigmoid(z) * (1 - sigmoid(z))

input_layer_size, hidden_layer_size, num_labels = 4, 6, 3
nn_params = hstack([debug_weights(hidden_layer_size, input_layer_size).ravel(order='F'),
                    debug_weights(num_labels, hidden_layer_size).ravel(order='F')])

def thetas(nn_params):
    cut = hidden_layer_size * (input_layer_size + 1)
    Theta1 = nn_params[:cut].reshape((hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = nn_params[cut:].reshape((num_labels, hidden_layer_size + 1), order='F')
    return Theta1, Theta2

def nnCostFunction(nn_params, X, y, lambda_=0.01):
    Theta1, Theta2 = thetas(nn_params)
    m = X.shape[0]

    J = 0.0
    Theta1_grad = zeros(Theta1.shape)
    Theta2_grad = zeros(Theta2.shape)
    for t in range(m):
        a1 = hstack([1, X[t]])
        z2 = Theta1.dot(a1)
        a2 = hstack([1, sigmoid(z2)])
        z3 = Theta2.dot(a2)
        h = sigmoid(z3)
        yy = (arange(1, num_labels + 1) == y[t]) * 1
        J = J + sum(-yy * log(h) - (1 - yy) * log(1 - h))

        d3 = h - yy
        d2 = Theta2.T.dot(d3) * hstack([1, sigmoidGradient(z2)])
        d2 = d2[1:]
        Theta1_grad = Theta1_grad + d2[:, None].dot(a1[None, :])
        Theta2_grad = Theta2_grad + d3[:, None].dot(a2[None, :])
    J = J / m
    J = J + lambda_ / (2 * m) * ((Theta1[:, 1:] ** 2).sum() + (Theta2[:, 1:] ** 2).sum())

    Theta1_grad = Theta1_grad / m
    Theta2_grad = Theta2_grad / m
    Theta1_grad[:, 1:] += lambda_ / m * Theta1[:, 1:]
    Theta2_grad[:, 1:] += lambda_ / m * Theta2[:, 1:]
    grad = hstack([Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')])
    return J, grad

def flowers():
    r = np.random.RandomState(200)
    y = 1 + arange(45) % 3
    X = r.randn(3, 4)[y - 1] * 1.5 + .5 * r.randn(45, 4)
    return X, y

def train(iters=400, alpha=2.0):
    p = nn_params.copy()
    X, y = flowers()
    for i in range(iters):
        J, grad = nnCostFunction(p, X, y)
        p = p - alpha * grad
    return J

if __name__ == '__main__':
    print(train())
