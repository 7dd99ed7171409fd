class Sequential:
    def __init__(self, *layers):
        self.layers = layers

    def load(self, arrays):
        rest = list(arrays)
        for layer in self.layers:
            rest = layer.load(rest)
        assert not rest, "more arrays than layers"

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x

    def backward(self, grad):
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad

    @property
    def grads(self):
        return [g for layer in self.layers for g in layer.grads]
