package io.signalbox.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.signalbox.event.Event;
import io.signalbox.event.EventDetail.BatchEnd;
import io.signalbox.event.EventDetail.CommandApplied;
import io.signalbox.event.EventDetail.EpochBegin;
import io.signalbox.event.EventDetail.Log;
import io.signalbox.harness.TinyDisk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

class JournalTest {

    private static final long FIRST = 7;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("journal.ndjson");
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        List<Event> written = write(5);

        assertThat(Journal.read(file, FIRST - 1, 100)).isEqualTo(written);
        assertThat(written).extracting(Event::seq).containsExactly(7L, 8L, 9L, 10L, 11L);
    }

    @Test
    void readsAboveASeqAndNoMoreThanAsked() throws IOException {
        List<Event> written = write(5);

        assertThat(Journal.read(file, 8, 2)).isEqualTo(written.subList(2, 4));
        assertThat(Journal.read(file, 11, 2)).isEmpty();
    }

    @Test
    void everyLineIsJson() throws IOException {
        write(3);

        assertThat(Files.readAllLines(file))
                .hasSize(3)
                .allSatisfy(line -> assertThat(new JsonMapper()
                                .readTree(line)
                                .path("event")
                                .path("job_id")
                                .asLong())
                        .isEqualTo(1));
    }

    @Test
    void cutAtAnyByteItReadsExactlyTheWholeLinesBefore() throws IOException {
        List<Event> written = write(4);
        byte[] whole = Files.readAllBytes(file);

        for (int cut = 0; cut <= whole.length; cut++) {
            Files.write(file, Arrays.copyOf(whole, cut));
            assertThat(Journal.read(file, FIRST - 1, 100))
                    .as("cut at byte %d", cut)
                    .isEqualTo(written.subList(0, lines(whole, cut)));
        }
    }

    @Test
    void withAnyByteFlippedEveryOtherEventIsThereAndTheLossIsTold() throws IOException {
        List<Event> written = write(4);
        byte[] whole = Files.readAllBytes(file);

        for (int at = 0; at < whole.length - 1; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x10;
            Files.write(file, flipped);

            List<Event> read = Journal.read(file, FIRST - 1, 100);

            assertThat(read).as("flipped byte %d", at).hasSizeBetween(3, 5);
            assertThat(read.subList(0, Math.min(4, read.size())))
                    .extracting(Event::seq)
                    .isSubsetOf(7L, 8L, 9L, 10L);
            assertThat(read)
                    .anySatisfy(event -> assertThat(event.detail())
                            .isInstanceOfSatisfying(
                                    Log.class, log -> assertThat(log.message()).contains("is lost")));
            assertThat(read.stream().filter(event -> !(event.detail() instanceof Log)))
                    .isSubsetOf(written)
                    .hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void aLostEventIsReplacedUnderItsOwnNumberAndReadingCanGoOnAfterIt() throws IOException {
        List<Event> written = write(5);
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        lines.set(1, "garbage");
        lines.set(2, "more of it");
        Files.write(file, lines);

        List<Event> read = Journal.read(file, FIRST - 1, 100);

        assertThat(read).extracting(Event::seq).containsExactly(7L, 8L, 9L, 10L, 11L);
        assertThat(read.get(0)).isEqualTo(written.get(0));
        assertThat(read.get(1).detail()).isEqualTo(new Log("error", "event 8 is lost: the journal was damaged here"));
        assertThat(read.subList(3, 5)).isEqualTo(written.subList(3, 5));
        assertThat(Journal.read(file, 8, 100)).isEqualTo(read.subList(2, 5));
    }

    @Test
    void refusesToWriteOverAnotherAttemptsJournal() throws IOException {
        write(1);

        assertThatThrownBy(() -> write(1)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void handsOutOldEventsFromTheFileAndNewOnesFromMemoryAlike() throws IOException {
        int count = 10_000;
        List<Event> all = new ArrayList<>();
        try (JournalWriter journal = new JournalWriter(file, 1, 2, FIRST, Instant::now)) {
            for (int i = 0; i < count; i++) {
                journal.append(0, (long) i, new BatchEnd(i, Map.of("loss", 1.0 / i)));
            }
            for (long after = FIRST - 1; after < FIRST + count - 1; ) {
                List<Event> next = journal.after(after, 333);
                assertThat(next.get(0).seq()).isEqualTo(after + 1);
                all.addAll(next);
                after = next.get(next.size() - 1).seq();
            }
            assertThat(journal.after(FIRST + count - 1, 333)).isEmpty();
        }
        assertThat(all).hasSize(count).isEqualTo(Journal.read(file, FIRST - 1, count));
    }

    @Test
    void numbersWithoutGapWhenManyThreadsTell() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (JournalWriter journal = new JournalWriter(file, 1, 2, FIRST, Instant::now)) {
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(new Thread(() -> {
                    awaitUnchecked(go);
                    for (int n = 0; n < 250; n++) {
                        journal.append(null, null, new EpochBegin());
                    }
                }));
            }
            threads.forEach(Thread::start);
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
        }
        List<Event> read = Journal.read(file, FIRST - 1, 2_000);
        assertThat(read).hasSize(1_000);
        assertThat(read.get(999).seq()).isEqualTo(FIRST + 999);
    }

    /** A disk that can be full. */
    private static final class Disk extends RandomAccessFile {

        private boolean full;

        Disk(Path path) throws IOException {
            super(path.toFile(), "rw");
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            if (full) {
                super.write(bytes, 0, bytes.length / 2);
                throw new IOException("No space left on device");
            }
            super.write(bytes);
        }
    }

    @Test
    void whatAFullDiskDidNotTakeIsWrittenWhenThereIsSpaceAgain() throws IOException {
        Disk disk = new Disk(file);
        try (JournalWriter journal = new JournalWriter(file, disk, 1, 2, FIRST, Instant::now)) {
            journal.append(0, 0L, new BatchEnd(0, Map.of()));
            disk.full = true;
            journal.append(0, 1L, new BatchEnd(1, Map.of()));
            journal.append(0, 2L, new BatchEnd(2, Map.of()));
            assertThat(Journal.read(file, FIRST - 1, 100)).hasSize(1);
            assertThat(journal.nextSeq()).isEqualTo(FIRST + 1);

            disk.full = false;
            journal.append(0, 3L, new BatchEnd(3, Map.of()));
        }
        assertThat(Journal.read(file, FIRST - 1, 100)).extracting(Event::step).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    void onARealDiskThatIsFullForAWhileNothingIsLost() throws IOException {
        int events = 2_000;
        try (TinyDisk disk = TinyDisk.mount(folder.resolve("disk"), "size=64k")) {
            file = disk.root().resolve("journal.ndjson");
            try (JournalWriter journal = new JournalWriter(file, 1, 2, FIRST, Instant::now)) {
                for (int i = 0; i < events; i++) {
                    journal.append(0, (long) i, new BatchEnd(i, Map.of("loss", 0.5)));
                    if (i == 10) {
                        disk.fill();
                    } else if (i == events / 2) {
                        assertThat(journal.nextSeq()).isLessThan(FIRST + events / 2);
                        disk.free();
                        disk.grow("size=4m");
                    }
                }
            }
            assertThat(Journal.read(file, FIRST - 1, 2 * events))
                    .extracting(Event::step)
                    .containsExactlyElementsOf(
                            LongStream.range(0, events).boxed().toList());
        }
    }

    @Test
    void aDiskThatStaysFullCostsTheOldestBatchesAndNothingElseAndTheLossIsTold() throws IOException {
        int lost = 25;
        Disk disk = new Disk(file);
        try (JournalWriter journal = new JournalWriter(file, disk, 1, 2, FIRST, Instant::now)) {
            disk.full = true;
            journal.append(0, 0L, new CommandApplied("c1", "stop", "stopped"));
            for (int i = 0; i < JournalWriter.MAX_UNWRITTEN - 1 + lost; i++) {
                journal.append(0, (long) i, new BatchEnd(i, Map.of()));
            }
            disk.full = false;
            journal.append(0, 0L, new EpochBegin());
        }
        List<Event> read = Journal.read(file, FIRST - 1, 2 * JournalWriter.MAX_UNWRITTEN);

        assertThat(read.get(0).detail())
                .isInstanceOfSatisfying(
                        Log.class, log -> assertThat(log.message()).startsWith("25 events"));
        assertThat(read.get(1).detail()).isInstanceOf(CommandApplied.class);
        assertThat(read.get(2).step()).isEqualTo(lost);
        assertThat(read).hasSize(JournalWriter.MAX_UNWRITTEN + 2);
    }

    @Test
    void whatAFullDiskNeverTookIsHandedToTheSenderAtTheEnd() throws IOException {
        Disk disk = new Disk(file);
        try (JournalWriter journal = new JournalWriter(file, disk, 1, 2, FIRST, Instant::now)) {
            disk.full = true;
            journal.append(0, 0L, new BatchEnd(0, Map.of()));
            assertThat(journal.after(FIRST - 1, 10)).isEmpty();

            journal.finish();

            assertThat(journal.after(FIRST - 1, 10)).extracting(Event::seq).containsExactly(FIRST);
        }
    }

    private List<Event> write(int count) throws IOException {
        List<Event> written = new ArrayList<>();
        try (JournalWriter journal = new JournalWriter(file, 1, 2, FIRST, Instant::now)) {
            journal.onWritten(written::add);
            for (int i = 0; i < count; i++) {
                journal.append(0, (long) i, new BatchEnd(i, Map.of("loss", 0.5)));
            }
        }
        return written;
    }

    private static int lines(byte[] bytes, int length) {
        return (int) new String(bytes, 0, length, StandardCharsets.UTF_8)
                .chars()
                .filter(c -> c == '\n')
                .count();
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
