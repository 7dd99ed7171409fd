"""The programs of this folder, a row each."""

import numpy as np

import xnn

from ..case import Case, over_samples


# ------------------------------------------------------------------ sick: the gradient is wrong


def lstm_shift(m):
    return dict(
        loss=m.loss, gradients=m.backward, params=m.init_lstm(), data=(m.song[:-1], m.song[1:]), learning_rate=0.5
    )


def conv_channel(m):
    X, Y = m.make_images()
    return dict(loss=m.loss, gradients=m.backprop, params=m.new_weights(), data=(X[3], int(Y[3])), learning_rate=0.1)


def conv_channel_all(m):
    X, Y = m.make_images()
    return dict(
        **over_samples(m.loss, m.backprop), params=m.new_weights(), data=(X[:8], Y[:8].tolist()), learning_rate=0.1
    )


def elman_bias(m):
    net = m.RNN()
    return dict(
        loss=net.loss, gradients=net.grads, params=net, data=m.sequences(), predict=net.forward, learning_rate=0.5
    )


def tanh_next(m):
    return dict(
        loss=m.mse,
        gradients=m.backward,
        params=m.weights,
        data=(m.curves(),),
        predict=lambda w, X: m.forward(w, X)["z4"],
        learning_rate=0.1,
    )


def ln_total(m):
    return dict(
        loss_and_gradients=m.loss_and_grads,
        params=m.get_params(),
        data=m.blobs(),
        predict=lambda p, x: m.net(p, x)[-1],
        learning_rate=0.2,
    )


def paren(m):
    return dict(loss=m.cost, gradients=m.gradient, params=m.WS, data=(m.XS, m.YS), predict=m.predict, learning_rate=0.1)


def qk_swap(m):
    net = m.SelfAttention()
    return dict(
        loss=net.mse,
        gradients=net.backward,
        params=net,
        data=m.sequence(3),
        predict=lambda net, x: net(x),
        learning_rate=0.3,
    )


def neg_sample(m):
    return dict(
        loss=m.energy,
        gradients=xnn.gradients_from_step(m.learn_pair, m.ALPHA),
        params=m.new_vectors(),
        data=m.pairs()[5],
        step=m.learn_pair,
        learning_rate=m.ALPHA,
    )


def never_reset(m):
    net = m.MLP(2, 4, 1)

    def backwards(net, x, t):
        dW1, dW2 = net.backwards(x, t)
        return {"W1": [list(row) for row in dW1], "W2": [list(row) for row in dW2]}

    return dict(loss=m.MLP.error, gradients=backwards, params=net, data=m.TABLE[1], learning_rate=0.5)


def gru_carry(m):
    return dict(
        loss=m.E,
        gradients=m.bw,
        params=m.setup(),
        data=m.adding(),
        predict=lambda th, X: m.fw(th, X)[2],
        learning_rate=0.2,
    )


def avg_pool(m):
    net = m.WaveNet()
    return dict(
        loss=net.loss, gradients=net.backward, params=net, data=m.signals(), predict=net.forward, learning_rate=0.3
    )


def gauss_policy(m):
    agent = m.new_agent()
    return dict(loss=m.surrogate, gradients=m.policy_grad, params=agent, data=m.rollouts(agent, 12), learning_rate=0.05)


# ------------------------------------------------------------------ sick: data, loss, start, rate, update, evaluation


def db_lost(m):
    return dict(
        loss=m.cost,
        gradients=m.back_prop,
        params=m.init_params(),
        data=(m.x, m.y),
        predict=lambda p, x: m.forward_prop(*p, x)[2],
        step=m.iteration,
        learning_rate=0.1,
    )


def count_ones(m):
    return dict(
        loss=m.loss,
        gradients=m.slopes,
        params=list(m.W),
        data=(m.X, m.t),
        predict=lambda W, X: m.states(X, *W)[:, -1],
        learning_rate=m.eta,
    )


