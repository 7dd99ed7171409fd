import numpy as np
np.random.seed(8)

# ---- data : three arms
def spiral(per_arm=30, arms=3):
    pts = np.zeros((per_arm*arms, 2))
    arm = np.zeros(per_arm*arms, dtype='uint8')
    rs = np.random.RandomState(0)
    for j in range(arms):
        rows = slice(per_arm*j, per_arm*j + per_arm)
        r = np.linspace(0.05, 1, per_arm)
        t = 4*j + 4*r + rs.randn(per_arm)*0.15
        pts[rows] = np.c_[r*np.sin(t), r*np.cos(t)]
        arm[rows] = j
    return pts, arm

def init(h=16, K=3):
    return {'W1': np.random.randn(2, h), 'b1': np.zeros((1, h)), 'W2': np.random.randn(h, K)*0.5, 'b2': np.zeros((1, K))}

def softmax(x):
    e = np.exp(x - np.max(x))
    return e / e.sum()

def predict(net, pts):
    mid = np.tanh(pts.dot(net['W1']) + net['b1'])
    return softmax(mid.dot(net['W2']) + net['b2'])

def surprise(net, pts, arm):
    p = predict(net, pts)
    return np.sum(-np.log(p[range(len(pts)), arm])) / len(pts)

def slopes(net, pts, arm):
    mid = np.tanh(pts.dot(net['W1']) + net['b1'])
    d_out = predict(net, pts)
    d_out[range(len(pts)), arm] -= 1
    d_out /= len(pts)
    g = {}
    g['W2'] = (mid.T).dot(d_out)
    g['b2'] = np.sum(d_out, axis=0, keepdims=True)
    d_mid = d_out.dot(net['W2'].T) * (1 - np.power(mid, 2))
    g['W1'] = np.dot(pts.T, d_mid)
    g['b1'] = np.sum(d_mid, axis=0, keepdims=True)
    return g

def train(net, pts, arm, rounds=3000, rate=1.0):
    for i in range(rounds):
        g = slopes(net, pts, arm)
        for k in net:
            net[k] -= rate * g[k]
    return np.mean(np.argmax(predict(net, pts), axis=1) == arm)

if __name__ == '__main__':
    pts, arm = spiral()
    print(train(init(), pts, arm))
