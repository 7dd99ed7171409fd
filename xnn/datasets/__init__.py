"""Data sets to begin with, and your own files; everything as NumPy arrays in host memory."""

from xnn.datasets.dataset import Dataset
from xnn.datasets.digits_file import digits
from xnn.datasets.files import load
from xnn.datasets.mnist_files import fashion_mnist, mnist
from xnn.datasets.playground import circle, gaussians, spiral, xor
from xnn.datasets.table import Frame, Table

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
