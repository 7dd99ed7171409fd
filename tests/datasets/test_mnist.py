import functools
import gc
import gzip
import hashlib
import http.server
import socket
import struct
import sys
import threading
import warnings

import numpy as np
import pytest

from xnn import datasets
from xnn.datasets import mnist_files
from xnn.datasets.fetch import Collection, RemoteFile
from xnn.errors import FileError, UnknownNameError

pytestmark = pytest.mark.host

pooch = pytest.importorskip("pooch")

NAMES = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}


def small_files():
    """Three training images and two test images of 2 by 2 pixels, under the names of the real files."""
    files = {}
    for part, (count, first) in {"train": (3, 0), "test": (2, 100)}.items():
        images, labels = NAMES[part]
        pixels = bytes(range(first, first + 4 * count))
        files[images] = struct.pack(">4I", 0x803, count, 2, 2) + pixels
        files[labels] = struct.pack(">2I", 0x801, count) + bytes(range(count))
    return files


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.delenv("XNN_DATA_DIR", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache" / "xnn" / "mnist"


@pytest.fixture
def published(monkeypatch, closed):
    """Put the small files in the place of MNIST's; returns the uncompressed content by name."""
    contents = small_files()
    table = {
        part: tuple(
            RemoteFile(
                name,
                hashlib.sha256(gzip.compress(contents[name], mtime=0)).hexdigest(),
                hashlib.md5(contents[name]).hexdigest(),
            )
            for name in names
        )
        for part, names in NAMES.items()
    }
    monkeypatch.setattr(mnist_files, "_MNIST_FILES", table)
    monkeypatch.setattr(mnist_files, "_MNIST", Collection("MNIST", "mnist", (closed,)))
    return contents


@pytest.fixture(scope="module")
def closed():
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def server(tmp_path, published):
    """Serve the small files from /good/, and pages that are not the files from /bad/."""
    for folder in ("good", "bad"):
        (tmp_path / "www" / folder).mkdir(parents=True)
    for name, content in published.items():
        (tmp_path / "www" / "good" / f"{name}.gz").write_bytes(gzip.compress(content, mtime=0))
        (tmp_path / "www" / "bad" / f"{name}.gz").write_bytes(b"<html>Please log in</html>")
    handler = functools.partial(Quiet, directory=tmp_path / "www")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}/"
        running.shutdown()


def use_mirrors(monkeypatch, *mirrors):
    monkeypatch.setattr(mnist_files, "_MNIST", Collection("MNIST", "mnist", mirrors))


def put(folder, published, suffix=".gz"):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in published.items():
        (folder / f"{name}{suffix}").write_bytes(gzip.compress(content) if suffix else content)
    return folder


def test_the_real_test_images(mnist_folder, monkeypatch):
    monkeypatch.setenv("XNN_DATA_DIR", str(mnist_folder))
    X, y = datasets.mnist("test")
    assert X.shape == (10000, 784) and X.dtype == np.float32
    assert y.shape == (10000,) and y.dtype == np.int64
    assert X.min() == 0 and X.max() == 1
    # published with the data set: images of each digit, and the labels it begins with
    assert np.bincount(y).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert y[:5].tolist() == [7, 2, 1, 0, 4]
    with gzip.open(mnist_folder / "mnist" / "t10k-images-idx3-ubyte.gz") as file:
        content = file.read()
    assert X[9999, 400] == np.float32(content[16 + 9999 * 784 + 400]) / np.float32(255)
    assert X.sum(dtype=np.float64) == pytest.approx(sum(content[16:]) / 255, rel=1e-7)


def test_mnist_is_not_taken_for_fashion_mnist(mnist_folder, monkeypatch):
    monkeypatch.setenv("XNN_DATA_DIR", str(mnist_folder / "mnist"))
    with pytest.raises(FileError, match=r"not the t10k-images-idx3-ubyte of Fashion-MNIST.*fashion_mnist"):
        datasets.fashion_mnist("test")


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("below", ["", "mnist"])
def test_files_in_a_folder(tmp_path, cache, published, monkeypatch, suffix, below):
    put(tmp_path / "data" / below, published, suffix)
    monkeypatch.setenv("XNN_DATA_DIR", str(tmp_path / "data"))
    X, y = datasets.mnist("train")
    assert [[round(pixel * 255) for pixel in row] for row in X.tolist()] == [
        [0, 1, 2, 3],
        [4, 5, 6, 7],
        [8, 9, 10, 11],
    ]
    assert y.tolist() == [0, 1, 2]
    assert not cache.exists()


def test_all_is_train_then_test(tmp_path, cache, published, monkeypatch):
    monkeypatch.setenv("XNN_DATA_DIR", str(put(tmp_path / "data", published)))
    X, y = datasets.mnist("all")
    assert X.shape == (5, 4)
    assert y.tolist() == [0, 1, 2, 0, 1]
    assert X[3, 0] == np.float32(100) / np.float32(255)


