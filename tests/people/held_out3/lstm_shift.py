import numpy as np

np.random.seed(4)
# notes -> next note, vanilla LSTM with concatenated [h, x]
V, H = 5, 7
song = [0, 2, 1, 3, 0, 2, 4, 3, 0, 2, 1, 3, 0, 2, 4, 3]


def sig(x): return 1/(1+np.exp(-x))


def one_hot(i):
    v = np.zeros((V, 1)); v[i] = 1
    return v


def init_lstm():
    Z = H + V
    P = {}
    for gate in 'figo':
        P['W_'+gate] = np.random.randn(H, Z)*0.4
        P['b_'+gate] = np.zeros((H, 1))
    P['W_v'] = np.random.randn(V, H)*0.4
    P['b_v'] = np.zeros((V, 1))
    return P


def forward(P, inputs):
    h_s, C_s = [np.zeros((H, 1))], [np.zeros((H, 1))]
    z_s, f_s, i_s, g_s, o_s, y_s = [], [], [], [], [], []
    for n in inputs:
        z = np.vstack((h_s[-1], one_hot(n)))
        f = sig(P['W_f'] @ z + P['b_f'])
        i = sig(P['W_i'] @ z + P['b_i'])
        g = np.tanh(P['W_g'] @ z + P['b_g'])
        o = sig(P['W_o'] @ z + P['b_o'])
        C_s.append(f*C_s[-1] + i*g)
        h_s.append(o*np.tanh(C_s[-1]))
        v = P['W_v'] @ h_s[-1] + P['b_v']
        e = np.exp(v - v.max())
        y_s.append(e/e.sum())
        for store, item in zip((z_s, f_s, i_s, g_s, o_s), (z, f, i, g, o)):
            store.append(item)
    return z_s, f_s, i_s, g_s, o_s, C_s, h_s, y_s


def loss(P, inputs, targets):
    y_s = forward(P, inputs)[-1]
    return sum(-np.log(y_s[t][n, 0]) for t, n in enumerate(targets))/len(targets)


def backward(P, inputs, targets):
    z_s, f_s, i_s, g_s, o_s, C, h, y_s = forward(P, inputs)
    d = {k: np.zeros_like(v) for k, v in P.items()}
    dh_next = np.zeros((H, 1))
    dC_next = np.zeros((H, 1))
    T = len(inputs)
    for t in reversed(range(T)):
        dv = y_s[t].copy()
        dv[targets[t]] -= 1
        dv /= T
        d['W_v'] += dv @ h[t+1].T
        d['b_v'] += dv
        dh = P['W_v'].T @ dv + dh_next
        cell_before = C[t-1]
        th = np.tanh(C[t+1])
        do = dh*th*o_s[t]*(1-o_s[t])
        dC = dC_next + dh*o_s[t]*(1-th**2)
        dg = dC*i_s[t]*(1-g_s[t]**2)
        di = dC*g_s[t]*i_s[t]*(1-i_s[t])
        df = dC*cell_before*f_s[t]*(1-f_s[t])
        dz = 0
        for gate, da in (('f', df), ('i', di), ('g', dg), ('o', do)):
            d['W_'+gate] += da @ z_s[t].T
            d['b_'+gate] += da
            dz = dz + P['W_'+gate].T @ da
        dh_next = dz[:H]
        dC_next = f_s[t]*dC
    return d


def train(P, epochs=400, lr=0.5):
    for _ in range(epochs):
        d = backward(P, song[:-1], song[1:])
        for k in P:
            P[k] -= lr*d[k]
    return loss(P, song[:-1], song[1:])


if __name__ == '__main__':
    print(train(init_lstm()))
