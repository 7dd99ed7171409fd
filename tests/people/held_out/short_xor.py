import numpy as np
def s(v, slope=False):
    return v - v**2 if slope else (1 + np.exp(-v))**-1
IN = np.array([[0,0,1],[0,1,1],[1,0,1],[1,1,1],[1,0,0],[0,1,0]])
OUT = np.array([0,1,1,0,1,1])[:,None]
rs = np.random.RandomState(1)
P, Q = rs.uniform(-1,1,(3,6)), rs.uniform(-1,1,(6,1))
def go(P, Q, IN, OUT):
    H = s(IN @ P)
    A = s(H @ Q)
    e = (OUT - A)*s(A, True)
    f = e @ Q.T*s(H, True)
    return P + IN.T @ f, Q + H.T @ e
if __name__ == "__main__":
    for i in range(6000): P, Q = go(P, Q, IN, OUT)
    print(s(s(IN @ P) @ Q).T)
