package io.signalbox.server.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.signalbox.harness.S3Server;
import io.signalbox.link.FilePart;
import io.signalbox.link.FilePlace;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.trainer.PutByTrainer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keeps files in a real store that speaks S3, and lends addresses to those who hold no key. */
class S3BucketTest {

    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    /** S3 takes no parts below 5 MiB but for the last. */
    private static final int MOST_IN_ONE_PUT = 8 << 20;

    private static final String LARGE = "0123456789abcdef".repeat(12 << 16) + "end";

    private static S3Server store;

    @TempDir
    private Path folder;

    private Bucket bucket;

    @BeforeAll
    static void aStore() {
        store = new S3Server();
    }

    @AfterAll
    static void noStore() {
        store.close();
    }

    @BeforeEach
    void aBucket() throws IOException {
        bucket = new S3Bucket(
                new SignalboxProperties.S3(S3Server.BUCKET, "us-east-1", store.endpoint(), "below/"),
                S3Server.credentials(),
                MOST_IN_ONE_PUT);
        bucket.delete(bucket.list("").stream().map(Bucket.Item::key).toList());
    }

    @AfterEach
    void close() {
        bucket.close();
    }

    @Test
    void givesBackWhatWasPut() throws Exception {
        bucket.put("jobs/1/a", file("some weights"), sha256("some weights"));

        bucket.get("jobs/1/a", folder.resolve("back"));

        assertThat(folder.resolve("back")).hasContent("some weights");
        assertThat(bucket.has("jobs/1/a", 12)).isTrue();
        assertThat(bucket.has("jobs/1/a", 13)).isFalse();
    }

    @Test
    void listsByTheBeginningOfKeysWithoutItsOwn() throws Exception {
        bucket.put("jobs/1/b", file("1"), sha256("1"));
        bucket.put("jobs/1/a", file("22"), sha256("22"));
        bucket.put("jobs/10/a", file("333"), sha256("333"));

        assertThat(bucket.list("jobs/1/"))
                .containsExactly(new Bucket.Item("jobs/1/a", 2), new Bucket.Item("jobs/1/b", 1));
    }

    @Test
    void knowsNothingOfWhatIsNotThere() throws Exception {
        assertThat(bucket.has("jobs/1/none", 0)).isFalse();
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> bucket.get("jobs/1/none", folder.resolve("none")));
    }

    @Test
    void deletesWhatIsNamed() throws Exception {
        bucket.put("a", file("1"), sha256("1"));
        bucket.put("b", file("2"), sha256("2"));

        bucket.delete(List.of("a", "never there"));

        assertThat(bucket.list("")).extracting(Bucket.Item::key).containsExactly("b");
    }

    @Test
    void refusesAFileThatIsNotTheOneThatWasAnnounced() throws Exception {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> bucket.put("a", file("other bytes"), sha256("these bytes")));

        assertThat(bucket.list("")).isEmpty();
    }

    @Test
    void lendsAnAddressByWhichOneFileCanBePut() throws Exception {
        FilePlace place = bucket.toPut("jobs/1/a", new FilePart("a", 5, sha256("hello")), A_MINUTE);

        assertThat(put(place.url(), place.headers(), "hello")).isEqualTo(200);
        assertThat(bucket.has("jobs/1/a", 5)).isTrue();
    }

    @Test
    void takesNoOtherContentAtThatAddress() throws Exception {
        FilePlace place = bucket.toPut("jobs/1/a", new FilePart("a", 5, sha256("hello")), A_MINUTE);

        assertThat(put(place.url(), place.headers(), "jello")).isBetween(400, 499);
        assertThat(put(place.url(), Map.of("x-amz-checksum-sha256", "A".repeat(43) + "="), "jello"))
                .isBetween(400, 499);
        assertThat(bucket.list("")).isEmpty();
    }

    @Test
    void takesNoOtherFileAtThatAddress() throws Exception {
        FilePlace place = bucket.toPut("jobs/1/a", new FilePart("a", 5, sha256("hello")), A_MINUTE);

        assertThat(put(place.url().replace("jobs/1/a", "jobs/2/a"), place.headers(), "hello"))
                .isEqualTo(403);
    }

    @Test
    void putsWhatIsTooLargeForOnePutInParts() throws Exception {
        bucket.put("large", file(LARGE), sha256(LARGE));

        bucket.get("large", folder.resolve("back"));
        assertThat(folder.resolve("back")).hasContent(LARGE);
        assertThat(bucket.list("")).containsExactly(new Bucket.Item("large", LARGE.length()));
    }

    @Test
    void lendsAddressesForTheParts() throws Exception {
        FilePlace place = bucket.toPut("large", new FilePart("a", LARGE.length(), sha256(LARGE)), A_MINUTE);
        assertThat(place.parts()).hasSize(2);
        assertThat(bucket.list("")).isEmpty();

        PutByTrainer.put(file(LARGE), place);

        bucket.get("large", folder.resolve("back"));
        assertThat(folder.resolve("back")).hasContent(LARGE);
    }

    @Test
    void removesPartsThatNeverBecameAFile() throws Exception {
        FilePlace left = bucket.toPut("jobs/1/large", new FilePart("a", LARGE.length(), sha256(LARGE)), A_MINUTE);
        FilePlace other = bucket.toPut("jobs/2/large", new FilePart("a", LARGE.length(), sha256(LARGE)), A_MINUTE);

        bucket.deleteUnfinished("jobs/1/");

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> PutByTrainer.put(file(LARGE), left));
        PutByTrainer.put(file(LARGE), other);
        assertThat(bucket.list("")).extracting(Bucket.Item::key).containsExactly("jobs/2/large");
    }

    @Test
    void lendsAnAddressByWhichOneFileCanBeFetched() throws Exception {
        bucket.put("jobs/1/a", file("hello"), sha256("hello"));
        FilePlace place = bucket.toGet("jobs/1/a", new FilePart("a", 5, sha256("hello")), A_MINUTE);

        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(place.url())).build(), HttpResponse.BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("hello");
        assertThat(place.url()).doesNotContain(S3Server.SECRET_KEY);
        assertThat(place).hasToString("FilePlace[a]");
    }

    private static int put(String url, Map<String, String> headers, String content) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url)).PUT(HttpRequest.BodyPublishers.ofString(content));
        headers.forEach(request::header);
        return HttpClient.newHttpClient()
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private Path file(String content) throws IOException {
        return Files.writeString(folder.resolve("file"), content);
    }

    private static String sha256(String content) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8)));
    }
}
