def discounted(rewards, values, last_value, gamma, lam):
    """generalised advantages and value targets, both constants for the gradient"""
    advantages = [0.0] * len(rewards)
    nxt, acc = last_value, 0.0
    for t in reversed(range(len(rewards))):
        delta = rewards[t] + gamma * nxt - values[t]
        acc = delta + gamma * lam * acc
        advantages[t] = acc
        nxt = values[t]
    return advantages, [a + v for a, v in zip(advantages, values)]