def all_same(m):
    return dict(loss=m.cost, gradients=m.grads, params=m.net, data=(m.points,), learning_rate=2.0)


def engine_broadcast(m):
    return dict(loss=m.loss, gradients=m.grads, params=m.start(), data=m.houses(), predict=m.predict, learning_rate=0.1)


def half_right(m):
    net = m.MeanVectors()
    return dict(
        loss=net.loss,
        gradients=net.gradients,
        params=net,
        data=m.reviews(),
        predict=net.prob,
        accuracy=net.accuracy,
        learning_rate=1.0,
    )


def raw_greys(m):
    return dict(
        loss=m.nll,
        gradients=m.grad,
        params=m.network(),
        data=m.images(),
        predict=lambda net, X: m.activations(net, X)[-1],
        learning_rate=0.3,
    )


def twice_softmax(m):
    def predict(params, x):
        net = m.Sequential()
        for layer, own in zip(net.layers, params, strict=True):
            vars(layer).update(own)
        return net.predict(x)

    return dict(
        loss=m.loss,
        gradients=m.gradients,
        params=m.params_of(m.Sequential()),
        data=m.five(),
        predict=predict,
        learning_rate=0.5,
    )


def wrong_way(m):
    da = m.TiedCoder()
    return dict(
        loss=da.cross_entropy,
        gradients=da.grads,
        params=da,
        data=(m.bits(),),
        predict=lambda da, x: da.decode(da.encode(x)),
        step=da.train,
        learning_rate=0.3,
    )


# ------------------------------------------------------------------ healthy


def rbf_units(m):
    return dict(
        loss=m.error, gradients=m.error_grad, params=m.init(), data=m.bump(), predict=m.output, learning_rate=0.3
    )


def graph_conv(m):
    net = m.GCN()
    return dict(loss=net.loss, gradients=net.backward, params=net, data=(m.feats, m.labels), learning_rate=0.5)


def elman_lists(m):
    return dict(loss=m.loss, gradients=m.bptt, params=m.NET, data=(m.SEQ[:-1], m.SEQ[1:]), learning_rate=0.05)


def two_heads(m):
    rng = np.random.default_rng(71)
    return dict(loss_and_gradients=m.loss_and_grad, params=m.init(rng), data=m.repeat(rng), learning_rate=1.0)


def mixture(m):
    return dict(loss=m.nll, gradients=m.nll_grad, params=m.make(), data=m.inverse_problem(), learning_rate=0.05)


def triplet(m):
    names = ("W1", "b1", "W2")

    def loss(params, *three):
        vars(m).update(params)
        return m.loss(*three)

    def grads(params, *three):
        vars(m).update(params)
        return dict(zip(names, m.grads(*three), strict=True))

    return dict(loss=loss, gradients=grads, params={n: vars(m)[n] for n in names}, data=m.triplets(), learning_rate=0.1)


def bn_conv(m):
    net = m.ConvBN()
    return dict(
        loss=lambda P, X, t: net.loss(P, X, t),
        gradients=lambda P, X, t: net.grad(P, X, t),
        params=net.params,
        data=m.motif(),
        predict=lambda P, X: net.forward(P, X)[0],
        learning_rate=0.3,
    )


def actor_critic(m):
    agent = m.Agent()
    return dict(loss=agent.loss, gradients=agent.gradients, params=agent, data=m.trajectory(agent), learning_rate=0.1)


def fm_update(m):
    return dict(
        loss=m.logit_loss,
        gradients=xnn.gradients_from_step(m.sgd, 0.2),
        params=m.fresh(),
        data=m.clicks()[4],
        step=m.sgd,
        learning_rate=0.2,
    )


def highway(m):
    return dict(loss_and_gradients=m.costFunction, params=m.start_theta(), data=m.load(), learning_rate=0.3)


