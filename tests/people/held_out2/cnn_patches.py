import numpy as np

# filters -> max pool -> softmax, every layer has forward and backward (backward also updates)

class ConvLayer:
    def __init__(self, num_kernels, kernel_size, rs):
        self.kernels = rs.randn(num_kernels, kernel_size, kernel_size) / kernel_size ** 2
        self.bias = np.zeros(num_kernels)

    def patches(self, image):
        k = self.kernels.shape[1]
        for h in range(image.shape[0] - k + 1):
            for w in range(image.shape[1] - k + 1):
                yield image[h:h+k, w:w+k], h, w

    def forward(self, image):
        self.image = image
        k = self.kernels.shape[1]
        out = np.zeros((image.shape[0] - k + 1, image.shape[1] - k + 1, len(self.kernels)))
        for patch, h, w in self.patches(image):
            out[h, w] = np.sum(patch * self.kernels, axis=(1, 2)) + self.bias
        return out

    def backward(self, dE_dY, alpha):
        dE_dk = np.zeros(self.kernels.shape)
        for patch, h, w in self.patches(self.image):
            for f in range(len(self.kernels)):
                dE_dk[f] += patch * dE_dY[h, w, f]
        self.kernels = self.kernels - alpha * dE_dk
        self.bias = self.bias - alpha * dE_dY.sum(axis=(0, 1))


class PoolLayer:
    def __init__(self, size):
        self.size = size

    def patches(self, image):
        s = self.size
        for h in range(image.shape[0] // s):
            for w in range(image.shape[1] // s):
                yield image[h*s:h*s+s, w*s:w*s+s], h, w

    def forward(self, image):
        self.image = image
        s = self.size
        out = np.zeros((image.shape[0] // s, image.shape[1] // s, image.shape[2]))
        for patch, h, w in self.patches(image):
            out[h, w] = np.amax(patch, axis=(0, 1))
        return out

    def backward(self, dE_dY, alpha):
        dE_dk = np.zeros(self.image.shape)
        for patch, h, w in self.patches(self.image):
            top = np.amax(patch, axis=(0, 1))
            for a in range(patch.shape[0]):
                for b in range(patch.shape[1]):
                    for f in range(patch.shape[2]):
                        if patch[a, b, f] == top[f]:
                            dE_dk[h*self.size + a, w*self.size + b, f] = dE_dY[h, w, f]
            return dE_dk


class SoftmaxLayer:
    def __init__(self, n_in, n_out, rs):
        self.weight = rs.randn(n_in, n_out) / n_in
        self.bias = np.zeros(n_out)

    def forward(self, image):
        self.shape = image.shape
        self.flat = image.flatten()
        z = np.dot(self.flat, self.weight) + self.bias
        e = np.exp(z - z.max())
        self.out = e / e.sum()
        return self.out

    def backward(self, label, alpha):
        dz = self.out.copy()
        dz[label] -= 1
        dE_dX = (self.weight @ dz).reshape(self.shape)
        self.weight = self.weight - alpha * np.outer(self.flat, dz)
        self.bias = self.bias - alpha * dz
        return dE_dX


def make_layers():
    rs = np.random.RandomState(31)
    return [ConvLayer(3, 3, rs), PoolLayer(2), SoftmaxLayer(3 * 3 * 3, 3, rs)]

def shapes(n=36):
    rs = np.random.RandomState(32)
    X = rs.rand(n, 8, 8) * 0.4 - 0.5
    y = np.arange(n) % 3
    for img, lab in zip(X, y):
        r, c = rs.randint(0, 5, 2)
        if lab == 0:
            img[r:r+4, c:c+4] += np.eye(4)
        elif lab == 1:
            img[r:r+4, c:c+4] += np.eye(4)[::-1]
        else:
            img[r:r+2, c:c+2] += 1
    return X, y

def forward(layers, image):
    for l in layers:
        image = l.forward(image)
    return image

def error(layers, image, label):
    return -np.log(forward(layers, image)[label])

def train_step(layers, image, label, alpha=0.05):
    forward(layers, image)
    g = label
    for l in reversed(layers):
        g = l.backward(g, alpha)

def train(layers, epochs=25):
    X, y = shapes()
    for e in range(epochs):
        for image, label in zip(X, y):
            train_step(layers, image, label)
    return sum(error(layers, i, l) for i, l in zip(X, y)) / len(X)

if __name__ == '__main__':
    print('error:', train(make_layers()))
