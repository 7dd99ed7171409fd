"""The programs are read and built by ``judge``, not collected: some import the module beside them by its plain name."""

collect_ignore_glob = ["*/*"]
