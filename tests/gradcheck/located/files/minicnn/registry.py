LAYERS = {}


def layer(name):
    def add(cls):
        LAYERS[name] = cls
        cls.kind = name
        return cls
    return add


def create(spec):
    """spec: ("conv", {"stride": 2}) or just "tanh"."""
    name, options = (spec, {}) if isinstance(spec, str) else spec
    return LAYERS[name](**options)
