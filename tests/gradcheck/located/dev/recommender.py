import numpy as np

# ratings = [user, item, stars]; prediction = mean + user bias + item bias + p_u . q_i
# All parameters in one list: P, Q, bu, bi

lambda_ = 0.1
mean_stars = 3.2

rand = np.random.RandomState(2006)
P = rand.randn(5, 3)/2
Q = rand.randn(6, 3)/2
bu = rand.randn(5)/4
bi = rand.randn(6)/4
params = [P, Q, bu, bi]

ratings = np.array([[0, 1, 5], [0, 3, 3], [1, 1, 4], [1, 5, 1], [2, 0, 2], [2, 2, 5], [2, 3, 4],
                    [3, 4, 1], [3, 0, 3], [4, 5, 2], [4, 2, 4], [4, 4, 5], [4, 1, 2]])
data = (ratings,)


def err(params, u, i, stars):
    P, Q, bu, bi = params
    return mean_stars + bu[u] + bi[i] + P[u] @ Q[i] - stars


def loss(params, ratings):
    P, Q, bu, bi = params
    J = 0
    for u, i, stars in ratings:
        J = J + err(params, u, i, stars)**2
    J = J/(2*len(ratings))
    J = J + lambda_/2*((P**2).sum() + (Q**2).sum() + (bu**2).sum() + (bi**2).sum())
    return J


def gradients(params, ratings):
    P, Q, bu, bi = params
    M = len(ratings)
    P_grad = lambda_*P
    Q_grad = lambda_*Q
    bu_grad = lambda_*bu
    bi_grad = lambda_*bi
    for u, i, stars in ratings:
        e = err(params, u, i, stars)/M
        P_grad[u] += e*Q[i]
        Q_grad[i] += e*P[u]
        bu_grad[u] += e
        bi_grad[i] += e
    return [P_grad, Q_grad, bu_grad, bi_grad]
