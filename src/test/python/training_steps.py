"""The work of TrainingStepBench as a bare PyTorch loop: one thread, Adam (fused where this PyTorch has it for the CPU).

Prints microseconds of CPU time a step, the median of turns, as the benchmark does. Run it beside the benchmark, on the
same machine and in the same minutes:

    OMP_NUM_THREADS=1 python3 src/test/python/training_steps.py
"""

import statistics
import time

import torch
from torch import nn
from torch.nn import functional

TURNS = 12
WARM_UP_TURNS = 3
VOCABULARY = 64
CONTEXT = 64
WIDTH = 128
HEADS = 4


def adam(parameters):
    try:
        return torch.optim.Adam(parameters, lr=0.001, fused=True), "fused"
    except (RuntimeError, TypeError):
        return torch.optim.Adam(parameters, lr=0.001, foreach=True), "foreach"


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(VOCABULARY, 64)
        self.lstm = nn.LSTM(64, 128, batch_first=True)
        self.head = nn.Linear(128, VOCABULARY)

    def forward(self, x):
        return self.head(self.lstm(self.embedding(x))[0])


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.LayerNorm(WIDTH)
        self.heads = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.second = nn.LayerNorm(WIDTH)
        self.wide = nn.Linear(WIDTH, 4 * WIDTH)
        self.narrow = nn.Linear(4 * WIDTH, WIDTH)
        self.register_buffer("later", torch.ones(CONTEXT, CONTEXT).tril() == 0)

    def forward(self, x):
        count, length, _ = x.shape
        parts = self.heads(self.first(x)).view(count, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        if hasattr(functional, "scaled_dot_product_attention"):
            seen = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], is_causal=True)
        else:
            scores = parts[0] @ parts[1].transpose(-2, -1) / (WIDTH // HEADS) ** 0.5
            seen = scores.masked_fill(self.later, float("-inf")).softmax(-1) @ parts[2]
        x = x + self.out(seen.transpose(1, 2).reshape(count, length, WIDTH))
        return x + self.narrow(functional.gelu(self.wide(self.second(x))))


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(VOCABULARY, WIDTH)
        self.positions = nn.Parameter(torch.randn(CONTEXT, WIDTH) * 0.02)
        self.blocks = nn.Sequential(*[Block() for _ in range(4)])
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, VOCABULARY)

    def forward(self, x):
        return self.head(self.norm(self.blocks(self.tokens(x) + self.positions)))


def mlp(*sizes):
    layers = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1600, 128), nn.ReLU(), nn.Linear(128, 10))


def images(count, *shape):
    return torch.randint(0, 255, (count, *shape), dtype=torch.uint8), torch.randint(0, 10, (count,))


def text(count):
    tokens = torch.arange(count * (CONTEXT + 1)).view(count, -1) * 5 % VOCABULARY
    return tokens[:, :-1].contiguous(), tokens[:, 1:].contiguous()


def measure(name, model, data, batch):
    x, y = data
    optimizer, kind = adam(list(model.parameters()))
    times = []
    for turn in range(WARM_UP_TURNS + TURNS):
        begin = time.thread_time()
        for rows in torch.randperm(len(x)).split(batch):
            inputs = x[rows].float() / 255 if x.dtype == torch.uint8 else x[rows]
            target = y[rows]
            z = model(inputs)
            if target.dtype == torch.int64:
                z, target = z.reshape(-1, z.shape[-1]), target.reshape(-1)
                loss = functional.cross_entropy(z, target)
                right = (z.argmax(1) == target).sum()
            else:
                loss = functional.binary_cross_entropy_with_logits(z, target)
                right = ((z > 0) == (target > 0.5)).sum()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            loss.item()
            right.item()
        times.append((time.thread_time() - begin) * 1e6 / (len(x) // batch))
    step = statistics.median(times[WARM_UP_TURNS:])
    print(f"{name}: {step:.1f} us a step, {batch * 1e6 / step:.0f} examples/s (Adam {kind})", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    torch.manual_seed(1)
    print("PyTorch", torch.__version__)
    measure("MLP 784-128-64-10, batch 32", mlp(784, 128, 64, 10), images(12_800, 784), 32)
    measure("MLP 784-128-64-10, batch 128", mlp(784, 128, 64, 10), images(12_800, 784), 128)
    measure("CNN 32c5-pool-64c5-pool-128-10, batch 64", cnn(), images(1_280, 1, 28, 28), 64)
    rows = torch.rand(32_000, 30) * 2 - 1
    measure("tabular MLP 30-64-32-1, batch 32", mlp(30, 64, 32, 1), (rows, (rows.sum(1, keepdim=True) > 0).float()), 32)
    measure("character LSTM 64-128, context 64, batch 32", Lstm(), text(640), 32)
    measure("GPT of 4 layers, width 128, context 64, batch 16", Gpt(), text(64), 16)
