package io.signalbox.server;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A multipart body in the making. */
public final class Multipart {

    public static final String TYPE = "multipart/form-data; boundary=cut-here";

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    public Multipart field(String name, String value) {
        return part("Content-Disposition: form-data; name=\"" + name + "\"", value.getBytes(StandardCharsets.UTF_8));
    }

    public Multipart file(String fileName, String content) {
        return file(fileName, content.getBytes(StandardCharsets.UTF_8));
    }

    public Multipart file(String fileName, byte[] content) {
        return part("Content-Disposition: form-data; name=\"file\"; filename=\"" + fileName + "\"", content);
    }

    /** A part with whatever headers. */
    public Multipart part(String headers, byte[] content) {
        body.writeBytes(("--cut-here\r\n" + headers + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        body.writeBytes(content);
        body.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public byte[] bytes() {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(body.toByteArray());
        whole.writeBytes("--cut-here--\r\n".getBytes(StandardCharsets.UTF_8));
        return whole.toByteArray();
    }
}
