"""Pictures of training and of what was learnt, a file a picture; each returns its matplotlib Axes.

Each takes `ax`, the Axes to draw in, and without it makes a figure by pyplot: a notebook shows it with no magic, a
script with ``matplotlib.pyplot.show()``, and ``ax.figure.savefig("picture.png")`` keeps it. Where a model is taken, so
are a result of :func:`xnn.train`, an estimator with ``predict``, and a function that predicts: networks written by hand
are drawn as well.
"""

from .confusion import confusion_matrix
from .first_layer import first_layer
from .history import history
from .learning_rates import learning_rates
from .predictions import predictions
from .regions import decision_regions

__all__ = ["confusion_matrix", "decision_regions", "first_layer", "history", "learning_rates", "predictions"]
