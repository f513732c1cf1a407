package io.signalbox.harness;

import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A form with files, as a browser sends it. */
public final class Multipart {

    private static final String BOUNDARY = "signalbox-test-boundary-5a1f";

    private final List<byte[]> parts = new ArrayList<>();

    public Multipart field(String name, String value) {
        part("form-data; name=\"" + name + "\"", "", value.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public Multipart file(String fileName, byte[] content) {
        part(
                "form-data; name=\"file\"; filename=\"" + fileName + "\"",
                "Content-Type: application/octet-stream\r\n",
                content);
        return this;
    }

    String contentType() {
        return "multipart/form-data; boundary=" + BOUNDARY;
    }

    BodyPublisher body() {
        List<byte[]> all = new ArrayList<>(parts);
        all.add(ascii("--" + BOUNDARY + "--\r\n"));
        return BodyPublishers.ofByteArrays(all);
    }

    private void part(String disposition, String moreHeaders, byte[] content) {
        parts.add(ascii("--" + BOUNDARY + "\r\nContent-Disposition: " + disposition + "\r\n" + moreHeaders + "\r\n"));
        parts.add(content);
        parts.add(ascii("\r\n"));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
