"""What a library's compiler was given: a compiled function does not run line by line."""

from typing import Any


def unwrap(function: Any) -> Any:
    """Return the Python function behind ``jax.jit`` and ``torch.compile``; any other function as it is."""
    given = getattr(function, "_torchdynamo_orig_callable", None)  # torch.compile
    if given is not None:
        return given
    if type(function).__name__ == "PjitFunction":  # jax.jit
        return getattr(function, "__wrapped__", function)
    return function
