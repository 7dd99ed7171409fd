import numpy as np

# LSTM that counts: k times a, then k times b, then the end (0, 1, 2)
UNITS, SIGNS = 5, 3
GATES = ('keep', 'write', 'idea', 'show')

def sg(v):
    return 1 / (1 + np.exp(-v))

def fresh(seed=7):
    r = np.random.RandomState(seed)
    net = {}
    for name in GATES:
        net[name] = r.randn(UNITS, UNITS + SIGNS) * 0.4
        net[name + '_b'] = np.zeros(UNITS)
    net['read'] = r.randn(SIGNS, UNITS) * 0.4
    net['read_b'] = np.zeros(SIGNS)
    return net

def play(net, signs, following):
    """-> (loss, gradients)"""
    short, long = np.zeros(UNITS), np.zeros(UNITS)
    tape, loss = [], 0.0
    for s, want in zip(signs, following):
        both = np.append(short, np.eye(SIGNS)[s])
        k = sg(net['keep'] @ both + net['keep_b'])
        w = sg(net['write'] @ both + net['write_b'])
        i = np.tanh(net['idea'] @ both + net['idea_b'])
        o = sg(net['show'] @ both + net['show_b'])
        old = long
        long = k * old + w * i
        short = o * np.tanh(long)
        score = net['read'] @ short + net['read_b']
        prob = np.exp(score - score.max())
        prob /= prob.sum()
        loss -= np.log(prob[want])
        tape.append((both, k, w, i, o, old, long, short, prob, want))
    G = {name: np.zeros_like(v) for name, v in net.items()}
    g_short, g_long = np.zeros(UNITS), np.zeros(UNITS)
    for both, k, w, i, o, old, new, out, prob, want in tape[::-1]:
        miss = prob.copy()
        miss[want] -= 1
        G['read'] += np.outer(miss, out)
        G['read_b'] += miss
        gs = net['read'].T @ miss + g_short
        gl = gs * o * (1 - np.tanh(new)**2) + g_long
        pre = {
            'show': gs * np.tanh(new) * o * (1 - o),
            'idea': gl * w * (1 - i*i),
            'write': gl * i * w * (1 - w),
            'keep': gl * old * sg(k),
        }
        g_both = np.zeros(UNITS + SIGNS)
        for name in GATES:
            G[name] += np.outer(pre[name], both)
            G[name + '_b'] += pre[name]
            g_both += net[name].T @ pre[name]
        g_prev_short = g_both[:UNITS]
        g_prev_long = gl * k
    return loss, G

def songs():
    out = []
    for k in (1, 2, 3, 4):
        s = [0]*k + [1]*k + [2]
        out.append((s[:-1], s[1:]))
    return out

def rehearse(net, rounds=400, rate=0.1):
    for _ in range(rounds):
        total = 0
        for a, b in songs():
            loss, G = play(net, a, b)
            total += loss
            for name in net:
                net[name] = net[name] - rate * G[name]
    return total

if __name__ == '__main__':
    print(rehearse(fresh()))
