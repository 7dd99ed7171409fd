"""More programs as people write them, few of them dense chains, written without sight of the package; see `cases`."""