@pytest.mark.parametrize("subset", ["trian", None, ["train"]])
def test_unknown_subset(subset):
    with pytest.raises(UnknownNameError, match=r"subset of MNIST .*Known: all, test, train"):
        datasets.mnist(subset)


def test_download_into_the_cache_then_offline(cache, published, server, closed, monkeypatch):
    use_mirrors(monkeypatch, closed, f"{server}missing/", f"{server}bad/", f"{server}good/")
    assert datasets.mnist("test").y.tolist() == [0, 1]
    assert sorted(path.name for path in cache.iterdir()) == [f"{name}.gz" for name in NAMES["test"]]
    use_mirrors(monkeypatch, closed)
    assert datasets.mnist("test").y.tolist() == [0, 1]


def test_no_mirror_serves_it(cache, published, server, closed, monkeypatch):
    use_mirrors(monkeypatch, closed, f"{server}missing/", f"{server}bad/")
    monkeypatch.setenv("XNN_DATA_DIR", str(cache / "mine"))
    with pytest.raises(FileError) as caught:
        datasets.mnist("test")
    for words in (
        "MNIST's t10k-images-idx3-ubyte.gz is not in",
        str(cache / "mine" / "mnist"),
        f"nor in the cache folder {cache}",
        f"{closed}t10k-images-idx3-ubyte.gz (ConnectionError)",
        "missing/t10k-images-idx3-ubyte.gz (HTTP 404)",
        "bad/t10k-images-idx3-ubyte.gz (what it serves has the wrong checksum)",
        "by hand and set XNN_DATA_DIR",
    ):
        assert words in str(caught.value)
    assert not list(cache.glob("t10k*"))


def test_a_refused_download_leaves_no_connection_open(cache, published, server, monkeypatch):
    use_mirrors(monkeypatch, f"{server}missing/", f"{server}bad/")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with pytest.raises(FileError):
            datasets.mnist("test")
        gc.collect()
    assert [warning for warning in caught if warning.category is ResourceWarning] == []


def test_offline_without_a_folder(cache, published, closed):
    with pytest.raises(FileError, match=r"XNN_DATA_DIR is not set.*check the network"):
        datasets.mnist("test")


def test_cache_that_cannot_be_written(tmp_path, cache, published):
    (tmp_path / "cache").write_text("a file where the cache folder should be")
    with pytest.raises(FileError, match="nor in the cache folder") as caught:
        datasets.mnist("test")
    assert "ConnectionError" not in str(caught.value)


def test_without_pooch(cache, published, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(FileError, match=r"pip install pooch, or download .* by hand"):
        datasets.mnist("test")


def test_a_folder_needs_no_pooch(tmp_path, cache, published, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    monkeypatch.setenv("XNN_DATA_DIR", str(put(tmp_path / "data", published)))
    assert datasets.mnist("test").y.tolist() == [0, 1]


def damage_gzip(path):
    path.write_bytes(path.read_bytes()[:-12])


def damage_content(path):
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[-1] ^= 1
    path.write_bytes(gzip.compress(content))


def damage_length(path):
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:-1]))


def not_gzip(path):
    path.write_bytes(b"<html>")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (damage_gzip, "is not a whole gzip file"),
        (not_gzip, "is not a whole gzip file"),
        (damage_length, "is cut short: its header promises 8 bytes of data, and 7 follow"),
        (damage_content, r"is not the t10k-images-idx3-ubyte of MNIST: the checksum \(MD5\)"),
    ],
)
def test_damaged_file_in_a_folder(tmp_path, cache, published, monkeypatch, damage, words):
    folder = put(tmp_path / "data", published)
    path = folder / "t10k-images-idx3-ubyte.gz"
    damage(path)
    monkeypatch.setenv("XNN_DATA_DIR", str(folder))
    with pytest.raises(FileError, match=words) as caught:
        datasets.mnist("test")
    assert str(path) in str(caught.value)


def test_damaged_file_in_the_cache_is_downloaded_again(cache, published, server, monkeypatch):
    use_mirrors(monkeypatch, f"{server}good/")
    datasets.mnist("test")
    damage_content(cache / "t10k-images-idx3-ubyte.gz")
    assert datasets.mnist("test").X[0, 0] == np.float32(100) / np.float32(255)


@pytest.mark.parametrize("files", [mnist_files._MNIST_FILES, mnist_files._FASHION_MNIST_FILES])
def test_published_tables(files):
    for part, names in NAMES.items():
        assert tuple(file.name for file in files[part]) == names
        assert all(len(file.archive_sha256) == 64 and len(file.content_md5) == 32 for file in files[part])
