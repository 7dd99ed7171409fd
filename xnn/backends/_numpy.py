"""NumPy: the host's own memory."""

from ._backend import Backend

NUMPY = Backend("numpy", "numpy", "pip install numpy")
