import numpy as np

# recurrent net that should keep a running total
class AddingMachine(object):
    def __init__(self, units=6):
        rs = np.random.RandomState(2)
        self.enter = rs.randn(units, 1) * 0.3
        self.again = rs.randn(units, units) * 0.3
        self.shift = np.zeros(units)
        self.read = rs.randn(1, units) * 0.3
        self.offset = np.zeros(1)
        self.memory = np.zeros(units)

    def listen(self, seq):
        self.states = [self.memory]
        said = []
        for v in seq:
            s = np.tanh(self.enter[:, 0] * v + self.again @ self.states[-1] + self.shift)
            self.states.append(s)
            said.append(self.read @ s + self.offset)
        return np.array(said)[:, 0]

    def slopes(self, seq, total):
        diff = self.listen(seq) - total
        S = {n: np.zeros_like(getattr(self, n)) for n in ('enter', 'again', 'shift', 'read', 'offset')}
        from_future = np.zeros(len(self.shift))
        for t in reversed(range(len(seq))):
            after, before = self.states[t + 1], self.states[t]
            S['read'] += diff[t] * after[None, :]
            S['offset'] += diff[t]
            into = (1 - after ** 2) * (diff[t] * self.read[0])
            S['enter'][:, 0] += into * seq[t]
            S['again'] += np.outer(into, before)
            S['shift'] += into
            from_future = self.again.T @ into
        return S

    def practise(self, tapes, rate=0.02, rounds=200):
        for _ in range(rounds):
            for seq, total in tapes:
                for name, s in self.slopes(seq, total).items():
                    setattr(self, name, getattr(self, name) - rate * s)

def tapes(n=20, length=8):
    rs = np.random.RandomState(0)
    return [(v, np.cumsum(v)) for v in rs.uniform(-0.4, 0.4, (n, length))]

if __name__ == '__main__':
    m = AddingMachine()
    t = tapes()
    m.practise(t)
    for seq, total in t[:3]:
        print(m.listen(seq)[-1], 'should be', total[-1])
