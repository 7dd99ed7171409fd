from numpy import *

# admission data -> P(admitted). everything is a matrix

def loadDataSet():
    r = random.RandomState(170)
    labelMat = [int(i % 2) for i in range(50)]
    dataMat = [[1.0, float(1.4*l - 0.7 + r.randn()*0.6), float(r.randn() + l)] for l in labelMat]
    return dataMat, labelMat

def sigmoid(inX):
    return 1.0/(1+exp(-inX))

def cost(weights, dataMatIn, classLabels):
    dataMatrix = matrix(dataMatIn)
    labelMat = matrix(classLabels).transpose()
    h = sigmoid(dataMatrix*weights)
    return -(labelMat.T*log(h) + (1-labelMat).T*log(1-h))

def gradAscent(dataMatIn, classLabels, alpha=0.01, maxCycles=500):
    dataMatrix = matrix(dataMatIn)
    weights = matrix(ones((dataMatrix.shape[1], 1)))
    for k in range(maxCycles):
        weights = weights + alpha*slope(weights, dataMatIn, classLabels)
    return weights

def slope(weights, dataMatIn, classLabels):
    dataMatrix = matrix(dataMatIn)
    labelMat = matrix(classLabels).transpose()
    h = sigmoid(dataMatrix*weights)
    error = (labelMat - h)
    return dataMatrix.transpose()*error

def hits(weights, dataMatIn, classLabels):
    guess = asarray(matrix(dataMatIn)*weights).ravel() > 0
    return (guess == array(classLabels)).mean()

if __name__ == '__main__':
    d, l = loadDataSet()
    w = gradAscent(d, l)
    print(w, hits(w, d, l))
