"""A run of the user's functions, recorded: each value with its place, its true adjoint, and what it leads to."""
