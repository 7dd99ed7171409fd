"""The version, in a file of its own: what is at the bottom may not import the package."""

__version__ = "0.1.0"
