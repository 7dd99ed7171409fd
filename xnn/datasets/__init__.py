"""Data sets to begin with, and your own files; everything as NumPy arrays in host memory."""

from xnn.datasets._dataset import Dataset
from xnn.datasets._digits import digits
from xnn.datasets._files import load
from xnn.datasets._mnist import fashion_mnist, mnist
from xnn.datasets._playground import circle, gaussians, spiral, xor
from xnn.datasets._table import Frame, Table

__all__ = [
    "Dataset",
    "Frame",
    "Table",
    "circle",
    "digits",
    "fashion_mnist",
    "gaussians",
    "load",
    "mnist",
    "spiral",
    "xor",
]
