import numpy as np

rs = np.random.RandomState(8)
kilometres = rs.uniform(0, 100, size=200)       # with uniform(0, 1) it worked!
price = 5*kilometres + 3 + rs.normal(0, 0.1, 200)

class Line:
    def __init__(self):
        self.slope = 0
        self.start = 0
        self.speed = 0.01

    def at(self, x):
        return self.slope*x + self.start

    def cost(self, x, y):
        return np.mean((self.at(x) - y)**2)

    def fit(self, x, y, turns=2000):
        for i in range(turns):
            off = self.at(x) - y
            self.slope -= self.speed*2*np.mean(off*x)
            self.start -= self.speed*2*np.mean(off)

if __name__ == "__main__":
    line = Line()
    line.fit(kilometres, price)
    print(line.slope, line.start)       # nan nan
