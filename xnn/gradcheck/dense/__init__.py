"""Dense chains: the network recovered from its loss, and the bugs replayed into it."""
