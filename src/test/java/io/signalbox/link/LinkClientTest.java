package io.signalbox.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.EpochEnd;
import io.signalbox.event.EventDetail.TrainEnd;
import io.signalbox.link.FaultyProxy.Fault;
import io.signalbox.spec.CommandRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LinkClientTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private final Ledger ledger = new Ledger(1);
    private final List<String> fenced = new CopyOnWriteArrayList<>();
    private final List<String> interrupted = new CopyOnWriteArrayList<>();
    private LinkServer server;
    private FaultyProxy proxy;
    private JournalWriter journal;
    private LinkClient client;
    private final AtomicInteger orphaned = new AtomicInteger();
    private Duration orphanTimeout = Duration.ofHours(1);
    private int told;

    private final LinkClient.Listener listener = new LinkClient.Listener() {
        @Override
        public void command(CommandRequest request) {}

        @Override
        public void fenced(String reason) {
            fenced.add(reason);
        }

        @Override
        public void interrupted(String reason) {
            interrupted.add(reason);
        }

        @Override
        public void orphaned() {
            orphaned.incrementAndGet();
        }

        @Override
        public Frame.Progress progress() {
            return new Frame.Progress(1, told, 100.0, 1, 1.0);
        }
    };

    @BeforeEach
    void start() throws IOException {
        startServer();
        proxy = new FaultyProxy(folder.resolve("trainer-link.json"), folder.resolve("link.json"));
        journal = new JournalWriter(folder.resolve("journal.ndjson"), 1, 1, 0, Instant::now);
        client = new LinkClient(assignment(1, Ledger.SECRET), journal, listener);
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        journal.close();
        proxy.close();
        server.close();
    }

    @Test
    void tellsOnceThatNoServerCameBackAndDeliversAllTheSameWhenOneDoes() throws Exception {
        orphanTimeout = Duration.ofMillis(50);
        client.close();
        client = new LinkClient(assignment(1, Ledger.SECRET), journal, listener);
        tell(1);
        client.start();
        assertThatAllArrive();
        server.close();
        await().atMost(SOON).until(() -> orphaned.get() > 0);
        tell(1);
        startServer();

        assertThatAllArrive();
        assertThat(orphaned).hasValue(1);
    }

    @Test
    void deliversWhatWasToldBeforeAndAfterItConnected() throws Exception {
        tell(3);
        client.start();
        tell(3);

        assertThatAllArrive();
        assertThat(ledger.events()).isEqualTo(Journal.read(folder.resolve("journal.ndjson"), -1, 100));
    }

    @Test
    void tellsProgress() {
        client.start();

        await().atMost(SOON).until(() -> ledger.progress() != null);
        assertThat(ledger.progress().examplesPerSecond()).isEqualTo(100.0);
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void whateverHappensToAFrameEveryEventArrivesOnceAndInOrder(Fault fault) throws Exception {
        client.start();
        for (int round = 0; round < 3; round++) {
            tell(50);
            assertThatAllArrive();
            proxy.next(fault);
            tell(50);
            await().atMost(SOON).until(proxy::struck);
        }
        assertThatAllArrive();
    }

    @Test
    void comesBackWhenTheServerMovedToAnotherPort() throws Exception {
        client.start();
        tell(10);
        assertThatAllArrive();
        server.close();
        tell(2_000);
        startServer();
        proxy.resetAll();

        assertThatAllArrive();
    }

    @Test
    void sendsOnFromWhereTheServerStandsWhenItLostItsLastEvents() throws Exception {
        client.start();
        tell(20);
        assertThatAllArrive();
        ledger.forgetAfter(5);
        proxy.resetAll();

        tell(1);
        assertThatAllArrive();
    }

    @Test
    void catchesUpFromTheFileWhenTheBacklogIsLongerThanWhatMemoryHolds() throws Exception {
        tell(20_000);
        client.start();

        assertThatAllArrive();
    }

    @Test
    void sendsAgainWhatTheServerCouldNotKeep() throws Exception {
        ledger.failWith(new IllegalStateException("the database is away"));
        client.start();
        tell(10);
        await().atMost(SOON).until(() -> ledger.hellos() > 1);
        ledger.failWith(null);

        assertThatAllArrive();
    }

    @Test
    void isToldThatItIsFenced() throws Exception {
        client.close();
        client = new LinkClient(assignment(0, Ledger.SECRET), journal, listener);
        client.start();

        await().atMost(SOON).until(() -> !fenced.isEmpty());
    }

    @Test
    void isFencedByTheLossOfItsWorkshopWhileThereIsNoWayToTheServer() throws Exception {
        client.close();
        Path workshop = Files.createDirectories(assignment(1, Ledger.SECRET).workshop());
        client = new LinkClient(assignment(1, Ledger.SECRET), journal, listener);
        server.close();
        client.start();

        Files.delete(workshop);

        await().atMost(SOON).until(() -> !fenced.isEmpty());
        assertThat(fenced).first().asString().contains("a newer attempt");
    }

    @Test
    void isToldToSaveAndEnd() throws Exception {
        client.start();
        tell(1);
        assertThatAllArrive();

        ledger.session().interrupt("its place is gone");

        await().atMost(SOON).until(() -> interrupted.equals(List.of("its place is gone")));
    }

    @Test
    void anEncryptedLinkComesBackWithTheNextServer() throws Exception {
        LinkTls tls = LinkTls.open(folder.resolve("link.p12"));
        InetAddress here = InetAddress.getLoopbackAddress();
        LinkServer.Endpoint endpoint = new LinkServer.Endpoint(here, 0, here.getHostAddress(), tls);
        Path linkFile = folder.resolve("trainer-link.json");
        try (LinkServer first = new LinkServer(linkFile, endpoint, ledger)) {
            client.start();
            tell(2_000);
            assertThatAllArrive();
        }
        tell(2_000);
        try (LinkServer second = new LinkServer(linkFile, endpoint, ledger)) {
            assertThatAllArrive();
        }
    }

    @Test
    void isFencedWhenSomebodyElseWroteUnderItsNumbers() throws Exception {
        ledger.events(null, List.of(new Event(0, Instant.EPOCH, 1, 1, null, null, new TrainEnd(1, 1))));
        client.start();

        await().atMost(SOON).until(() -> !fenced.isEmpty());
    }

    @Test
    void withoutAServerNobodyWaits() throws Exception {
        server.close();
        client.start();
        tell(1_000);

        assertThat(client.awaitAcked(Duration.ofMillis(1))).isFalse();
        assertThat(journal.nextSeq()).isEqualTo(1_000);
    }

    private void startServer() throws IOException {
        server = new LinkServer(folder.resolve("link.json"), ledger);
    }

    private void tell(int count) {
        for (int i = 0; i < count; i++) {
            Map<String, Double> logs = Map.of("loss", 1.0 / told);
            journal.append(0, (long) told, told % 10 == 9 ? new EpochEnd(logs, 1.0, 10.0) : new BatchEnd(told, logs));
            told++;
        }
    }

    private void assertThatAllArrive() throws InterruptedException {
        assertThat(client.awaitAcked(SOON)).isTrue();
        assertThat(ledger.events()).hasSize((int) journal.nextSeq());
    }

    private Assignment assignment(int attempt, String secret) {
        return new Assignment(
                1,
                attempt,
                secret,
                0,
                folder,
                folder,
                null,
                null,
                List.of(),
                null,
                null,
                folder.resolve("trainer-link.json"),
                orphanTimeout,
                null);
    }
}
