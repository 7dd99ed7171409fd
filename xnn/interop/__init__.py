"""Ways to other libraries, each in a file of its own that is imported only when it is used."""
