import numpy as np


def cut(pictures, size):
    n, h, w = pictures.shape
    x = pictures.reshape(n, h // size, size, w // size, size)
    return x.transpose(0, 1, 3, 2, 4).reshape(n, -1, size * size)
