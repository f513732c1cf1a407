package io.signalbox.trainer;

import io.signalbox.data.Hashes;
import io.signalbox.link.FilePlace;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Objects;
import java.util.UUID;

/** Carries files over HTTP, whole or not at all. */
final class Transfer {

    private static final int CONNECT_MILLIS = 10_000;
    private static final int SILENCE_MILLIS = 60_000;
    private static final int PIECE = 1 << 16;
    private static final int OK = 200;
    private static final int REDIRECT = 300;

    private Transfer() {}

    /**
     * Fetches a file, verified, in place of one that may be there.
     *
     * @throws IOException also if it is not the one that was promised
     */
    static void get(FilePlace place, Path into) throws IOException {
        Files.createDirectories(into.toAbsolutePath().getParent());
        Path arriving = into.resolveSibling(".arriving-" + UUID.randomUUID());
        HttpURLConnection connection = open(place.url());
        try (InputStream in = connection.getInputStream();
                OutputStream out = Files.newOutputStream(arriving, StandardOpenOption.CREATE_NEW)) {
            MessageDigest digest = Hashes.sha256();
            copy(new DigestInputStream(in, digest), out, place.file().size());
            verify(place, Hashes.hex(digest), in.read() < 0);
            Files.move(arriving, into, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(arriving);
            connection.disconnect();
        }
    }

    private static void verify(FilePlace place, String sha256, boolean ended) throws IOException {
        String expected = place.file().sha256();
        if (!ended || !(expected.isEmpty() || expected.equals(sha256))) {
            throw new IOException(place.file().path() + " is not the file that was promised");
        }
    }

    /** Puts as many bytes of a file as were announced, from its begin: it may have grown since. */
    static void put(Path file, FilePlace place) throws IOException {
        long size = place.file().size();
        try (InputStream in = Files.newInputStream(file)) {
            if (place.parts().isEmpty()) {
                send("PUT", place, place.url(), in, size);
                return;
            }
            StringBuilder all = new StringBuilder("<CompleteMultipartUpload>");
            long each = FilePlace.partLength(size, place.parts().size());
            long left = size;
            for (int number = 1; number <= place.parts().size(); number++, left -= each) {
                String tag = send("PUT", place, place.parts().get(number - 1), in, Math.min(each, left))
                        .tag();
                all.append("<Part><PartNumber>" + number + "</PartNumber><ETag>" + tag.replace("\"", "&quot;")
                        + "</ETag></Part>");
            }
            byte[] told = all.append("</CompleteMultipartUpload>").toString().getBytes(StandardCharsets.UTF_8);
            Answer answer = send("POST", place, place.url(), new ByteArrayInputStream(told), told.length);
            if (!answer.text().contains("CompleteMultipartUploadResult")) { // it may say 200 before it knows
                throw new IOException(
                        "the store did not put the parts of " + place.file().path() + " together");
            }
        }
    }

    /** @param tag what the store calls what it was given; empty if it does not say */
    private record Answer(String tag, String text) {}

    private static Answer send(String method, FilePlace place, String url, InputStream in, long size)
            throws IOException {
        HttpURLConnection connection = open(url);
        try {
            connection.setRequestMethod(method);
            connection.setDoOutput(true);
            connection.setFixedLengthStreamingMode(size);
            connection.setRequestProperty(
                    "Content-Type", "application/octet-stream"); // else it would be that of a form
            if (url.equals(place.url())) {
                place.headers().forEach(connection::setRequestProperty);
            }
            try (OutputStream out = connection.getOutputStream()) {
                copy(in, out, size);
            }
            int status = connection.getResponseCode();
            if (status < OK || status >= REDIRECT) {
                throw new IOException(
                        "the store answers " + status + " to " + place.file().path());
            }
            try (InputStream said = connection.getInputStream()) {
                return new Answer(
                        Objects.requireNonNullElse(connection.getHeaderField("ETag"), ""),
                        new String(said.readNBytes(PIECE), StandardCharsets.UTF_8));
            }
        } finally {
            connection.disconnect();
        }
    }

    private static HttpURLConnection open(String url) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url).toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(SILENCE_MILLIS);
        connection.setInstanceFollowRedirects(false);
        return connection;
    }

    private static void copy(InputStream in, OutputStream out, long size) throws IOException {
        byte[] piece = new byte[PIECE];
        for (long left = size; left > 0; ) {
            int count = in.read(piece, 0, (int) Math.min(left, PIECE));
            if (count < 0) {
                throw new EOFException(left + " bytes are missing");
            }
            out.write(piece, 0, count);
            left -= count;
        }
    }

    /** Hash of so many bytes of a file, from its begin, hex. */
    static String sha256(Path file, long size) throws IOException {
        MessageDigest digest = Hashes.sha256();
        try (InputStream in = Files.newInputStream(file)) {
            copy(new DigestInputStream(in, digest), OutputStream.nullOutputStream(), size);
        }
        return Hashes.hex(digest);
    }
}
