"""Learning to rank. Per query: ListNet (top one) plus a bit of RankNet over all the pairs."""
import numpy as np

rng = np.random.default_rng(90)
MIX = 0.3


class Ranker:
    def __init__(self, sigma=1.5):
        self.sigma = sigma

    def score(self, p, docs):
        self.docs = docs
        self.hid = np.tanh(docs @ p["A"] + p["a"])
        self.gate = 1 / (1 + np.exp(-(docs @ p["G"])))
        return (self.hid * self.gate) @ p["u"]

    def listnet(self, s, rel):
        want = np.exp(rel) / np.exp(rel).sum()
        got = np.exp(s - s.max())
        got /= got.sum()
        return -(want * np.log(got)).sum(), got - want

    def ranknet(self, s, rel):
        val, ds, pairs = 0.0, np.zeros(len(s)), 0
        for i in range(len(s)):
            for j in range(len(s)):
                if rel[i] > rel[j]:
                    diff = self.sigma * (s[i] - s[j])
                    val += np.log(1 + np.exp(-diff))
                    lam = -self.sigma / (1 + np.exp(diff))
                    ds[i] += lam
                    ds[j] -= lam
                    pairs += 1
        return val / pairs, ds / pairs

    def ndcg(self, p, docs, rel):
        order = np.argsort(-self.score(p, docs))
        disc = 1 / np.log2(np.arange(2, len(rel) + 2))
        return ((2 ** rel[order] - 1) * disc).sum() / ((2 ** np.sort(rel)[::-1] - 1) * disc).sum()

    def loss(self, p, queries):
        tot = 0
        for docs, rel in queries:
            s = self.score(p, docs)
            tot += (1 - MIX) * self.listnet(s, rel)[0] + MIX * self.ranknet(s, rel)[0]
        return tot / len(queries)

    def gradients(self, p, queries):
        out = {k: 0 for k in p}
        for docs, rel in queries:
            s = self.score(p, docs)
            ds = (1 - MIX) * self.listnet(s, rel)[1] + MIX * self.ranknet(s, rel)[1]
            ds = ds / len(queries)
            both = self.hid * self.gate
            out["u"] = out["u"] + both.T @ ds
            dboth = np.outer(ds, p["u"])
            dpre = dboth * self.gate * (1 - self.hid**2)
            out["A"] = out["A"] + docs.T @ dpre
            out["a"] = out["a"] + dpre.sum(0)
            dgate = dboth * self.hid
            out["G"] = out["G"] + docs.T @ (dgate * self.gate * (1 - self.gate))
        return out


ranker = Ranker()
loss = ranker.loss
gradients = ranker.gradients
params = {"A": rng.normal(size=(5, 4)), "a": rng.normal(size=4) * 0.2, "G": rng.normal(size=(5, 4)), "u": rng.normal(size=4)}
data = ([(rng.normal(size=(n, 5)), rng.permutation(np.arange(n) % 4) * 1.0) for n in (6, 4, 7)],)
