from numpy import array, dot, random, exp, mean

class NeuralNetwork():
    def __init__(self):
        random.seed(1)
        self.synaptic_weights = 2 * random.random((3, 1)) - 1
        self.bias = 0

    def __sigmoid(self, x):
        return 1 / 1 + exp(-x)

    def __sigmoid_derivative(self, x):
        return x * (1 - x)

    def think(self, inputs):
        return self.__sigmoid(dot(inputs, self.synaptic_weights) + self.bias)

    def error(self, inputs, outputs):
        return mean((outputs - self.think(inputs)) ** 2)

    def gradient(self, inputs, outputs):
        output = self.think(inputs)
        error = outputs - output
        d = -2 * error * self.__sigmoid_derivative(output) / len(inputs)
        return {"synaptic_weights": dot(inputs.T, d), "bias": d.sum()}

    def train(self, inputs, outputs, iterations=5000, rate=1.0):
        for i in range(iterations):
            g = self.gradient(inputs, outputs)
            self.synaptic_weights -= rate * g["synaptic_weights"]
            self.bias -= rate * g["bias"]
        return self.error(inputs, outputs)

training_inputs = array([[0, 0, 1], [1, 1, 1], [1, 0, 1], [0, 1, 1]])
training_outputs = array([[0, 1, 1, 0]]).T

if __name__ == "__main__":
    nn = NeuralNetwork()
    print(nn.train(training_inputs, training_outputs))
    print(nn.think(array([1, 0, 0])))
