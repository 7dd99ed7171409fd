"""Data sets to begin with, and your own files; everything as NumPy arrays in host memory."""

from xnn.datasets._dataset import Dataset
from xnn.datasets._digits import digits
from xnn.datasets._mnist import fashion_mnist, mnist
from xnn.datasets._playground import circle, gaussians, spiral, xor

__all__ = [
    "Dataset",
    "circle",
    "digits",
    "fashion_mnist",
    "gaussians",
    "mnist",
    "spiral",
    "xor",
]
