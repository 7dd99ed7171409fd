"""A very small vision transformer; the class token's last state is classified."""
import numpy as np
from patches import cut
from blocks import Heads, Norm, Residual

rng = np.random.default_rng(33)
SIZE, D, HEADS, CLASSES = 2, 4, 2, 3
pictures, labels = rng.normal(size=(3, 4, 6)), np.array([2, 0, 1])
N = 6


def w(*shape):
    return rng.normal(0, .5, shape)


def norm_w():
    return {'g': 1 + w(D) * .2, 'b': w(D) * .2}


params = {
    'patch': w(SIZE ** 2, D), 'cls': w(D), 'pos': w(N + 1, D),
    'blocks': [{'norm': norm_w(), 'inner': {'q': w(D, HEADS, 2), 'k': w(D, HEADS, 2), 'v': w(D, HEADS, 2), 'o': w(HEADS, 2, D)}}
               for _ in range(2)],
    'end': norm_w(), 'head': w(D, CLASSES),
}
data = (pictures, labels)


class Net:
    def __init__(self):
        self.blocks = [Residual(Heads(HEADS)) for _ in range(2)]
        self.end = Norm()

    def forward(self, p, pictures):
        self.cuts = cut(pictures, SIZE)
        tokens = self.cuts @ p['patch']
        cls = np.broadcast_to(p['cls'], (len(tokens), 1, D))
        x = np.concatenate([cls, tokens], axis=1) + p['pos']
        for block, bw in zip(self.blocks, p['blocks']):
            x = block(x, bw)
        self.x = self.end(x, p['end'])
        s = self.x[:, 0] @ p['head']
        return s - np.log(np.exp(s).sum(1, keepdims=True))

    def loss(self, p, pictures, labels):
        return -self.forward(p, pictures)[np.arange(len(labels)), labels].mean()

    def gradients(self, p, pictures, labels):
        d = np.exp(self.forward(p, pictures))
        d[np.arange(len(labels)), labels] -= 1
        d /= len(labels)
        g = {'head': self.x[:, 0].T @ d, 'blocks': [None, None]}
        dx = np.zeros_like(self.x)
        dx[:, 0] = d @ p['head'].T
        dx, g['end'] = self.end.back(dx)
        for i in (1, 0):
            dx, g['blocks'][i] = self.blocks[i].back(dx)
        g['pos'] = dx.sum(0)
        g['cls'] = dx[:, 0].sum(0)
        g['patch'] = np.einsum('bti,btd->id', self.cuts, dx[:, 1:])
        return g


net = Net()
loss, gradients = net.loss, net.gradients
