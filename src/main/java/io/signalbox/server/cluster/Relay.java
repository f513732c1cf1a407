package io.signalbox.server.cluster;

import io.signalbox.server.Database;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.SignalboxProperties.Servers;
import io.signalbox.server.ingest.EventsCommitted;
import io.signalbox.server.ingest.NoTrainerHere;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Tells the other servers on the same PostgreSQL, by NOTIFY, of which jobs something was committed here, and says here what they
 * tell ({@link ChangedElsewhere}). A notice is a wake-up and may get lost; whoever is woken reads the tables. It is sent outside
 * of the transaction that it tells of, for NOTIFY takes a lock on the whole database at commit, and for many commits at once.
 */
@Component
class Relay implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Relay.class);

    private static final String CHANNEL = "signalbox";

    /** PostgreSQL takes less than 8,000 bytes; the last number may go beyond this. */
    private static final int LONGEST = 7900;

    /** Between two notices: what a person sees as live is 50 ms. */
    private static final long GATHER_MILLIS = 20;

    private static final long AGAIN_MILLIS = 500;

    /** When nothing comes for so long, the connection is asked for a sign of life. */
    private static final Duration SILENCE = Duration.ofSeconds(2);

    private final boolean alone;
    private final Database database;
    private final JdbcTemplate jdbc;
    private final ApplicationEventPublisher publisher;

    /** Begin of what this server sends, to be told from what it hears. */
    private final String self = UUID.randomUUID().toString();

    private final Set<Long> changed = ConcurrentHashMap.newKeySet();
    private final Object news = new Object();
    private volatile boolean running;
    private volatile @Nullable Connection listening;

    Relay(SignalboxProperties properties, Database database, JdbcTemplate jdbc, ApplicationEventPublisher publisher) {
        this.alone = properties.servers() == Servers.ONE;
        this.database = database;
        this.jdbc = jdbc;
        this.publisher = publisher;
    }

    @EventListener
    void on(EventsCommitted committed) {
        tell(committed.jobId());
    }

    @EventListener
    void on(NoTrainerHere command) {
        tell(command.jobId());
    }

    private void tell(long jobId) {
        if (!alone) {
            changed.add(jobId);
            synchronized (news) {
                news.notifyAll();
            }
        }
    }

    @Override
    public void start() {
        if (!alone) {
            running = true;
            inThread("relay-tell", this::tellAll);
            inThread("relay-listen", this::listen);
        }
    }

    private static void inThread(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void tellAll() {
        try {
            while (running) {
                awaitNews();
                Thread.sleep(sendOne() ? GATHER_MILLIS : AGAIN_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitNews() throws InterruptedException {
        synchronized (news) {
            while (changed.isEmpty() && running) {
                news.wait();
            }
        }
    }

    /** False while the database is away: those who listen lose their connections as well, and look at everything then. */
    private boolean sendOne() {
        StringBuilder notice = new StringBuilder(self);
        for (Iterator<Long> jobs = changed.iterator(); jobs.hasNext() && notice.length() < LONGEST; ) {
            notice.append(' ').append(jobs.next());
            jobs.remove();
        }
        try {
            jdbc.query("select pg_notify(?, ?)", row -> {}, CHANNEL, notice.toString());
            return true;
        } catch (RuntimeException e) {
            log.debug("other servers were not told of {}", notice, e);
            return false;
        }
    }

    private void listen() {
        boolean complained = false;
        while (running) {
            try (Connection own = OwnConnection.open(database, "relay")) {
                listening = own;
                try (Statement statement = own.createStatement()) {
                    statement.execute("listen " + CHANNEL);
                }
                publisher.publishEvent(new ChangedElsewhere(null)); // nobody knows what was said before
                if (complained) {
                    log.info("hears of other servers again");
                    complained = false;
                }
                hear(own);
            } catch (SQLException e) {
                if (!complained && running) {
                    complained = true;
                    log.warn("cannot hear of other servers ({}); tries again until it can", e.toString());
                }
            } catch (RuntimeException e) {
                log.error("what another server told could not be passed on", e);
            }
            try {
                Thread.sleep(AGAIN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void hear(Connection own) throws SQLException {
        PGConnection connection = own.unwrap(PGConnection.class);
        while (running) {
            PGNotification[] notices = connection.getNotifications((int) SILENCE.toMillis());
            if (notices == null || notices.length == 0) {
                try (Statement statement = own.createStatement()) {
                    statement.execute("select 1");
                }
                continue;
            }
            for (PGNotification notice : notices) {
                String[] words = notice.getParameter().split(" ");
                for (int i = 1; i < words.length && !words[0].equals(self); i++) {
                    publisher.publishEvent(new ChangedElsewhere(Long.valueOf(words[i])));
                }
            }
        }
    }

    @Override
    public void stop() {
        running = false;
        synchronized (news) {
            news.notifyAll();
        }
        Connection own = listening;
        if (own != null) {
            try {
                own.close();
            } catch (SQLException e) {
                log.debug("the connection was gone already", e);
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
