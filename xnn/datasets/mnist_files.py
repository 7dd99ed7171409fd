"""MNIST and Fashion-MNIST: 70,000 grey images of 28 by 28 pixels each, in ten classes."""

from typing import Literal

import numpy as np

from xnn.datasets.dataset import Dataset
from xnn.datasets.fetch import Collection, RemoteFile, check, fetch
from xnn.datasets.idx import parse_idx
from xnn.errors import UnknownNameError

__all__ = ["fashion_mnist", "mnist"]

Subset = Literal["train", "test", "all"]
_Files = dict[str, tuple[RemoteFile, RemoteFile]]

# Where the checksums are from. Archives, SHA-256: as torchvision's prototype data sets, torch.rb (MNIST) and
# others list them; they belong to the MD5 sums in torchvision/datasets/mnist.py. Contents, MD5: as projects
# that keep the files unpacked list them, the same in each. Those of MNIST's two test files were also computed
# from the files.
_MNIST = Collection(
    "MNIST",
    "mnist",
    (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
)
_MNIST_FILES: _Files = {
    "train": (
        RemoteFile(
            "train-images-idx3-ubyte",
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            "6bbc9ace898e44ae57da46a324031adb",
        ),
        RemoteFile(
            "train-labels-idx1-ubyte",
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            "a25bea736e30d166cdddb491f175f624",
        ),
    ),
    "test": (
        RemoteFile(
            "t10k-images-idx3-ubyte",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            "2646ac647ad5339dbf082846283269ea",
        ),
        RemoteFile(
            "t10k-labels-idx1-ubyte",
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            "27ae3e4e09519cfbb04c329615203637",
        ),
    ),
}
_FASHION_MNIST = Collection(
    "Fashion-MNIST",
    "fashion_mnist",
    (
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    ),
)
_FASHION_MNIST_FILES: _Files = {
    "train": (
        RemoteFile(
            "train-images-idx3-ubyte",
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "f4a8712d7a061bf5bd6d2ca38dc4d50a",
        ),
        RemoteFile(
            "train-labels-idx1-ubyte",
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "9018921c3c673c538a1fc5bad174d6f9",
        ),
    ),
    "test": (
        RemoteFile(
            "t10k-images-idx3-ubyte",
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "8181f5470baa50b63fa0f6fddb340f0a",
        ),
        RemoteFile(
            "t10k-labels-idx1-ubyte",
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            "15d484375f8d13e6eb1aabb0c3f46965",
        ),
    ),
}


def mnist(subset: Subset = "train") -> Dataset:
    """Load MNIST, 28 by 28 grey images of handwritten digits; download it the first time.

    The files are looked for in the folder that the environment variable ``XNN_DATA_DIR`` names and in its
    subfolder ``mnist``, compressed or not; then in the cache; and are otherwise downloaded into the cache (12
    MB, needs ``pip install pooch``). Their checksums are verified in each case.

    Parameters
    ----------
    subset : {"train", "test", "all"}
        The 60,000 training images, the 10,000 test images, or both, the training images first.

    Returns
    -------
    Dataset
        ``X`` of shape (n, 784), float32: the bytes of the image / 255, so 0 is paper and 1 is ink, row by
        row. ``y`` of shape (n,), int64: the digit, 0 to 9.

    Raises
    ------
    FileError
        A file can be neither found nor downloaded, or is not what it should be.
    UnknownNameError
        There is no such subset.

    Notes
    -----
    Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE 86(11), 1998.

    Examples
    --------
    >>> from xnn.datasets import mnist
    >>> X, y = mnist("test")  # doctest: +SKIP
    >>> X.shape, y[:3]  # doctest: +SKIP
    ((10000, 784), array([7, 2, 1]))
    """
    return _load(_MNIST, _MNIST_FILES, subset)


def fashion_mnist(subset: Subset = "train") -> Dataset:
    """Load Fashion-MNIST, 28 by 28 grey images of clothes; download it the first time.

    The files are looked for in the folder that the environment variable ``XNN_DATA_DIR`` names and in its
    subfolder ``fashion_mnist``, compressed or not; then in the cache; and are otherwise downloaded into the
    cache (31 MB, needs ``pip install pooch``). Their checksums are verified in each case.

    Parameters
    ----------
    subset : {"train", "test", "all"}
        The 60,000 training images, the 10,000 test images, or both, the training images first.

    Returns
    -------
    Dataset
        ``X`` of shape (n, 784), float32: the bytes of the image / 255, row by row. ``y`` of shape (n,),
        int64: 0 T-shirt/top, 1 trouser, 2 pullover, 3 dress, 4 coat, 5 sandal, 6 shirt, 7 sneaker, 8 bag, 9
        ankle boot.

    Raises
    ------
    FileError
        A file can be neither found nor downloaded, or is not what it should be.
    UnknownNameError
        There is no such subset.

    Notes
    -----
    H. Xiao, K. Rasul, R. Vollgraf: "Fashion-MNIST: a novel image dataset for benchmarking machine learning
    algorithms", https://arxiv.org/abs/1708.07747, 2017; MIT licence.

    Examples
    --------
    >>> from xnn.datasets import fashion_mnist
    >>> X, y = fashion_mnist("test")  # doctest: +SKIP
    >>> X.shape, y[:3]  # doctest: +SKIP
    ((10000, 784), array([9, 2, 1]))
    """
    return _load(_FASHION_MNIST, _FASHION_MNIST_FILES, subset)


def _load(collection: Collection, files: _Files, subset: str) -> Dataset:
    parts = {"train": ("train",), "test": ("test",), "all": ("train", "test")}
    if subset not in tuple(parts):  # compares, where a dict would have to hash whatever was passed
        raise UnknownNameError(f"subset of {collection.title}", subset, parts)
    contents = [[_read(collection, file) for file in files[part]] for part in parts[subset]]
    pixels = np.concatenate([images.reshape(images.shape[0], -1) for images, _ in contents])
    labels = np.concatenate([labels for _, labels in contents])
    return Dataset(np.divide(pixels, 255, dtype=np.float32), labels.astype(np.int64))


def _read(collection: Collection, file: RemoteFile) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    content, path = fetch(collection, file)
    array = parse_idx(content, str(path))  # before the checksum: it can say what is wrong with the file
    check(content, path, collection, file)
    return array
