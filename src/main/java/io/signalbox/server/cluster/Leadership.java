package io.signalbox.server.cluster;

import io.signalbox.server.Database;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.SignalboxProperties.Servers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Whether this server leads: the one server always, of several the one whose session holds an advisory lock of the database.
 * PostgreSQL frees it with the session, so that the next leader waits for no clock to run out.
 *
 * <p>The leader before may not know yet that its session is gone. So each leader has a term, one above that of the leader before,
 * and what only a leader may do asks in its own transaction whether its term is still the newest ({@link #require}): once a
 * server leads, no other one starts anything.
 */
@Component
public class Leadership implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Leadership.class);

    /** The key of the lock: "signalbo" in ASCII. */
    private static final long LOCK = 0x7369676e616c626fL;

    private static final Duration LOOK = Duration.ofMillis(300);

    private final boolean alone;
    private final Database database;
    private final JdbcTemplate jdbc;
    private final ObjectProvider<Duty> duties;
    private final List<Duty> started = new ArrayList<>();
    private @Nullable Thread thread;
    private volatile long term;
    private volatile boolean leading;
    private volatile boolean closing;
    private volatile boolean running;
    private boolean complained;

    Leadership(SignalboxProperties properties, Database database, JdbcTemplate jdbc, ObjectProvider<Duty> duties) {
        this.alone = properties.servers() == Servers.ONE;
        this.database = database;
        this.jdbc = jdbc;
        this.duties = duties;
    }

    /** This server leads no more, or never did. */
    public static final class NotLeadingException extends RuntimeException {

        NotLeadingException() {
            super("another server leads now; this one starts nothing and ends nothing any more");
        }
    }

    /** Whether this server leads, as far as it knows. */
    public boolean isLeading() {
        return leading;
    }

    /**
     * Within a transaction that only a leader may commit: no other server begins to lead before it is over.
     *
     * @throws NotLeadingException if one leads already
     */
    public void require() {
        if (alone) {
            return;
        }
        List<Long> newest = jdbc.queryForList("select term from leader where id = 1 for share", Long.class);
        if (!leading || !newest.equals(List.of(term))) {
            throw new NotLeadingException();
        }
    }

    @Override
    public void start() {
        closing = false; // a context that was paused is started again
        started.clear();
        running = true;
        if (alone) {
            lead();
            return;
        }
        Thread elections = new Thread(this::run, "leadership");
        elections.setDaemon(true);
        elections.start();
        thread = elections;
    }

    private void run() {
        while (!closing) {
            try (Connection own = OwnConnection.open(database, "leadership")) {
                while (!closing && !hasLock(own)) {
                    pause();
                }
                if (!closing) {
                    term = nextTerm(own);
                    log.info("this server leads now (term {})", term);
                    complained = false;
                    lead();
                }
                while (!closing && isAlive(own)) {
                    pause();
                }
            } catch (SQLException e) {
                complain(e);
            } catch (RuntimeException e) {
                log.error("this server could not begin to lead; it tries again", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } finally {
                if (!closing) { // Spring stops the duties of a server that ends
                    stepDown();
                }
            }
        }
    }

    private static void pause() throws InterruptedException {
        Thread.sleep(LOOK.toMillis());
    }

    private void complain(SQLException e) {
        if (leading || !complained) {
            complained = true;
            log.warn("the database cannot be used ({}); this server does not lead", e.toString());
        }
    }

    private static boolean hasLock(Connection own) throws SQLException {
        try (Statement statement = own.createStatement();
                ResultSet row = statement.executeQuery("select pg_try_advisory_lock(" + LOCK + ")")) {
            return row.next() && row.getBoolean(1);
        }
    }

    private static long nextTerm(Connection own) throws SQLException {
        try (Statement statement = own.createStatement()) {
            if (statement.executeUpdate("update leader set term = term + 1 where id = 1") == 0) {
                statement.executeUpdate("insert into leader (id, term) values (1, 1)");
            }
            try (ResultSet row = statement.executeQuery("select term from leader where id = 1")) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static boolean isAlive(Connection own) throws SQLException {
        try (Statement statement = own.createStatement()) {
            return statement.execute("select 1");
        }
    }

    private synchronized void lead() {
        leading = true;
        for (Duty duty : duties.orderedStream().toList()) {
            if (!closing) {
                started.add(duty);
                duty.start();
            }
        }
    }

    private synchronized void stepDown() {
        if (!leading) {
            return;
        }
        leading = false;
        log.warn("this server leads no more");
        for (int i = started.size() - 1; i >= 0; i--) {
            started.get(i).stop();
        }
        started.clear();
    }

    /** The duties are about to be stopped, and are not to be started again. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        closing = true;
    }

    /** After the duties: then another server may lead. */
    @Override
    public void stop() {
        closing = true;
        leading = false;
        running = false;
        Thread elections = thread;
        if (elections != null) {
            elections.interrupt();
        }
    }

    /** Started before the duties, so that it is stopped after them. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE - 1;
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
