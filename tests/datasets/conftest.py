import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def mnist_folder():
    """A folder whose subfolder mnist holds the real test images; they are not part of the project."""
    given = os.environ.get("XNN_DATA_DIR")
    folders = [Path(given)] if given else [ROOT / "shared" / "data", ROOT.parent / "shared" / "data"]
    for folder in folders:
        if (folder / "mnist" / "t10k-images-idx3-ubyte.gz").exists():
            return folder
    pytest.skip("the MNIST test files are not here; set XNN_DATA_DIR to the folder above mnist/")
