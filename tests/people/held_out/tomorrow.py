import numpy as np

# tomorrow's temperature from today's. net = list of dicts
def new_net(*units):
    r = np.random.RandomState(0)
    return [{'w': r.randn(a, b) * np.sqrt(2/a), 'b': np.zeros(b)} for a, b in zip(units, units[1:])]

def forecast(net, x):
    seen = [x]
    for k, lay in enumerate(net):
        x = x @ lay['w'] + lay['b']
        if k + 1 < len(net):
            x = np.where(x > 0, x, 0)
        seen.append(x)
    return seen

def msq(net, x, t):
    return ((forecast(net, x)[-1] - t)**2).mean()

def one_epoch(net, x, t, rate):
    seen = forecast(net, x)
    g = 2*(seen[-1] - t)/len(t)
    k = len(net)
    #print(g.shape, seen[-1].shape)
    while k > 0:
        k -= 1
        lay = net[k]
        if k + 1 < len(net):
            g = g*(seen[k + 1] > 0)
        lay['w'] -= rate*(seen[k].T @ g)
        lay['b'] -= rate*g.sum(0)
        g = g @ lay['w'].T

def diary(n=120):
    r = np.random.RandomState(3)
    day = np.arange(n)
    warm = np.sin(day/20) + r.randn(n)/8
    return np.stack([warm[:-1], np.sin(day[:-1]/20), np.cos(day[:-1]/20)], axis=1), warm[1:, None]

if __name__ == "__main__":
    x, t = diary()
    net = new_net(3, 10, 10, 1)
    for e in range(200):
        one_epoch(net, x, t, 0.1)
        if e % 20 == 0:
            print(e, msq(net, x, t))
