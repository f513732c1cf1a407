package io.signalbox.engine.optimizer;

import java.util.List;

/**
 * An optimizer: what it keeps and how it updates.
 *
 * @param moments what it keeps for each parameter, a tensor of the parameter's shape, zero at first; named as in PyTorch's
 *     {@code state_dict}. A program has a list of tensors of each name
 * @param code lines that update the parameters {@code p} by the gradients {@code g}, clipped, with the rate {@code lr};
 *     {@code self.steps} has the number of this update, from 1, once for every parameter
 */
public record Optimizer(List<String> moments, List<String> code) {}
