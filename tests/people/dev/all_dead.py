import numpy as np

def pictures():
    """6x6 grey pictures (0..255): a bright square in one of the four corners"""
    rs = np.random.RandomState(30)
    y = np.arange(80) % 4
    X = rs.randint(0, 90, (80, 6, 6))
    for k in range(80):
        r, c = divmod(y[k], 2)
        X[k, 3*r:3*r+3, 3*c:3*c+3] += rs.randint(60, 165, (3, 3))
    return X.reshape(80, 36), y

def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(3)
    return {"W1": np.random.randn(n_h, n_x) * 0.1, "b1": np.zeros((n_h, 1)),
            "W2": np.random.randn(n_y, n_h) * 0.1, "b2": np.zeros((n_y, 1))}

def relu(Z):
    return np.maximum(0, Z)

def softmax(Z):
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0)

def model_forward(parameters, X):
    Z1 = parameters["W1"] @ X.T + parameters["b1"]
    A1 = relu(Z1)
    A2 = softmax(parameters["W2"] @ A1 + parameters["b2"])
    return A2, (Z1, A1)

def compute_cost(parameters, X, y):
    A2, _ = model_forward(parameters, X)
    return -np.mean(np.log(A2[y, np.arange(len(y))] + 1e-300))

def model_backward(parameters, X, y):
    A2, (Z1, A1) = model_forward(parameters, X)
    m = len(y)
    dZ2 = A2.copy()
    dZ2[y, np.arange(m)] -= 1
    dA1 = parameters["W2"].T @ dZ2
    dZ1 = dA1 * (Z1 > 0)
    grads = {"dW2": dZ2 @ A1.T / m, "db2": dZ2.sum(axis=1, keepdims=True) / m,
             "dW1": dZ1 @ X / m, "db1": dZ1.sum(axis=1, keepdims=True) / m, "dA1": dA1, "dZ1": dZ1}
    return grads

def update_parameters(parameters, grads, learning_rate):
    for k in parameters:
        parameters[k] = parameters[k] - learning_rate * grads["d" + k]
    return parameters

def nn_model(X, y, n_h=12, num_iterations=800, learning_rate=0.3):
    parameters = initialize_parameters(X.shape[1], n_h, 4)
    for i in range(num_iterations):
        grads = model_backward(parameters, X, y)
        parameters = update_parameters(parameters, grads, learning_rate)
    return np.mean(model_forward(parameters, X)[0].argmax(axis=0) == y)

if __name__ == "__main__":
    X, y = pictures()
    print(nn_model(X, y))
