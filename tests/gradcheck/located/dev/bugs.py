"""The bugs of the part that the checker is developed on."""

from ..bug import Bug

BUGS = [
    # batch norm
    Bug(
        "batchnorm",
        "variance-path-forgotten",
        ("path-missing",),
        "the variance's dependence on the centred input is left out",
        (("    dxc += 2.0 / m * xc * dvar\n", ""),),
    ),
    Bug(
        "batchnorm",
        "mean-path-forgotten",
        ("path-missing",),
        "the mean's dependence on the input is left out of dx",
        (("dx = dxc + dmu / m", "dx = dxc"),),
    ),
    Bug(
        "batchnorm",
        "mean-path-not-divided",
        ("factor-missing",),
        "1/m of the mean is missing in dx",
        (("dx = dxc + dmu / m", "dx = dxc + dmu"),),
    ),
    Bug(
        "batchnorm",
        "gamma-of-centred",
        ("wrong-operand", "factor-extra"),
        "dgamma is of the centred input xc, not of the normalised xhat",
        (("dgamma = np.sum(dout * xhat, axis=0)", "dgamma = np.sum(dout * xc, axis=0)"),),
    ),
    Bug(
        "batchnorm",
        "dstd-of-dout",
        ("wrong-operand", "factor-missing"),
        "dstd is taken from dout, so gamma is missing: dxhat belongs there",
        (("dstd = -np.sum(dxhat * xc", "dstd = -np.sum(dout * xc"),),
    ),
    # a recurrent net
    Bug(
        "char_rnn",
        "time-path-forgotten",
        ("path-missing",),
        "the gradient from the next time step is not added to dh",
        (("dh = p['Why'].T @ d + carry", "dh = p['Why'].T @ d"),),
    ),
    Bug(
        "char_rnn",
        "carry-from-dh",
        ("factor-missing", "derivative-missing", "wrong-operand"),
        "what is carried back in time is from dh, so tanh's derivative is missing: draw belongs there",
        (("carry = p['Whh'].T @ draw", "carry = p['Whh'].T @ dh"),),
    ),
    Bug(
        "char_rnn",
        "whh-with-h-of-t",
        ("wrong-step", "wrong-operand", "wrong-input"),
        "dWhh is with h of step t, where the step before belongs",
        (("g['Whh'] += draw @ hs[t - 1].T", "g['Whh'] += draw @ hs[t].T"),),
    ),
    Bug(
        "char_rnn",
        "by-of-first-step-only",
        ("not-accumulated",),
        "dby is assigned in every step instead of summed",
        (("g['by'] += d", "g['by'] = d"),),
    ),
    Bug(
        "char_rnn",
        "first-step-not-visited",
        ("path-missing", "some-entries", "wrong-step"),
        "the loop back through time stops before the first step",
        (("for t in reversed(range(len(inputs))):", "for t in reversed(range(1, len(inputs))):"),),
    ),
    # convolution with loops
    Bug(
        "conv_loops",
        "stride-forgotten",
        ("wrong-step", "wrong-operand", "factor-missing"),
        "the window's column starts at w instead of w * stride in the backward pass",
        (("x0 = w * stride", "x0 = w"),),
    ),
    Bug(
        "conv_loops",
        "patch-rows-without-stride",
        ("wrong-operand", "wrong-step", "factor-missing"),
        "the patch for dW starts at row h instead of h * stride, which is y0",
        (("patch = A_pad[i, y0:y0 + f, x0:x0 + f, :]", "patch = A_pad[i, h:h + f, x0:x0 + f, :]"),),
    ),
    Bug(
        "conv_loops",
        "kernel-overwritten",
        ("not-accumulated",),
        "dW is assigned at every window instead of summed",
        (("dW[:, :, :, c] += patch * dZ[i, h, w, c]", "dW[:, :, :, c] = patch * dZ[i, h, w, c]"),),
    ),
    Bug(
        "conv_loops",
        "tanh-derivative-of-z",
        ("derivative-wrong", "factor-missing", "wrong-operand"),
        "tanh's derivative is 1 - A, the square is missing",
        (("dZ = dA * (1 - A ** 2)", "dZ = dA * (1 - A)"),),
    ),
    # skip-gram
    Bug(
        "skipgram",
        "negatives-overwritten",
        ("not-accumulated",),
        "a negative that occurs twice is counted once: np.add.at belongs there",
        (("np.add.at(gradU, negs, np.outer(1 - neg, v))", "gradU[negs] += np.outer(1 - neg, v)"),),
    ),
    Bug(
        "skipgram",
        "center-overwritten",
        ("not-accumulated",),
        "the gradient of a centre word that has several outside words is overwritten",
        (("gradCenter[c] += gv", "gradCenter[c] = gv"),),
    ),
    Bug(
        "skipgram",
        "negative-sign",
        ("sign", "wrong-operand"),
        "the negatives' part of the centre's gradient has the wrong sign",
        (("(pos - 1) * U[o] + (1 - neg) @ U[negs]", "(pos - 1) * U[o] - (1 - neg) @ U[negs]"),),
    ),
    Bug(
        "skipgram",
        "outside-not-averaged",
        ("scale", "factor-missing"),
        "the outside vectors' gradient is not divided by the number of pairs",
        (("    gradOutside /= pairs\n", ""),),
    ),
    # residual blocks with layer norm
    Bug(
        "prenorm_residual",
        "residual-forgotten",
        ("path-missing",),
        "the gradient that goes around the block is dropped",
        (("d = d + self.norms[k].backward(dn)", "d = self.norms[k].backward(dn)"),),
    ),
    Bug(
        "prenorm_residual",
        "norm-mean-path-forgotten",
        ("path-missing",),
        "the layer norm's mean is taken as a constant",
        (("(d - along_mean - self.normed * along_std)", "(d - self.normed * along_std)"),),
    ),
    Bug(
        "prenorm_residual",
        "slope-of-activation",
        ("derivative-of-output", "derivative-wrong", "wrong-operand"),
        "the derivative of swish is taken at the output a, where u belongs",
        (("self.swish_slope(u)", "self.swish_slope(a)"),),
    ),
    Bug(
        "prenorm_residual",
        "std-over-batch",
        ("wrong-axis",),
        "the mean along the standard deviation is over the samples, not over the features",
        (("along_std = (d * self.normed).mean(-1, keepdims=True)", "along_std = (d * self.normed).mean(0, keepdims=True)"),),
    ),
]
