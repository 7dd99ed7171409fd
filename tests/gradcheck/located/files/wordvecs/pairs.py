import numpy as np


def bags(sentences, radius):
    """Yields (context indices, centre index)."""
    for words in sentences:
        for i, centre in enumerate(words):
            around = [words[j] for j in range(max(0, i - radius), min(len(words), i + radius + 1)) if j != i]
            yield np.array(around), centre


def negatives(centre, vocab, k):
    """k words that stand for the wrong ones; always the same for a centre."""
    return np.array([(centre + 1 + 3 * j) % vocab for j in range(k)])
