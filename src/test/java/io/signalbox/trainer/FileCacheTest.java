package io.signalbox.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpServer;
import io.signalbox.link.Assignment.NodeCache;
import io.signalbox.link.FilePart;
import io.signalbox.link.FilePlace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What trainers on one node keep for one another; files are fetched over real HTTP. */
class FileCacheTest {

    private static final int SIZE = 1000;

    @TempDir
    private Path folder;

    private final AtomicInteger fetched = new AtomicInteger();
    private HttpServer store;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeEach
    void aStore() throws IOException {
        store = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        store.setExecutor(Executors.newCachedThreadPool());
        store.createContext("/", exchange -> {
            fetched.incrementAndGet();
            byte[] content = content(exchange.getRequestURI().getPath().substring(1));
            exchange.sendResponseHeaders(200, content.length);
            try (exchange) {
                exchange.getResponseBody().write(content);
            }
        });
        store.start();
    }

    @AfterEach
    void close() {
        store.stop(0);
    }

    @Test
    void fetchesAFileOnceForAllJobs() throws Exception {
        cache(1 << 20).link(place("a"), folder.resolve("job1/inputs/a"));
        cache(1 << 20).link(place("a"), folder.resolve("job2/inputs/a"));

        assertThat(fetched).hasValue(1);
        assertThat(folder.resolve("job2/inputs/a")).hasBinaryContent(content("a"));
    }

    @Test
    void fetchesADamagedCopyAgain() throws Exception {
        cache(1 << 20).link(place("a"), folder.resolve("job1/a"));
        Files.writeString(copies().get(0), "damaged");

        cache(1 << 20).link(place("a"), folder.resolve("job2/a"));

        assertThat(folder.resolve("job2/a")).hasBinaryContent(content("a"));
        assertThat(copies()).singleElement().satisfies(copy -> assertThat(copy).hasBinaryContent(content("a")));
    }

    @Test
    void takesNothingThatIsNotWhatWasPromised() {
        FilePart other = new FilePart("a", SIZE, "0".repeat(64));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(
                        () -> cache(1 << 20).link(new FilePlace(other, url("a"), Map.of()), folder.resolve("job/a")))
                .withMessageContaining("not the file that was promised");
        assertThat(folder.resolve("job/a")).doesNotExist();
        assertThat(folder.resolve("cache")).isEmptyDirectory();
    }

    @Test
    void keepsToItsBoundAndDropsWhatWasUsedLongestAgo() throws Exception {
        for (String name : List.of("a", "b", "c", "a")) {
            now = now.plus(Duration.ofMinutes(1));
            cache(2 * SIZE).link(place(name), folder.resolve("job/" + name));
        }

        cache(2 * SIZE).trim();

        assertThat(copies())
                .extracting(copy -> copy.getFileName().toString())
                .containsExactlyInAnyOrder(sha256(content("a")), sha256(content("c")));
        assertThat(folder.resolve("job/b")).as("what a job at work has").hasBinaryContent(content("b"));
    }

    @Test
    void servesManyTrainersAtOnceEvenWhileItHasRoomForNone() throws Exception {
        ExecutorService trainers = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Void>> tasks = Stream.iterate(0, i -> i < 40, i -> i + 1)
                    .<Callable<Void>>map(i -> () -> {
                        FileCache cache = cache(0);
                        cache.link(place("a"), folder.resolve("job" + i + "/a"));
                        cache.trim();
                        return null;
                    })
                    .toList();
            for (Future<Void> done : trainers.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            trainers.shutdownNow();
        }

        assertThat(Stream.iterate(0, i -> i < 40, i -> i + 1))
                .allSatisfy(i -> assertThat(folder.resolve("job" + i + "/a")).hasBinaryContent(content("a")));
        assertThat(folder.resolve("cache")).isEmptyDirectory();
    }

    private FileCache cache(long bytes) {
        return new FileCache(new NodeCache(folder.resolve("cache"), bytes), () -> now);
    }

    private FilePlace place(String name) throws Exception {
        return new FilePlace(new FilePart(name, SIZE, sha256(content(name))), url(name), Map.of());
    }

    private String url(String name) {
        return "http://127.0.0.1:" + store.getAddress().getPort() + "/" + name;
    }

    private List<Path> copies() throws IOException {
        try (Stream<Path> all = Files.list(folder.resolve("cache"))) {
            return all.toList();
        }
    }

    private static byte[] content(String name) {
        return name.repeat(SIZE).getBytes(StandardCharsets.US_ASCII);
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
