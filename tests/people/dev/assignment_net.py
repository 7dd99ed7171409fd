import numpy as np


class TwoLayerNet(object):
    """affine - relu - affine - softmax, regularised; std=1e-1"""

    def __init__(self, input_size, hidden_size, output_size, std=1e-1):
        np.random.seed(160)
        self.params = {}
        self.params['W1'] = std * np.random.randn(input_size, hidden_size)
        self.params['b1'] = np.zeros(hidden_size)
        self.params['W2'] = std * np.random.randn(hidden_size, output_size)
        self.params['b2'] = np.zeros(output_size)

    def loss(self, X, y=None, reg=0.0):
        W1, b1, W2, b2 = (self.params[k] for k in ('W1', 'b1', 'W2', 'b2'))
        N = X.shape[0]
        hidden = np.maximum(0, X.dot(W1) + b1)
        scores = hidden.dot(W2) + b2
        if y is None:
            return scores
        shifted = scores - scores.max(axis=1, keepdims=True)
        logsum = np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        data_loss = -(shifted - logsum)[np.arange(N), y].sum() / N
        loss = data_loss + reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        grads = {}
        dscores = np.exp(shifted - logsum)
        dscores[np.arange(N), y] -= 1
        dscores /= N
        grads['W2'] = hidden.T.dot(dscores) + 2 * reg * W2
        grads['b2'] = np.sum(dscores, axis=0)
        dhidden = dscores.dot(W2.T)
        dhidden[hidden <= 0] = 0
        grads['W1'] = X.T.dot(dhidden) + 2 * reg * W1
        grads['b1'] = np.sum(dhidden, axis=0)
        grads['dhidden'] = dhidden
        return loss, grads

    def train(self, X, y, learning_rate=1e-1, reg=5e-6, num_iters=1000):
        history = []
        for it in range(num_iters):
            loss, grads = self.loss(X, y, reg)
            history.append(loss)
            for k in self.params:
                self.params[k] -= learning_rate * grads[k]
        return history


def toy():
    np.random.seed(1)
    y = np.array([0, 1, 2, 2, 1])
    return 10 * np.random.randn(5, 4), y


if __name__ == '__main__':
    X, y = toy()
    net = TwoLayerNet(4, 10, 3)
    print('Final training loss: ', net.train(X, y)[-1])
