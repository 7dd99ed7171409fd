import numpy as np

def step(x):
    return 1.0/(1.0+np.exp(-x))

class Brain:
    """AND/OR/XOR at once. error = wanted - got, so the weights are ADDED to"""

    def __init__(self):
        np.random.seed(150)
        self.syn_in = np.random.uniform(-1, 1, (3, 6))
        self.syn_out = np.random.uniform(-1, 1, (7, 3))
        self.count = 0

    def think(self, inp):
        inp = np.column_stack([inp, np.ones(len(inp))])
        hid = np.column_stack([step(inp @ self.syn_in), np.ones(len(inp))])
        return inp, hid, step(hid @ self.syn_out)

    def total_error(self, inp, want):
        return 0.5*np.sum((want - self.think(inp)[2])**2)

    def learn(self, inp, want, strength=0.5):
        inp, hid, got = self.think(inp)
        error = want - got
        out_delta = error*got*(1-got)
        hid_delta = (out_delta @ self.syn_out.T)*hid*(1-hid)
        self.syn_out += strength*hid.T @ out_delta
        self.syn_in += strength*inp.T @ hid_delta[:, :-1]
        self.count += 1

inp = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
want = np.array([[0, 0, 0], [0, 1, 1], [0, 1, 1], [1, 1, 0]])

def train(b, n=8000):
    for _ in range(n):
        b.learn(inp, want)
    return b.total_error(inp, want)

if __name__ == "__main__":
    b = Brain()
    print(train(b), b.think(inp)[2].round(2))
