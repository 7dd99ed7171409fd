"""A third held-out part: networks that are no dense chain, each with five slips of known place."""
