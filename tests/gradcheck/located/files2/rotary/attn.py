import numpy as np
from rotary import angles, rotate


class GroupedAttention:
    """several query heads share one head of keys and values"""

    def __init__(self, heads, width):
        self.heads, self.width = heads, width

    def forward(self, p, x):
        T = len(x)
        self.x = x
        self.ang = angles(T, self.width // 2)
        q = (x @ p['q']).reshape(T, self.heads, self.width).swapaxes(0, 1)
        self.q = rotate(q, self.ang)
        self.k = rotate(x @ p['k'], self.ang)
        self.v = x @ p['v']
        s = self.q @ self.k.T / np.sqrt(self.width)
        dist = np.arange(T)[:, None] - np.arange(T)[None, :]
        s = s - p['slope'][:, None, None] * dist
        s = np.where(dist < 0, -np.inf, s)
        a = np.exp(s - s.max(axis=2, keepdims=True))
        self.a = a / a.sum(axis=2, keepdims=True)
        self.dist = np.maximum(dist, 0)
        self.mixed = (self.a @ self.v).swapaxes(0, 1).reshape(T, -1)
        return self.mixed @ p['o']

    def backward(self, p, d, g):
        T = len(d)
        g['o'] += self.mixed.T @ d
        dm = (d @ p['o'].T).reshape(T, self.heads, self.width).swapaxes(0, 1)
        dv = np.einsum('hts,htw->sw', self.a, dm)
        da = dm @ self.v.T
        ds = self.a * (da - (da * self.a).sum(axis=2, keepdims=True))
        g['slope'] -= (ds * self.dist).sum(axis=(1, 2))
        ds = ds / np.sqrt(self.width)
        dq = rotate(ds @ self.k, self.ang, back=True)
        dk = rotate(np.einsum('hts,htw->sw', ds, self.q), self.ang, back=True)
        dq = dq.swapaxes(0, 1).reshape(T, -1)
        g['q'] += self.x.T @ dq
        g['k'] += self.x.T @ dk
        g['v'] += self.x.T @ dv
        return dq @ p['q'].T + dk @ p['k'].T + dv @ p['v'].T
