import numpy as np
# conditional density: mixture of two-sided (Laplace-smoothed) bumps over 2-d targets, diagonal scales
r = np.random.RandomState(71)
M, L = 3, 2            # components, target dims
A = r.randn(4, 6)*.5
a0 = r.randn(6)*.1
Bp, Bm, Bs = r.randn(6, M)*.5, r.randn(6, M*L)*.7, r.randn(6, M*L)*.3
params = {"A": A, "a0": a0, "Bp": Bp, "Bm": Bm, "Bs": Bs}
X, Y = r.randn(8, 4), r.randn(8, L)
data = X, Y
NU = 3.0               # student-t degrees

def parts(q, X, Y):
    H = np.tanh(X @ q["A"] + q["a0"])
    lp = H @ q["Bp"]
    lp = lp - np.log(np.exp(lp).sum(1, keepdims=True))
    mu = (H @ q["Bm"]).reshape(-1, M, L)
    ls = (H @ q["Bs"]).reshape(-1, M, L)
    u = (Y[:, None, :] - mu)*np.exp(-ls)
    lt = -(NU + 1)/2*np.log1p(u**2/NU) - ls
    joint = lp + lt.sum(2)
    top = joint.max(1, keepdims=True)
    ll = top[:, 0] + np.log(np.exp(joint - top).sum(1))
    return H, lp, ls, u, joint, ll

def loss(q, X, Y):
    return -parts(q, X, Y)[-1].mean()

def gradients(q, X, Y):
    H, lp, ls, u, joint, ll = parts(q, X, Y)
    n = len(X)
    post = np.exp(joint - ll[:, None])
    dlp = (np.exp(lp) - post)/n
    dlt = -post[:, :, None]/n
    du = dlt*(-(NU + 1)*u/(NU + u**2))
    dmu = -du*np.exp(-ls)
    dls = -dlt - du*u
    dmu, dls = dmu.reshape(n, -1), dls.reshape(n, -1)
    dH = dlp @ q["Bp"].T + dmu @ q["Bm"].T + dls @ q["Bs"].T
    dA = dH*(1 - H**2)
    return {"A": X.T @ dA, "a0": dA.sum(0), "Bp": H.T @ dlp, "Bm": H.T @ dmu, "Bs": H.T @ dls}
