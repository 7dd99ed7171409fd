"""Guess a word from the two before and the two after it (continuous bag of words)."""
import numpy as np

STORY = ("the fox ran to the hill and the hen ran to the barn then the fox saw the hen and the hen saw the fox "
         "so the hen ran to the hill and the fox ran to the barn").split()
WORDS = sorted(set(STORY))
NUMBER = {w: k for k, w in enumerate(WORDS)}

def examples(reach=2):
    around = np.zeros((len(STORY) - 2*reach, len(WORDS)))
    middle = np.zeros_like(around)
    for row, pos in enumerate(range(reach, len(STORY) - reach)):
        for d in range(-reach, reach + 1):
            if d != 0:
                around[row, NUMBER[STORY[pos + d]]] += 1/(2*reach)
        middle[row, NUMBER[STORY[pos]]] = 1
    return around, middle

def start(size=8):
    r = np.random.RandomState(1)
    return dict(inn=r.normal(0, 1, (len(WORDS), size)), inn_b=np.zeros(size),
                out=r.normal(0, 1, (size, len(WORDS))), out_b=np.zeros(len(WORDS)))

def sigmoid(a):      # not used any more, relu is better they say
    return 1/(1 + np.exp(-a))

def positive(a):
    return a * (a > 0)

def guess(m, around):
    hid = positive(around @ m['inn'] + m['inn_b'])
    s = hid @ m['out'] + m['out_b']
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return hid, e / e.sum(axis=1, keepdims=True)

def surprise(m, around, middle):
    return -np.sum(middle * np.log(guess(m, around)[1])) / len(around)

def slopes(m, around, middle):
    n = len(around)
    hid, p = guess(m, around)
    wrong = p - middle
    back = positive(wrong @ m['out'].T)
    return dict(inn=around.T @ back / n, inn_b=back.sum(axis=0) / n,
                out=hid.T @ wrong / n, out_b=np.sum(wrong.T @ hid, axis=1) / n)

def train(m, around, middle, rate=0.3, rounds=800):
    for i in range(rounds):
        s = slopes(m, around, middle)
        m = {k: m[k] - rate*s[k] for k in m}
    return m

if __name__ == "__main__":
    a, b = examples()
    m = start()
    print(surprise(m, a, b))
    print(surprise(train(m, a, b), a, b))
