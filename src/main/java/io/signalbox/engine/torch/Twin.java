package io.signalbox.engine.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import java.util.List;

/** A tensor of the host's in the memory of the device that programs compute on. Confined to one thread. */
final class Twin {

    private static final String COPY = "copy";

    private final PtNDArray host;
    private final PtNDArray array;

    /** Copies, whatever the two devices are; loaded when it is first needed, and kept as long as the process. */
    private static final class Copier {
        private static final PtSymbolBlock MODULE = Script.module(
                (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch"),
                List.of(),
                "  def " + COPY + "(self: " + Script.SELF + ", to: Tensor, from_: Tensor) -> List[Tensor]:\n"
                        // A leaf that gradients are computed for may not be written to; what shares its memory may.
                        + "    torch.copy_(torch.detach(to), torch.detach(from_))\n"
                        + "    return annotate(List[Tensor], [])\n",
                null);
    }

    Twin(PtNDManager manager, PtNDArray host) {
        this.host = host;
        this.array = (PtNDArray) manager.zeros(host.getShape(), host.getDataType());
        this.array.setRequiresGradient(host.hasGradient());
    }

    PtNDArray array() {
        return array;
    }

    /** The host's becomes what this is. */
    void read() {
        copy(host, array);
    }

    /** This becomes what the host's is. */
    void write() {
        copy(array, host);
    }

    private static void copy(PtNDArray to, PtNDArray from) {
        try (IValue target = IValue.from(to);
                IValue source = IValue.from(from)) {
            IValueUtils.runMethod(Copier.MODULE, COPY, target, source).close();
        }
    }
}
