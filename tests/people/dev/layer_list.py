import numpy as np

class Dense:
    def __init__(self, input_size, output_size, rng):
        self.weights = rng.randn(output_size, input_size) * np.sqrt(1 / input_size)
        self.bias = rng.randn(output_size, 1) * 0.1

    def forward(self, input):
        self.input = input
        return np.dot(self.weights, self.input) + self.bias

    def backward(self, output_gradient, learning_rate):
        weights_gradient = np.dot(output_gradient, self.input.T)
        input_gradient = np.dot(self.weights.T, output_gradient)
        self.weights -= learning_rate * weights_gradient
        self.bias -= learning_rate * output_gradient
        return input_gradient

class Activation:
    def __init__(self, f, df):
        self.f = f
        self.df = df

    def forward(self, input):
        self.input = input
        return self.f(input)

    def backward(self, output_gradient, learning_rate):
        return output_gradient * self.df(self.input)

def Tanh():
    return Activation(np.tanh, lambda x: 1 - np.tanh(x) ** 2)

def predict(network, input):
    output = input
    for layer in network:
        output = layer.forward(output)
    return output

def mse(y_true, y_pred):
    return np.mean(np.power(y_true - y_pred, 2))

def mse_prime(y_true, y_pred):
    return 2 * (y_pred - y_true) / np.size(y_true)

def one_sample(network, x, y, learning_rate=0.1):
    output = predict(network, x)
    grad = mse_prime(y, output)
    for layer in reversed(network):
        grad = layer.backward(grad, learning_rate)

def build(seed=180):
    rng = np.random.RandomState(seed)
    return [Dense(2, 5, rng), Tanh(), Dense(5, 3, rng), Tanh(), Dense(3, 2, rng), Tanh()]

X = np.reshape([[0, 0], [0, 1], [1, 0], [1, 1]], (4, 2, 1))
Y = np.reshape([[0, 0], [1, 0], [1, 0], [0, 0.9]], (4, 2, 1))

def train(network, epochs=3000):
    for e in range(epochs):
        error = 0
        for x, y in zip(X, Y):
            error += mse(y, predict(network, x))
            one_sample(network, x, y)
    return error / len(X)

if __name__ == "__main__":
    print(train(build()))
