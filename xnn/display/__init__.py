"""A finding as good compilers show it: one list of lines with roles, drawn as text, in a terminal, or as HTML."""
