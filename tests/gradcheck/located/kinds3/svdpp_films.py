import numpy as np

# Recommender as in the competition: biases + factors + implicit feedback (what somebody has seen at all)
# ratings are (user, film, stars)

rng = np.random.RandomState(101)
K = 3
LAM = 0.04
USERS, FILMS = 5, 7
MEAN = 3.4

ratings = []
for u in range(USERS):
    for i in rng.choice(FILMS, size=rng.randint(2, 5), replace=False):
        ratings.append((u, int(i), float(rng.randint(1, 6))))
# seen, but not rated
also = {0: [6], 1: [], 2: [0, 3], 3: [5], 4: []}
seen = {u: sorted(set([i for v, i, _ in ratings if v == u] + also[u])) for u in range(USERS)}


def user_vector(P, Y, u, seen):
    s = np.zeros(K)
    for j in seen[u]:
        s += Y[j]
    return P[u] + s / np.sqrt(len(seen[u]))


def rmse(params, ratings, seen):
    bu, bi, P, Q, Y = params
    e = [r - MEAN - bu[u] - bi[i] - Q[i] @ user_vector(P, Y, u, seen) for u, i, r in ratings]
    return float(np.sqrt(np.mean(np.square(e))))


def loss(params, ratings, seen):
    bu, bi, P, Q, Y = params
    sse = 0
    for u, i, r in ratings:
        pred = MEAN + bu[u] + bi[i] + Q[i] @ user_vector(P, Y, u, seen)
        sse += (r - pred) ** 2
        sse += LAM * (bu[u] ** 2 + bi[i] ** 2 + P[u] @ P[u] + Q[i] @ Q[i])
        for j in seen[u]:
            sse += LAM * Y[j] @ Y[j]
    return sse / len(ratings)


def gradients(params, ratings, seen):
    bu, bi, P, Q, Y = params
    gbu, gbi, gP, gQ, gY = [np.zeros(a.shape) for a in params]
    for u, i, r in ratings:
        vec = user_vector(P, Y, u, seen)
        err = r - (MEAN + bu[u] + bi[i] + Q[i] @ vec)
        gbu[u] += -err + LAM * bu[u]
        gbi[i] += -err + LAM * bi[i]
        gP[u] += -err * Q[i] + LAM * P[u]
        gQ[i] += -err * vec + LAM * Q[i]
        share = err / np.sqrt(len(seen[u]))
        for j in seen[u]:
            gY[j] += -share * Q[i] + LAM * Y[j]
    k = 2 / len(ratings)
    return [gbu * k, gbi * k, gP * k, gQ * k, gY * k]


params = [
    rng.randn(USERS) * 0.3,
    rng.randn(FILMS) * 0.3,
    rng.randn(USERS, K) * 0.6,
    rng.randn(FILMS, K) * 0.6,
    rng.randn(FILMS, K) * 0.6,
]
data = (ratings, seen)
