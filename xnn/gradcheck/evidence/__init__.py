"""Evidence for a bug: the network recovered from its loss, bugs replayed into it, algebra on single tensors."""
