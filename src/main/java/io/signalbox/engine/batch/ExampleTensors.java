package io.signalbox.engine.batch;

import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDManager;
import io.signalbox.data.Examples;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.engine.torch.HostTensor;

/**
 * A part of the data as two tensors over the memory it was read into.
 *
 * @param features {@code [count, ...shape]}
 * @param target {@code [count]} for class indices, {@code [count, width]} for values and for classes at several positions
 */
public record ExampleTensors(int count, HostTensor features, HostTensor target) {

    public static ExampleTensors of(Examples examples, PtNDManager manager) {
        long[] shape = new long[examples.shape().size() + 1];
        shape[0] = examples.count();
        for (int i = 1; i < shape.length; i++) {
            shape[i] = examples.shape().get(i - 1);
        }
        long[] targetShape = examples.targetType() == ElementType.INT64 && examples.targetWidth() == 1
                ? new long[] {examples.count()}
                : new long[] {examples.count(), examples.targetWidth()};
        return new ExampleTensors(
                examples.count(),
                HostTensor.over(manager, examples.features(), type(examples.type()), shape),
                HostTensor.over(manager, examples.target(), type(examples.targetType()), targetShape));
    }

    private static DataType type(ElementType type) {
        return switch (type) {
            case UINT8 -> DataType.UINT8;
            case FLOAT32 -> DataType.FLOAT32;
            case INT64 -> DataType.INT64;
        };
    }
}
