package io.signalbox.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What goes into a file of a checkpoint. */
@FunctionalInterface
public interface Content {

    void writeTo(WritableByteChannel out) throws IOException;

    /** A text in UTF-8, such as JSON. */
    static Content text(String text) {
        return out -> {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        };
    }

    /** Tensors as a safetensors file. */
    static Content tensors(Map<String, Tensor> tensors, Map<String, String> metadata) {
        return out -> Safetensors.writeTo(out, tensors, metadata);
    }
}
