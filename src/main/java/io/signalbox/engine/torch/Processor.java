package io.signalbox.engine.torch;

import ai.djl.Device;

/**
 * Where programs compute.
 *
 * @param apart whether in memory of its own, to which tensors must be moved
 */
public record Processor(Device device, boolean apart) {

    /** The machine's own. */
    public static final Processor CPU = new Processor(Device.cpu(), false);

    /** The machine's own, as if it were a graphics processor: whatever is not moved as it must be shows on any machine. */
    public static final Processor CPU_APART = new Processor(Device.cpu(), true);

    /** A graphics processor, by its number from 0. */
    public static Processor gpu(int number) {
        return new Processor(Device.gpu(number), true);
    }
}
