"""Names given later to programs labelled `unknown`, by reading the programs alone, when the catalogue got wider.

When these programs were written, the catalogue had no name for their bugs. A code stands here if whoever reads the
program and the right backward pass would agree with that name for the mistake; what the checker says of it was not
looked at. A name of an edit that repairs the program but misdescribes the mistake does not count. `unknown` remains an
answer for each; a program labelled `unknown` that is not here has no better one: the clipped gradients, the absolute
value, the root, and the momentum step.
"""

STYLES = ("dict", "columns", "pairs", "unrolled", "theta", "nobias")  # the corpus's styles, four programs each

CORPUS = {
    # the gradient of one layer's weights times 1 + 0.3 sin(...), entry by entry
    f"wrong {570 + i} unknown {style}": "factor-extra"
    for i, style in enumerate(style for style in STYLES for _ in range(4))
}

FIRST = {
    # +1 for -1 at the right class
    "twolayer: += 1": "sign",
}

SECOND = {
    # one of the two ways from h to the loss is left out
    "beyond skip k=4 m=7 lam=0.0 seed=3: shortcut forgotten": "path-missing",
    "beyond skip k=4 m=7 lam=0.0 seed=4: only shortcut": "path-missing",
    # the second head's weight w is not in its delta; is in it twice on the way down; the second head sends nothing down
    "beyond heads h=5 m=8 w=0.3 seed=8: w forgotten": "factor-missing",
    "beyond heads h=5 m=8 w=0.3 seed=9: w twice": "factor-extra",
    "beyond heads h=5 m=8 w=0.3 seed=10: one head": "path-missing",
    # table[pairs] += dx for np.add.at; only dx[:, 1] is brought back
    "beyond embedding 6x3-3 l2=0.0 seed=14: repeats lost": "not-accumulated",
    "beyond embedding 6x3-3 l2=0.0 seed=15: second word only": "path-missing some-entries",
    # the mask z > 0 is missing; the windows are read backwards; dz[:, 0] for the sum over the places
    "beyond convolution 2x3 on 8 m=5 seed=21: open gate": "factor-missing",
    "beyond convolution 2x3 on 8 m=5 seed=22: flipped": "wrong-operand",
    "beyond convolution 2x3 on 8 m=5 seed=25: first place": "path-missing some-entries",
    # one of the two uses of W is left out
    "beyond tied 5-3 m=6 decay=0.0 seed=28: decoder only": "path-missing",
    "beyond tied 5-3 m=6 decay=0.0 seed=29: encoder only": "path-missing",
    # 1/N is missing on the one-hot; the one-hot, the right class's own use in the loss, is left out
    "boards two-layer 5-6-3 N=9 reg=0.0 half=True std=0.8 seed=5: divided before -1": "factor-missing",
    "boards two-layer 5-6-3 N=9 reg=0.0 half=True std=0.8 seed=6: no -1": "path-missing some-entries",
    "boards hinge 4-3 N=8 reg=0.1 seed=30: true class forgotten": "path-missing some-entries",
    # the energy's second term is left out
    "closures springs n=6 seed=1: quartic lost": "path-missing",
    # the derivative at zs[k], where zs[k - 1] belongs
    "deep swish (4, 4, 4, 4, 3) n=9 softmax mean wd=0.0 init=1.0 seed=26: neighbour 2": "wrong-operand wrong-step",
    # the mask of the margin, which is the derivative of the hinge's max, is missing
    "deep swish (3, 5, 1) n=14 hinge mean wd=0.0 init=0.8 seed=46: all margins": (
        "factor-missing derivative-missing some-entries"
    ),
    # + for - in the softmax's Jacobian off the diagonal
    "longhand brier 3-5-3 N=6 entropy=False seed=4: plus": "sign",
    # = for += in the loop over the samples, so that the last one's alone is left
    "longhand brier 3-5-3 N=6 entropy=False seed=8: bias of last": "not-accumulated sample-skipped bias-not-summed",
    "longhand shared 3-4-1 N=6 seed=23: = for +=": "not-accumulated sample-skipped",
    # the sum over the outputs k is the last output's alone
    "longhand single 3-4-2 softsign size=1.0 seed=9: inner k": "path-missing not-accumulated some-entries",
    # prediction + y for prediction - y
    "octave linear n=4 m=10 seed=32: h + y": "sign",
    # mean and variance, or the variance alone, are taken for constants; one mean is divided by m - 1 for m
    "sequences batch norm 4-3 m=8 seed=2: statistics constant": "path-missing",
    "sequences batch norm 4-3 m=8 seed=3: mean only": "path-missing",
    "sequences batch norm 4-3 m=6 seed=4: m - 1": "wrong-operand",
    # the state of step t for that of t - 1; nothing goes back in time; R for R.T; the last step's input alone
    "sequences recurrent 2-4 m=5 steps=3 lam=0.0 seed=12: h_t for h_t-1": "wrong-step wrong-operand",
    "sequences recurrent 2-4 m=5 steps=3 lam=0.0 seed=13: truncated": "path-missing",
    "sequences recurrent 2-4 m=5 steps=3 lam=0.0 seed=14: R as is": "transposed",
    "sequences recurrent 2-4 m=5 steps=3 lam=0.0 seed=15: last input only": "path-missing not-accumulated some-entries",
    # the softmax's Jacobian off the diagonal is left out; dA for dA.T; S for S.T
    "sequences attention T=4 d=3 k=3 seed=22: elementwise": "path-missing",
    "sequences attention T=4 d=3 k=3 seed=24: dA not turned": "transposed",
    "sequences attention T=5 d=3 k=3 seed=25: S not turned": "transposed",
    # u for the gate s
    "sequences gated 3-4 m=6 seed=32: gate for u": "wrong-operand",
    # l2_error for l2_delta on the way down: the slope of the output is missing there, and there alone
    "snippets xor 3-4-1 x1 mean=False seed=7: l2_error back": (
        "wrong-operand factor-missing derivative-missing output-derivative-missing"
    ),
    "snippets dropout 4-6-6-1 m=5 seed=21: mask forgotten": "factor-missing",
    # the derivative of the squares for Huber's, wrong where it is clipped
    "statistics huber n=14 p=4 none 0.0 weighted=False seed=6: never clipped": "derivative-wrong some-entries",
    # the cases' weights are missing, and n stands for their sum
    "statistics binomial n=14 p=4 none 0.0 weighted=True seed=11: weights forgotten": "factor-missing wrong-operand",
    # 1 for n times 1
    "statistics normal n=11 seed=1: n lost": "factor-missing",
}

THIRD = {
    # times uniform noise, entry by entry
    "regression surrogate unit noise": "factor-extra",
    # table[words] = ... for +=, though words repeat
    "outside bag overwrites": "not-accumulated",
    # nothing goes back in time
    "outside recurrent one step only": "path-missing",
    # the gradient is returned in the order of the reversed taps
    "outside filters kernel flipped": "wrong-operand",
    # one of the two uses of W is left out
    "outside autoencoder decoder only": "path-missing",
}

TRUE = {("corpus", name): frozenset(codes.split()) for name, codes in CORPUS.items()} | {
    (part, f"wrong {name}"): frozenset(codes.split())
    for part, rows in (("first", FIRST), ("second", SECOND), ("third", THIRD))
    for name, codes in rows.items()
}
