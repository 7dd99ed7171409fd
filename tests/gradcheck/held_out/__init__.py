"""Programs written without sight of the namer, in parts: whoever wrote one knew the interface and the table of codes.

A part is held out only once. When its misses have been corrected it has become in-sample, and another must be written.
"""
