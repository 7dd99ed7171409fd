"""Programs as people write them, written without sight of the package; see `cases`."""
