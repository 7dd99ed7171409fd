"""PyTorch with its autograd and its fused optimizers: eager, and compiled."""

from itertools import pairwise
from typing import Any

import torch

from ..setting import LEARNING_RATE, Setting
from .peer import Peer
from .timing import seconds_of_each, torch_events


class Torch(Peer):
    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.device = torch.device(setting.device or "cpu")
        self.inputs, self.labels = torch.from_numpy(self.X).to(self.device), torch.from_numpy(self.y).to(self.device)
        layers: list[Any] = []
        for i, o in pairwise(setting.sizes):
            layers += [torch.nn.Linear(i, o), torch.nn.ReLU()]
        self.network = torch.nn.Sequential(*layers[:-1])
        with torch.no_grad():
            for layer, (W, b) in zip(layers[::2], setting.weights(), strict=True):
                layer.weight.copy_(torch.from_numpy(W.T))
                layer.bias.copy_(torch.from_numpy(b))
        self.network.to(self.device)
        if setting.precision == "bf16":
            self.loss = torch.autocast(self.device.type, torch.bfloat16)(self.loss)  # type: ignore[method-assign]
        make = torch.optim.Adam if setting.optimizer == "adam" else torch.optim.SGD
        self.optimizer = make(self.network.parameters(), lr=LEARNING_RATE, fused=True)
        self.batch = self.inputs[: setting.batch_size], self.labels[: setting.batch_size]

    def loss(self, x: Any, y: Any) -> Any:
        return torch.nn.functional.cross_entropy(self.network(x), y)

    def train(self, x: Any, y: Any) -> Any:
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss(x, y)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def steps(self, count: int) -> float:
        for _ in range(count - 1):
            self.train(*self.batch)
        loss = float(self.train(*self.batch))
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)  # for the last update
        return loss

    def seconds(self, count: int) -> float:
        return torch_events(lambda: self.steps(count)) if self.device.type == "cuda" else super().seconds(count)

    def epoch(self) -> float:
        order = torch.randperm(self.setting.samples).split(self.setting.batch_size)
        return float(sum(self.train(self.inputs[rows], self.labels[rows]) for rows in order))

    def epochs(self, count: int) -> list[float]:
        return seconds_of_each(count, self.epoch)

    def predict(self) -> Any:
        with torch.inference_mode():
            return self.network(self.inputs).argmax(dim=1).numpy()


class TorchCompile(Torch):
    """Forward pass, loss and backward pass compiled, on a GPU as CUDA graphs; the fused optimizer is one kernel."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        torch._dynamo.config.recompile_limit = 64  # beyond which it would silently be eager
        mode = None if setting.device is None else "reduce-overhead"
        self.loss = torch.compile(self.loss, mode=mode)  # type: ignore[method-assign]
