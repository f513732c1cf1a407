package io.signalbox.link;

import io.signalbox.event.Event;
import io.signalbox.spec.CommandRequest;
import java.util.List;

/** One message between trainer and server. */
public sealed interface Frame {

    /** Version of what is said here; another one is refused at the hello. */
    int PROTOCOL = 1;

    /** Trainer: the first frame of a connection. */
    record Hello(int protocol, long jobId, int attempt, String secret, long pid) implements Frame {}

    /** Server: answers a hello; the trainer sends on from the event after {@code lastSeq} (-1 for none). */
    record Welcome(long lastSeq) implements Frame {}

    /** Server: answers a hello that it does not take; a trainer that reads {@code fenced} ends itself. */
    record Refused(String reason, boolean fenced) implements Frame {}

    /** Trainer: events in order without gap. Not sent again before they are acknowledged or the connection is new. */
    record Events(List<Event> events) implements Frame {}

    /** Server: all events up to {@code seq} are committed. */
    record Ack(long seq) implements Frame {}

    /** Server: a command for the run. May come twice after a reconnect; told apart by its id. */
    record CommandFrame(CommandRequest request) implements Frame {}

    /** Server: what a signal would say: save and end, and another process goes on. */
    record Interrupt(String reason) implements Frame {}

    /** Trainer: how far it is, once a second and as sign of life. Kept nowhere. */
    record Progress(int epoch, long step, double examplesPerSecond, long residentBytes, double cpuSeconds)
            implements Frame {}

    /**
     * Trainer that shares no folder with the server: asks where the files are that it begins with, or, with {@code puts},
     * where to put these. May be asked again until it is answered.
     */
    record FilesAsked(long id, List<FilePart> puts) implements Frame {}

    /**
     * Server: answers {@link FilesAsked} of that id.
     *
     * @param places where files are to be fetched or put; one that was asked for and is missing is not wanted
     * @param trouble why there is no answer now, for people; empty if there is one
     */
    record Files(long id, List<FilePlace> places, String trouble) implements Frame {}

    /** Either: a sign of life asked for. */
    record Ping() implements Frame {}

    /** Either: a sign of life given. */
    record Pong() implements Frame {}
}
