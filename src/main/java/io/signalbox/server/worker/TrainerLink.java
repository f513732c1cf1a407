package io.signalbox.server.worker;

import io.signalbox.event.Event;
import io.signalbox.failpoint.Failpoint;
import io.signalbox.link.Frame;
import io.signalbox.link.LinkServer;
import io.signalbox.link.LinkTls;
import io.signalbox.server.Home;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.StartRefusedException;
import io.signalbox.server.cluster.ChangedElsewhere;
import io.signalbox.server.cluster.Duty;
import io.signalbox.server.command.Commands;
import io.signalbox.server.ingest.EventStore;
import io.signalbox.server.ingest.Ingest;
import io.signalbox.server.ingest.TrainerSessions;
import io.signalbox.server.job.Job;
import io.signalbox.server.job.JobChanged;
import io.signalbox.server.job.JobRepository;
import io.signalbox.server.job.JobViews;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Takes trainers' connections: lets in only the newest attempt of a job, by number and secret. */
@Component
@Order(2)
class TrainerLink implements LinkServer.Handler, Duty {

    private static final Logger log = LoggerFactory.getLogger(TrainerLink.class);

    private static final String ALL_ADDRESSES = "0.0.0.0";

    private final JobRepository jobs;
    private final JobViews views;
    private final Commands commands;
    private final Ingest ingest;
    private final EventStore store;
    private final TrainerSessions sessions;
    private final WorkerPool pool;
    private final Launcher launcher;
    private final ApplicationEventPublisher publisher;
    private final CarriedFiles files;
    private final Home home;
    private final SignalboxProperties.Link link;
    private final SignalboxProperties.Launcher launcherKind;
    private volatile @Nullable LinkServer server;

    TrainerLink(
            JobRepository jobs,
            JobViews views,
            Commands commands,
            Ingest ingest,
            EventStore store,
            TrainerSessions sessions,
            WorkerPool pool,
            Launcher launcher,
            ApplicationEventPublisher publisher,
            CarriedFiles files,
            Home home,
            SignalboxProperties properties) {
        this.link = properties.link();
        this.launcherKind = properties.launcher();
        this.files = files;
        this.jobs = jobs;
        this.views = views;
        this.commands = commands;
        this.ingest = ingest;
        this.store = store;
        this.sessions = sessions;
        this.pool = pool;
        this.launcher = launcher;
        this.publisher = publisher;
        this.home = home;
    }

    @Override
    public long hello(Frame.Hello hello, LinkServer.Session session) {
        Job job = jobs.findById(hello.jobId())
                .orElseThrow(() -> new LinkServer.LinkRefusedException("there is no such job", true));
        if (!sameSecret(job, hello.secret())) {
            throw new LinkServer.LinkRefusedException(
                    "wrong secret, or a newer attempt runs", hello.attempt() != job.attempt());
        }
        if (hello.attempt() != job.attempt() || !job.state().hasTrainer()) {
            throw new LinkServer.LinkRefusedException(
                    "attempt " + hello.attempt() + " of job " + job.id() + " is over", true);
        }
        sessions.put(session);
        launcher.connected(new Attempt(job.id(), hello.attempt()), hello.pid());
        commands.forTrainer(job.id()).forEach(session::send);
        log.info("job {}: trainer {} is connected (attempt {})", job.id(), hello.pid(), hello.attempt());
        return store.lastSeq(job.id());
    }

    @Override
    public void events(LinkServer.Session session, List<Event> events) {
        ingest.receive(session.jobId(), events, () -> sessions.isCurrent(session));
    }

    @Override
    public void progress(LinkServer.Session session, Frame.Progress progress) {
        views.pace(session.jobId(), progress.step(), progress.examplesPerSecond());
        publisher.publishEvent(new JobChanged(session.jobId()));
    }

    /** Another server took commands in, or may have: what waits goes to the trainers that are connected here. */
    @EventListener
    void on(ChangedElsewhere change) {
        sessions.jobs().stream()
                .filter(change::concerns)
                .forEach(job -> commands.forTrainer(job).forEach(command -> sessions.send(job, command)));
    }

    @Override
    public void files(LinkServer.Session session, Frame.FilesAsked asked) {
        files.answer(session, asked);
    }

    @Override
    public void closed(LinkServer.Session session) {
        sessions.remove(session);
        pool.signal();
    }

    private static boolean sameSecret(Job job, String secret) {
        String expected = job.secretSha256();
        return expected != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.US_ASCII),
                        Secrets.sha256(secret).getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void start() {
        try {
            server = new LinkServer(home.run().resolve("link.json"), endpoint(), this);
        } catch (UnknownHostException e) {
            throw new StartRefusedException(
                    StartRefusedException.BAD_SETTINGS,
                    "signalbox.link.bind names no host that is known here: " + e.getMessage(),
                    "Name an address of this machine.");
        } catch (IOException e) {
            throw new StartRefusedException(
                    StartRefusedException.TRY_LATER,
                    "Trainers cannot be listened for: " + e.getMessage() + ".",
                    "Free the port, or choose others with signalbox.link.bind and signalbox.link.port.");
        }
    }

    private LinkServer.Endpoint endpoint() throws IOException {
        if (link.bind() == null && launcherKind == SignalboxProperties.Launcher.LOCAL) {
            return LinkServer.Endpoint.loopback();
        }
        InetAddress bind = InetAddress.getByName(link.bind() == null ? ALL_ADDRESSES : link.bind());
        String host = link.host();
        if (host == null) {
            host = bind.isAnyLocalAddress() ? InetAddress.getLocalHost().getCanonicalHostName() : bind.getHostAddress();
        }
        boolean stays = bind.isLoopbackAddress() && launcherKind == SignalboxProperties.Launcher.LOCAL;
        LinkTls tls = stays ? null : LinkTls.open(home.root().resolve("link.p12"));
        log.info("trainers reach this server at {}", host);
        return new LinkServer.Endpoint(bind, link.port(), host, tls);
    }

    @Override
    public void stop() {
        Failpoint.reach("shutdown");
        LinkServer running = server;
        server = null;
        if (running != null) {
            running.close();
        }
    }

    @Override
    public boolean isRunning() {
        return server != null;
    }
}
