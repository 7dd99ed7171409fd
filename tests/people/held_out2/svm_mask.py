import numpy as np


def svm_loss_vec(W, X, y, reg):
    n = X.shape[0]
    scores = X.dot(W)
    right = scores[np.arange(n), y].reshape(-1, 1)
    margins = np.maximum(0, scores - right + 1)
    margins[np.arange(n), y] = 0
    loss = margins.sum() / n + reg * np.sum(W * W)

    # gradient, no loops
    hit = np.zeros_like(margins)
    hit[margins > 0] = 1
    hit[np.arange(n), y] = -1
    dW = X.T.dot(hit) / n + 2 * reg * W
    return loss, dW


class LinearClassifier(object):
    W = None

    def train(self, X, y, learning_rate=0.2, reg=1e-3, num_iters=600, batch_size=30, verbose=False):
        rs = np.random.RandomState(60)
        if self.W is None:
            self.W = 0.01 * rs.randn(X.shape[1], y.max() + 1)
        hist = []
        for it in range(num_iters):
            ix = rs.choice(len(y), batch_size)
            loss, dW = svm_loss_vec(self.W, X[ix], y[ix], reg)
            hist.append(loss)
            self.W -= learning_rate * dW
            if verbose and it % 100 == 0:
                print('%d / %d: %f' % (it, num_iters, loss))
        return hist

    def predict(self, X):
        return X.dot(self.W).argmax(axis=1)


def load(n=120, K=6):
    rs = np.random.RandomState(61)
    y = np.arange(n) % K
    X = 1.1 * rs.randn(K, 8)[y] + 0.6 * rs.randn(n, 8)
    return np.hstack([X, np.ones((n, 1))]), y


if __name__ == '__main__':
    X, y = load()
    clf = LinearClassifier()
    clf.train(X, y, verbose=True)     # down at first, then up and up???
    print('accuracy', np.mean(clf.predict(X) == y))
