"""A run of somebody's functions, recorded: each value with its place, its true adjoint, and what it leads to."""
