"""Writes the TorchScript modules that TorchscriptTest trains. Run with PyTorch (any from 1.13 on) and the folder to write to:

    python3 src/test/python/torchscript_modules.py src/test/resources/io/signalbox/engine/torchscript
"""

import sys

import torch
from torch import nn


class Pictures(nn.Module):
    """What makes resuming and writing hard: batch norm, dropout, a tied weight, a buffer that is replaced."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Flatten(), nn.Linear(36, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.2))
        self.twice = nn.Linear(8, 8)
        self.again = nn.Linear(8, 8)
        self.again.weight = self.twice.weight
        self.head = nn.Linear(8, 3)
        self.register_buffer("seen", torch.zeros([], dtype=torch.long))

    def forward(self, x):
        if self.training:
            self.seen = self.seen + x.size(0)
        return self.head(self.again(torch.tanh(self.twice(self.inner(x)))))


class Unfit(nn.Module):
    """Takes two tensors."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(36, 3)

    def forward(self, x, y):
        return self.head(torch.flatten(x, 1)) + y


torch.manual_seed(1)
torch.jit.script(Pictures()).save(sys.argv[1] + "/pictures.pt")
torch.jit.script(Unfit()).save(sys.argv[1] + "/unfit.pt")
