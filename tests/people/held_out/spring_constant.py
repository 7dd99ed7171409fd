# length of a spring against the weight on it: length = k*weight + rest
measured = [(0.1, 1.32), (0.4, 2.15), (0.5, 2.61), (0.9, 3.66), (1.3, 4.93), (1.7, 6.02), (2.0, 7.10)]

k = 0
rest = 0

def misfit(k, rest, measured):
    return sum((k*w + rest - l)**2 for w, l in measured)/len(measured)

def misfit_derivative(k, rest, measured):
    dk = dr = 0
    for w, l in measured:
        dk += 2*w*(k*w + rest - l)/len(measured)
        dr += 2*(k*w + rest - l)/len(measured)
    return dk, dr

def solve(k, rest, measured, rate=0.05, n=3000):
    for _ in range(n):
        dk, dr = misfit_derivative(k, rest, measured)
        k, rest = k - rate*dk, rest - rate*dr
    return k, rest

if __name__ == '__main__':
    k, rest = solve(k, rest, measured)
    print(k, rest, misfit(k, rest, measured))
