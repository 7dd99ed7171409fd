from numpy import array, exp, random

class OneNeuron():
    def __init__(self):
        random.seed(1)
        self.w = random.uniform(-1, 1, (3, 1))
        self.bias = 0

    def __squeeze(self, v):
        return 1 / 1 + exp(-v)

    def __squeeze_slope(self, out):
        return out * (1 - out)

    def ask(self, rows):
        return self.__squeeze(rows @ self.w + self.bias)

    def miss(self, rows, wanted):
        return ((wanted - self.ask(rows)) ** 2).mean()

    def gradient(self, rows, wanted):
        out = self.ask(rows)
        d = 2 * (out - wanted) * self.__squeeze_slope(out) / len(rows)
        return {"w": rows.T @ d, "bias": d.sum()}

    def practise(self, rows, wanted, times=5000, rate=1.0):
        for i in range(times):
            g = self.gradient(rows, wanted)
            self.w -= rate * g["w"]
            self.bias -= rate * g["bias"]
        return self.miss(rows, wanted)

# rule to find: the answer is the middle number
examples = array([[0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]])
solutions = array([[0], [1], [0], [1]])

if __name__ == "__main__":
    nn = OneNeuron()
    print(nn.practise(examples, solutions))
    print(nn.ask(array([1, 0, 0])))
