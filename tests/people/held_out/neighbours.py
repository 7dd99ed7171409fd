import numpy as np

# word vectors with negative sampling. The words are 0..6
V, DIM, NEG = 7, 4, 10

def sig(t):
    return 1/(1 + np.exp(-t))

def strangers(friend):
    """NEG words drawn at random, but never the friend; a word may come twice"""
    r = np.random.RandomState(100 + friend)
    others = [w for w in range(V) if w != friend]
    return r.choice(others, NEG)

def pair(vec, friend, table):
    bad = strangers(friend)
    good = sig(table[friend] @ vec)
    no = sig(-(table[bad] @ vec))
    loss = -np.log(good) - np.log(no).sum()
    g_vec = (good - 1)*table[friend] + (1 - no) @ table[bad]
    g_table = np.zeros(table.shape)
    g_table[friend] += (good - 1)*vec
    g_table[bad] += (1 - no)[:, None]*vec
    return loss, g_vec, g_table

def cost_and_grad(vectors, table, word, friends):
    cost = 0.
    g_vectors = np.zeros(vectors.shape)
    g_table = np.zeros(table.shape)
    for f in friends:
        l, gv, gt = pair(vectors[word], f, table)
        cost += l
        g_vectors[word] += gv
        g_table += gt
    return cost, (g_vectors, g_table)

def begin():
    r = np.random.RandomState(9)
    return r.uniform(-.5, .5, (V, DIM)), r.uniform(-.5, .5, (V, DIM))

TEXT = [0, 1, 2, 3, 4, 2, 1, 0, 5, 6, 2]

if __name__ == "__main__":
    vectors, table = begin()
    for rnd in range(100):
        total = 0
        for k in range(1, len(TEXT) - 1):
            c, (gv, gt) = cost_and_grad(vectors, table, TEXT[k], [TEXT[k-1], TEXT[k+1]])
            vectors -= 0.1*gv
            table -= 0.1*gt
            total += c
    print(total)
