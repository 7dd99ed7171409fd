"""What belongs in `gradients`, written as code: from the lines of the loss, by the rules of calculus."""

from .derivations import derivations

__all__ = ["derivations"]
