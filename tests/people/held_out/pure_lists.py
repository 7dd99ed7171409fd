# no numpy on the school's computers
import math, random

random.seed(2)

def rnd(rows, cols):
    return [[random.uniform(-1, 1) for _ in range(cols)] for _ in range(rows)]

hidden = rnd(3, 2)        # 3 neurons, 2 inputs
hidden_bias = [0.0, 0.0, 0.0]
output = [random.uniform(-1, 1) for _ in range(3)]
output_bias = 0

def feed(x, hidden, hidden_bias, output, output_bias):
    hs = []
    for w, b in zip(hidden, hidden_bias):
        hs.append(math.tanh(sum(wi*xi for wi, xi in zip(w, x)) + b))
    z = sum(o*h for o, h in zip(output, hs)) + output_bias
    return hs, 1/(1 + math.exp(-z))

def relu(v):
    return v if v > 0 else 0

def loss(x_list, t_list, hidden, hidden_bias, output, output_bias):
    total = 0
    for x, t in zip(x_list, t_list):
        y = feed(x, hidden, hidden_bias, output, output_bias)[1]
        total -= t*math.log(y) + (1 - t)*math.log(1 - y)
    return total/len(x_list)

def gradient(x_list, t_list, hidden, hidden_bias, output, output_bias):
    n = len(x_list)
    g_h = [[0.0]*len(w) for w in hidden]
    g_hb = [0.0]*len(hidden)
    g_o = [0.0]*len(output)
    g_ob = 0
    for x, t in zip(x_list, t_list):
        hs, y = feed(x, hidden, hidden_bias, output, output_bias)
        d = (y - t)/n
        g_ob += d
        for j in range(len(hs)):
            g_o[j] += d*hs[j]
            dj = d*output[j]*(1 - hs[j]*hs[j])
            g_hb[j] += dj
            for i in range(len(x)):
                g_h[j][i] += dj*x[i]
    return g_h, g_hb, g_o, g_ob

XS = [[0, 0], [0, 1], [1, 0], [1, 1]]
TS = [0, 1, 1, 0]

def train(rate=1.0, n=3000):
    global hidden, hidden_bias, output, output_bias
    for _ in range(n):
        g_h, g_hb, g_o, g_ob = gradient(XS, TS, hidden, hidden_bias, output, output_bias)
        hidden = [[w - rate*g for w, g in zip(r, s)] for r, s in zip(hidden, g_h)]
        hidden_bias = [b - rate*g for b, g in zip(hidden_bias, g_hb)]
        output = [o - rate*g for o, g in zip(output, g_o)]
        output_bias = output_bias - rate*g_ob

if __name__ == '__main__':
    train()
    print(loss(XS, TS, hidden, hidden_bias, output, output_bias))
