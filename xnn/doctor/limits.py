"""Every threshold, with its source. Where a probe can settle a matter, it does; these say when to probe, and how long.

Sources: AutoTrainer (Zhang et al., ICSE 2021), DeepDiagnosis (Wardat et al., ICSE 2022), TheDeepChecker (Ben Braiek and
Khomh, TOSEM 2023), UMLAUT (Schoop et al., CHI 2021), cs231n (Stanford), Karpathy's recipe (2019); "measured" means on
the corpora in tests/doctor.
"""

# --- data
COMMON_CLASS = 0.95  # a class with this share of the samples hides the others: UMLAUT's unbalanced labels
CONSTANT_FEATURES = 0.9  # share of features without variation from which little is left to learn from: measured
CONSTANT_UP_TO = 1e-12  # of its size: what a column of one number varies by when it was computed
MANY_VALUES = 50  # whole numbers with more different values than this are quantities, not classes

# --- the loss
REPRODUCED = 1e-5  # relative error up to which a derivative is reproduced: differences leave 1e-9
LAWS = 1e-6  # relative error up to which a law of the loss holds: rounding in double precision leaves 1e-12
OFF = 0.3  # share of their size by which parameters are moved: at the user's own, units or outputs may all be alike
SPREADS = (1.0, 3.0, 10.0, 30.0)  # times the size of the parameters: where outputs show how far they reach
STRETCHES = (3.0, 10.0, 30.0, 100.0, 1000.0)  # of the inputs, at which the loss should stay finite
STRETCH_NEAR = 3.0  # failing at so many times the inputs is a fault already

# --- the start. The gain of a layer is std(W) sqrt(inputs); He's and Glorot's rules make it 1 to 1.4.
GAIN_HUGE, GAIN_TINY = 10.0, 0.01  # AutoTrainer's and TheDeepChecker's bounds, a decade wider: measured
WEIGHTS_LARGE = 2.0  # from which on the loss is looked at with smaller ones too: outputs saturate, and clips hide it
WEIGHTS_CALM = 0.5  # up to which nothing saturates that would not with smaller ones
GAIN_SATURATING = 2.5  # from which on weights alone saturate a sigmoid or tanh, most of the time
UNITS_MOST = 0.5  # share of dead or saturated units: AutoTrainer, DeepDiagnosis
UNITS_ALL = 0.9  # so many need no further proof of harm
AT_THE_END = 0.97  # of an activation's range: sigmoid beyond |z| = 4.2, tanh beyond 2.1
DEAD_SAMPLES = 8  # fewer samples leave a healthy ReLU unit at zero for all of them too often: 2^-8 is 0.4%
VANISHED, VANISHED_NORM, EXPLODED = 1e-3, 1e-4, 70.0  # first layer's gradient over the last's: AutoTrainer
CHAIN = 4  # weight arrays whose gradients shrink one after the other: fewer may do so by chance
SURE = 2.0  # times ln C, the loss of a network that knows nothing: cs231n, Karpathy
LEARNT = 0.3  # of the constant-prediction baseline, or of the first loss: what is below has learnt

# --- scale of the inputs
INPUTS_BIG, INPUTS_SMALL, INPUTS_UNEQUAL = 10.0, 0.01, 100.0  # from where on it is tried out; UMLAUT: outside [-1, 1]
SCALE_BETTER = 0.7  # of the loss reached with inputs as they are: measured
SCALE_WORSE = 30.0  # times as high does the loss begin with the inputs as they are

# --- rates
RATE_NOTHING = 0.03  # share of the loss by which a thousand steps must lower it
RATE_LEARNS = 0.1  # share of the loss by which a rate that is advised must lower it
RATE_HALF = 0.5  # of the fall at the best rate: a rate that keeps less is too high if it is beyond the stable one
BASELINE_STUCK = 0.9  # of the constant-prediction baseline: a run that ends above it has learnt nothing
GONE = 1e-3  # of a gradient's norm: what is left of it where a step killed the units

# --- overfitting a small batch: Karpathy's recipe; TheDeepChecker
FIT_SAMPLES = 16
FIT_LINEAR = 128  # on which a linear map must show that it learns anything
FIT_ERROR = 0.05
OFFSET = 0.5  # of what a linear map leaves over: what an offset must bring it below, to be what is missing
FIT_MANY = 0.2  # share of so few samples to get wrong
FIT_HARDLY = 0.5  # of the constant-prediction baseline: what is fitted worse than this is not fitted
TARGETS_BIG = 30.0  # root mean square of targets from which on it may be all that is wrong

# --- budgets. A call costs the lines of Python that it runs and what its arithmetic is: counted, never timed.
LINE, PRODUCT = 1.0, 1e-3  # units: one line; one sample times one parameter. About microseconds on a slow core.
BUDGET_RATE = 1_000_000.0  # units for all trials of rates together
BUDGET_SCALE = 400_000.0
BUDGET_FIT = 1_500_000.0
BUDGET_DECAY = 300_000.0
STEPS_RATE, STEPS_SCALE, STEPS_FIT = 60, 100, 1000  # of one trial, where the budget allows
STEPS_LEAST = 15
STEPS_PROVE = 200  # of Adam, before a batch that was not overfitted means anything
ADAM_RATE = 0.03  # Adam's steps do not depend on the loss's scale

# --- watching a run
RECORDS = 10  # below which nothing is said, but of a loss that is NaN or infinite
LOSS_LOW = 0.1  # a loss below this, or below this share of its start, is low
FLIPS = 0.88  # of the loss's changes that reverse the one before; noise reverses 2/3, and 0.5 is DeepDiagnosis's
TWICE = 2.0  # times its best is a loss that diverges: TheDeepChecker
FLAT = 0.05  # the fall over half a run below which it stands still: DeepDiagnosis
SLOW = 0.2  # the fall over half a run below which a run that has learnt little is slow: a note
FELL_LITTLE = 0.4  # share of its start by which a loss fell that has not learnt
STEP_TINY, STEP_USUAL = 1e-5, 1e-3  # share by which a step changes a tensor: cs231n
GREW = 100.0  # times: a gradient that explodes over a run
OVERSHOOT = 1.8  # rate times curvature: steps overshoot beyond 1 and diverge beyond 2
