"""Where a fault stands: the user's functions are recorded, and the first value that shows it is looked for."""
