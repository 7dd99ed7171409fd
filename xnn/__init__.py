"""Neural networks written by hand, on every array library."""

from .backends import Backend, backends, register_backend, to_host

__all__ = ["Backend", "backends", "register_backend", "to_host"]
