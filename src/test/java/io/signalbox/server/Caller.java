package io.signalbox.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls the server byte by byte, so that a test can send what no well-behaved client would. */
@Component
public class Caller {

    private static final int TIMEOUT_MILLIS = 20_000;
    private static final JsonMapper JSON = new JsonMapper();

    private final Environment environment;
    private final Home home;

    Caller(Environment environment, Home home) {
        this.environment = environment;
        this.home = home;
    }

    public int port() {
        return environment.getRequiredProperty("local.server.port", Integer.class);
    }

    public String token() {
        try {
            return Files.readString(home.root().resolve("token")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The start of a request to our own name. */
    public Request request(String method, String path) {
        return new Request(method, path).header("Host", "localhost:" + port());
    }

    /** A request that carries the token. */
    public Request authorized(String method, String path) {
        return request(method, path).header("Authorization", "Bearer " + token());
    }

    /** Sends bytes and reads until the server closes. */
    public Response exchange(byte[] request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            write(socket.getOutputStream(), request);
            return Response.parse(readAll(socket));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends bytes and goes away without reading. */
    public void cut(byte[] request) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            socket.getOutputStream().write(request);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(OutputStream out, byte[] request) throws IOException {
        try {
            out.write(request);
            out.flush();
        } catch (SocketException refusedBeforeTheEnd) {
            out.flush();
        }
    }

    private static byte[] readAll(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] piece = new byte[8192];
        try {
            for (int read = socket.getInputStream().read(piece);
                    read >= 0;
                    read = socket.getInputStream().read(piece)) {
                all.write(piece, 0, read);
            }
        } catch (SocketException closedWithUnreadInput) {
            return all.toByteArray();
        }
        return all.toByteArray();
    }

    /** A request in the making. */
    public final class Request {

        private final String method;
        private final String path;
        private final List<String> headers = new ArrayList<>();

        private Request(String method, String path) {
            this.method = method;
            this.path = path;
        }

        public Request header(String name, String value) {
            headers.add(name + ": " + value);
            return this;
        }

        /** Replaces what was set under that name. */
        public Request only(String name, String value) {
            headers.removeIf(header -> header.startsWith(name + ":"));
            return header(name, value);
        }

        public Response send() {
            return exchange(bytes(null, new byte[0]));
        }

        public Response send(String type, String body) {
            return send(type, body.getBytes(StandardCharsets.UTF_8));
        }

        public Response send(String type, byte[] body) {
            return exchange(bytes(type, body));
        }

        /** The request as it goes over the wire. */
        public byte[] bytes(String type, byte[] body) {
            StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
            headers.forEach(header -> head.append(header).append("\r\n"));
            if (type != null) {
                head.append("Content-Type: ").append(type).append("\r\n");
            }
            if (body.length > 0) {
                head.append("Content-Length: ").append(body.length).append("\r\n");
            }
            head.append("Connection: close\r\n\r\n");
            byte[] start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
            byte[] all = new byte[start.length + body.length];
            System.arraycopy(start, 0, all, 0, start.length);
            System.arraycopy(body, 0, all, start.length, body.length);
            return all;
        }
    }

    /** An answer. */
    public record Response(int status, List<String> headers, String body) {

        private static Response parse(byte[] bytes) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1); // a character a byte
            int end = text.indexOf("\r\n\r\n");
            List<String> head = List.of(text.substring(0, end).split("\r\n"));
            byte[] body = text.substring(end + 4).getBytes(StandardCharsets.ISO_8859_1);
            boolean chunked = head.contains("Transfer-Encoding: chunked");
            int status = Integer.parseInt(head.get(0).split(" ")[1]);
            String decoded = new String(chunked ? unchunk(body) : body, StandardCharsets.UTF_8);
            return new Response(status, head.subList(1, head.size()), decoded);
        }

        private static byte[] unchunk(byte[] bytes) {
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            int at = 0;
            while (true) {
                int line = at;
                while (bytes[line] != '\r') {
                    line++;
                }
                int size = Integer.parseInt(new String(bytes, at, line - at, StandardCharsets.US_ASCII), 16);
                if (size == 0) {
                    return whole.toByteArray();
                }
                whole.write(bytes, line + 2, size);
                at = line + 2 + size + 2;
            }
        }

        /** A header's value, or an empty text. */
        public String header(String name) {
            String start = name.toLowerCase(Locale.ROOT) + ":";
            return headers.stream()
                    .filter(header -> header.toLowerCase(Locale.ROOT).startsWith(start))
                    .findFirst()
                    .map(header -> header.substring(start.length()).strip())
                    .orElse("");
        }

        public JsonNode json() {
            return JSON.readTree(body);
        }

        /** Whether it is a whole problem document of its status, and gives nothing of the inside away. */
        public boolean isProblem() {
            return header("Content-Type").equals("application/problem+json")
                    && json().path("status").asInt() == status
                    && json().hasNonNull("type")
                    && json().hasNonNull("title")
                    && json().hasNonNull("detail")
                    && !body.contains("Exception")
                    && !body.contains("springframework")
                    && !body.contains("Tomcat")
                    && !body.contains("\tat ");
        }
    }
}
