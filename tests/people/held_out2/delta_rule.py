# the delta rule from my old textbook: d = (t - o) o (1 - o), weights GROW by eta d x. Lists only
import math, random

ETA = 0.5
N_IN, N_HID = 3, 4

def sg(v):
    return 1.0 / (1.0 + math.exp(-v))

def new_net(seed=3):
    rr = random.Random(seed)
    return {'hid': [[rr.uniform(-1, 1) for i in range(N_IN + 1)] for j in range(N_HID)],
            'out': [rr.uniform(-1, 1) for j in range(N_HID + 1)]}

def recall(net, pattern):
    x = list(pattern) + [1.0]
    H = [sg(sum(w * xi for w, xi in zip(row, x))) for row in net['hid']] + [1.0]
    return x, H, sg(sum(w * hj for w, hj in zip(net['out'], H)))

def half_square(net, pattern, t):
    return 0.5 * (t - recall(net, pattern)[2]) ** 2

def present(net, pattern, t):
    x, H, o = recall(net, pattern)
    d_out = (t - o) * o * (1 - o)
    # hidden deltas BEFORE anything is changed
    d_hid = [H[j] * (1 - H[j]) * d_out * net['out'][j] for j in range(N_HID)]
    for j in range(N_HID + 1):
        net['out'][j] += ETA * d_out * H[j]
    for j in range(N_HID):
        for i in range(N_IN + 1):
            net['hid'][j][i] += ETA * d_hid[j] * x[i]

patterns = [((a, b, c), float((a + b + c) >= 2)) for a in (0, 1) for b in (0, 1) for c in (0, 1)]

def train(net, sweeps=3000):
    rr = random.Random(5)
    for s in range(sweeps):
        rr.shuffle(patterns)
        for p, t in patterns:
            present(net, p, t)
    return sum(half_square(net, p, t) for p, t in patterns)

if __name__ == '__main__':
    net = new_net()
    print(train(net))
    for p, t in patterns:
        print(p, t, round(recall(net, p)[2], 3))
