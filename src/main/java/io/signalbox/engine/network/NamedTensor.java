package io.signalbox.engine.network;

import io.signalbox.engine.torch.HostTensor;

/** A tensor of a network under the name that PyTorch's {@code state_dict} of an {@code nn.Sequential} gives it. */
public record NamedTensor(String name, HostTensor tensor) {}