CASES = [
    Case(
        "lstm_shift",
        "dict of arrays, LSTM on stacked h and x as columns, lists over time",
        lstm_shift,
        always_learns=True,
        check=("wrong-step", "wrong-operand"),
        diagnose=("wrong-step", "wrong-operand"),
        cause=("cell_before = C[t-1]",),
        says="The list starts with the initial state, so that C[t] is the state before step t; C[t-1] is one earlier, and "
        "the last at t = 0.",
        edits=(("cell_before = C[t-1]", "cell_before = C[t]"),),
        learns=lambda m: m.train(m.init_lstm()) < 0.5,
    ),
    Case(
        "conv_channel",
        "list of arrays and a float, two convolutions in six loops, one image of two channels",
        conv_channel,
        ask_diagnose=conv_channel_all,
        always_learns=True,
        check=("wrong-operand", "wrong-axis", "some-entries", "transposed"),
        diagnose=("wrong-operand", "wrong-axis", "some-entries", "transposed"),
        cause=("gI[m, h:h+kh, w:w+kw] +=",),
        says="The gradient of the input is put at the output channel m, where the input channel d belongs.",
        edits=(("gI[m, h:h+kh, w:w+kw] +=", "gI[d, h:h+kh, w:w+kw] +="),),
        learns=lambda m: m.train(m.new_weights(), *m.make_images()) < 0.3,
    ),
    Case(
        "elman_bias",
        "class with attributes, Elman network over a batch",
        elman_bias,
        always_learns=True,
        check=("wrong-operand", "factor-missing", "derivative-missing"),
        diagnose=("wrong-operand", "factor-missing", "derivative-missing"),
        cause=("g['bh'] += grad_h.sum(axis=0)",),
        says="The bias stands inside the tanh: its gradient is the sum of grad_htilde, not of grad_h.",
        edits=(("g['bh'] += grad_h.sum(axis=0)", "g['bh'] += grad_htilde.sum(axis=0)"),),
        learns=lambda m: m.RNN().fit(*m.sequences()) < 0.2,
    ),
    Case(
        "tanh_next",
        "pairs of layer functions, dict of arrays by number, autoencoder without y",
        tanh_next,
        check=("wrong-operand", "derivative-wrong", "factor-missing"),
        diagnose=("wrong-operand", "derivative-wrong", "factor-missing"),
        cause=("t = np.tanh(upstream)", "return 1 - t * t", "dz = tanh_backward(dz)"),
        says="tanh's derivative is taken of the gradient that comes from above, not of z, and is not multiplied by it.",
        edits=(
            ("t = np.tanh(upstream)", "t = np.tanh(z)"),
            ("return 1 - t * t", "return upstream * (1 - t * t)"),
            ("def tanh_backward(upstream):", "def tanh_backward(upstream, z):"),
            ("dz = tanh_backward(dz)", 'dz = tanh_backward(dz, outs["a%d" % i])'),
        ),
        learns=lambda m: m.train(m.curves()) < 0.1,
    ),
    Case(
        "ln_total",
        "dict of arrays, layer norm after a residual block, (loss, gradients) in one function",
        ln_total,
        always_learns=True,
        check=("wrong-axis",),
        diagnose=("wrong-axis",),
        cause=("part2 = np.sum(dxhat)", "part3 = np.sum(dxhat * xhat)"),
        says="Both sums run over the whole batch, where each row has its own: axis=-1, keepdims=True.",
        edits=(
            ("part2 = np.sum(dxhat)", "part2 = np.sum(dxhat, axis=-1, keepdims=True)"),
            ("part3 = np.sum(dxhat * xhat)", "part3 = np.sum(dxhat * xhat, axis=-1, keepdims=True)"),
        ),
        learns=lambda m: m.train(m.get_params(), *m.blobs()) < 0.2,
    ),
    Case(
        "paren",
        "engine of arrays with closures, list of arrays",
        paren,
        always_learns=True,
        check=("derivative-wrong", "factor-missing"),
        diagnose=("derivative-wrong", "factor-missing"),
        cause=("self.grad += out.grad * 1.0 - t * t",),
        says="Brackets are missing: out.grad * (1 - t * t).",
        edits=(("self.grad += out.grad * 1.0 - t * t", "self.grad += out.grad * (1.0 - t * t)"),),
        learns=lambda m: m.train() < 0.05,
    ),
    Case(
        "qk_swap",
        "class that is called, attention with as many queries as keys, one sequence",
        qk_swap,
        always_learns=True,
        check=("transposed",),
        diagnose=("transposed",),
        cause=("dK = dS @ self.q / np.sqrt(self.d)",),
        says="The scores are q k^T: the keys' gradient is dS.T @ q.",
        edits=(("dK = dS @ self.q / np.sqrt(self.d)", "dK = dS.T @ self.q / np.sqrt(self.d)"),),
        learns=lambda m: m.train(m.SelfAttention()) < 0.1,
    ),
    Case(
        "neg_sample",
        "dict of arrays, loops over entries, skip-gram with negative samples, update of one pair",
        neg_sample,
        only="check",
        always_learns=True,
        from_step=True,
        check=("not-accumulated", "path-missing"),
        diagnose=("not-accumulated", "path-missing"),
        cause=("push = [0.0] * DIM",),
        says="The sum for the centre's vector is set to zero for every target: the last negative word alone counts.",
        edits=(
            (
                '    v = m["syn0"][center]\n    for target',
                '    v = m["syn0"][center]\n    n0 = [0.0] * DIM\n    for target',
            ),
            ("push = [0.0] * DIM", "push = n0"),
        ),
        learns=lambda m: m.train(m.new_vectors()) < 1.5,
    ),
    Case(
        "never_reset",
        "class, lists of lists of floats, loops after a program in Java, one sample",
        never_reset,
        always_learns=True,
        check=("accumulates", "keeps-state", "mutates"),
        diagnose=("accumulates", "keeps-state", "mutates"),
        cause=("self.dW1[j][i] += errH[i] * self.inp[j]", "self.dW2[j][i] += errO[i] * self.hidden[j]"),
        says="The changes are added up over all samples and epochs, and are never zero again.",
        edits=(
            ("self.dW1[j][i] += errH[i] * self.inp[j]", "self.dW1[j][i] = errH[i] * self.inp[j]"),
            ("self.dW2[j][i] += errO[i] * self.hidden[j]", "self.dW2[j][i] = errO[i] * self.hidden[j]"),
        ),
        learns=lambda m: m.train(m.MLP(2, 4, 1)) < 0.05,
    ),
    Case(
        "gru_carry",
        "notebook cells, one tuple of arrays, GRU over a batch, time first",
        gru_carry,
        always_learns=True,
        check=("path-missing",),
        diagnose=("path-missing",),
        cause=("dh = dz@Uz.T + dr@Ur.T + drh*r",),
        says="The state is carried on by z*h: dh*z is missing in what goes back to the step before.",
        edits=(("dh = dz@Uz.T + dr@Ur.T + drh*r", "dh = dh*z + dz@Uz.T + dr@Ur.T + drh*r"),),
        learns=lambda m: m.train(m.setup(), *m.adding()) < 0.03,
    ),
    Case(
        "avg_pool",
        "layer objects in a class, convolution of a signal, average pooling, gradients as nested dicts",
        avg_pool,
        always_learns=True,
        check=("factor-missing", "scale"),
        diagnose=("factor-missing", "scale"),
        cause=("return np.repeat(d, self.size, axis=2)",),
        says="The pooling takes the mean: each entry gets the gradient divided by the window's size.",
        edits=(("return np.repeat(d, self.size, axis=2)", "return np.repeat(d, self.size, axis=2) / self.size"),),
        learns=lambda m: m.WaveNet().train(*m.signals()) < 0.1,
    ),
    Case(
        "gauss_policy",
        "dict of arrays and floats, policy gradient with a Gaussian, loop over samples",
        gauss_policy,
        always_learns=True,
        check=("factor-missing", "scale"),
        diagnose=("factor-missing", "scale"),
        cause=("dmu = -(a - mu) / sd * r / n",),
        says="The derivative by the mean is (a - mu) / sd ** 2: one factor 1 / sd is missing.",
        edits=(("dmu = -(a - mu) / sd * r / n", "dmu = -(a - mu) / sd ** 2 * r / n"),),
        learns=lambda m: m.train(m.new_agent()) < 0.1,
    ),
    Case(
        "db_lost",
        "course style, tuples of arrays, samples as columns, two hidden layers, an update that returns all",
        db_lost,
        diagnose=("step-differs", "skipped", "zero"),
        cause=("db1 = b1 - db1 * rate", "db2 = b2 - db2 * rate", "db3 = b3 - db3 * rate"),
        says="The new biases are assigned to db1, db2 and db3: the biases that are returned never change.",
        edits=(
            ("db1 = b1 - db1 * rate", "b1 = b1 - db1 * rate"),
            ("db2 = b2 - db2 * rate", "b2 = b2 - db2 * rate"),
            ("db3 = b3 - db3 * rate", "b3 = b3 - db3 * rate"),
        ),
        learns=lambda m: m.gradient_descent() < 0.02,
    ),
    Case(
        "count_ones",
        "two floats in a list, a linear recurrent network",
        count_ones,
        diagnose=("learning-rate-high", "diverging", "exploding-gradients", "unstable"),
        cause=("eta = 0.01",),
        says="The state grows with the tenth power of w_rec, and the gradient with it: the first steps overshoot.",
        edits=(("eta = 0.01", "eta = 0.00002"),),
        learns=lambda m: m.descend(m.W, 3000) < 1.0,
    ),
    Case(
        "all_same",
        "lists of lists of floats, no NumPy, two hidden layers, points as pairs",
        all_same,
        diagnose=("symmetric-init",),
        cause=("def weights(a, b, value=0.3):", "return [[value for _ in range(a)] for _ in range(b)]"),
        says="All weights start at 0.3: the units of a layer get the same gradient and stay the same.",
        edits=(
            (
                "return [[value for _ in range(a)] for _ in range(b)]",
                "import random\n    return [[random.Random(100 * i + j + b).uniform(-1, 1) for j in range(a)] "
                "for i in range(b)]",
            ),
        ),
        learns=lambda m: m.train(m.net) < 0.2,
    ),
    Case(
        "engine_broadcast",
        "engine of arrays that broadcasts, dict of arrays",
        engine_broadcast,
        diagnose=("loss-broadcast", "labels-shape"),
        cause=("diff = model(P, Value(X)) - Value(y)", "y = np.sin(X[:, 0]) + 0.5 * X[:, 1]"),
        says="The model returns (40, 1), y is (40,): their difference is (40, 40), and the best answer is the mean.",
        edits=(("y = np.sin(X[:, 0]) + 0.5 * X[:, 1]", "y = (np.sin(X[:, 0]) + 0.5 * X[:, 1])[:, None]"),),
        learns=lambda m: m.fit(m.start()) < 0.1,
    ),
    Case(
        "half_right",
        "class with attributes, embeddings averaged, accuracy",
        half_right,
        diagnose=("accuracy-wrong",),
        cause=("return ((self.prob(X) > 0.5) == y).mean()",),
        says="(60, 1) is compared with (60,): the mean of a (60, 60) table is 0.5 whatever is predicted.",
        edits=(("return ((self.prob(X) > 0.5) == y).mean()", "return ((self.prob(X)[:, 0] > 0.5) == y).mean()"),),
        learns=lambda m: m.MeanVectors().fit(*m.reviews()) > 0.9,
    ),
    Case(
        "raw_greys",
        "list of objects with W and b, images in grey levels, three layers",
        raw_greys,
        diagnose=("input-scale", "saturated-units", "vanishing-gradients", "learning-rate-high"),
        cause=("X = X.reshape(n, -1)",),
        says="Grey levels up to 99 go into tanh units: they are at -1 or 1 for every image.",
        edits=(("X = X.reshape(n, -1)", "X = X.reshape(n, -1) / 99 - 0.3"),),
        learns=lambda m: m.train(m.network(), *m.images()) < 0.1,
    ),
    Case(
        "twice_softmax",
        "layer objects in a list, gradients as a list of dicts, a loss object",
        twice_softmax,
        diagnose=("loss-activation-mismatch",),
        cause=("Dense(12, 5, rng), Softmax()]",),
        says="The last layer is a softmax, and the loss takes the softmax of what it gets once more.",
        edits=(("Dense(12, 5, rng), Softmax()]", "Dense(12, 5, rng)]"),),
        learns=lambda m: m.train() < 0.2,
    ),
    Case(
        "wrong_way",
        "class, autoencoder with tied weights, no y, update in place",
        wrong_way,
        diagnose=("ascending", "step-differs", "sign"),
        cause=("self.W += lr * g['W']", "self.c_hid += lr * g['c_hid']", "self.c_vis += lr * g['c_vis']"),
        says="The gradient of the loss is added where it has to be subtracted.",
        edits=(
            ("self.W += lr * g['W']", "self.W -= lr * g['W']"),
            ("self.c_hid += lr * g['c_hid']", "self.c_hid -= lr * g['c_hid']"),
            ("self.c_vis += lr * g['c_vis']", "self.c_vis -= lr * g['c_vis']"),
        ),
        learns=lambda m: m.run(m.TiedCoder(), m.bits()) < 3.0,
    ),
    Case(
        "rbf_units",
        "dict of arrays and a float, radial basis functions with centres and widths",
        rbf_units,
        learns=lambda m: m.fit(m.init(), *m.bump()) < 0.01,
    ),
    Case(
        "graph_conv",
        "class, graph convolution of three layers, a loss on some nodes",
        graph_conv,
        learns=lambda m: m.GCN().fit() < 0.1,
    ),
    Case(
        "elman_lists",
        "dict of lists of floats, Elman network, no NumPy",
        elman_lists,
        learns=lambda m: m.train(m.NET) < 0.6,
    ),
    Case(
        "two_heads",
        "dict of arrays, causal attention with two heads by einsum, (loss, gradients) in one function",
        two_heads,
        learns=lambda m: (lambda r: m.train(m.init(r), *m.repeat(r)) < 0.8)(np.random.default_rng(71)),
    ),
    Case(
        "mixture",
        "list of arrays, mixture density network, logsumexp",
        mixture,
        learns=lambda m: m.train(m.make(), *m.inverse_problem()) < 0.0,
    ),
    Case(
        "triplet",
        "arrays among the globals, the same network three times, no labels",
        triplet,
        learns=lambda m: m.train() < 0.2,
    ),
    Case(
        "bn_conv",
        "class with a dict of arrays, convolution, batch norm by channel, the maximum over time",
        bn_conv,
        learns=lambda m: m.ConvBN().fit(*m.motif()) < 0.3,
    ),
    Case(
        "actor_critic",
        "class, actor and critic with a common body, one trajectory as lists",
        actor_critic,
        only="check",
        learns=lambda m: m.train(m.Agent()) < 12,
    ),
    Case(
        "fm_update",
        "list of arrays, factorisation machine, update of one sample in place",
        fm_update,
        only="check",
        from_step=True,
        learns=lambda m: m.train(m.fresh()) < 0.3,
    ),
    Case(
        "highway",
        "Octave habits, one flat vector, six highway layers, Huber loss",
        highway,
        learns=lambda m: m.gd(m.start_theta(), *m.load()) < 0.1,
    ),
]
