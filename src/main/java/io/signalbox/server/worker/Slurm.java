package io.signalbox.server.worker;

import java.util.List;

/**
 * How Slurm is asked. Every call may block for as long as it takes to see that slurmctld is away, so that whoever calls has a thread
 * for it.
 */
interface Slurm {

    /** Longer than slurmctld itself is waited for. */
    int WITHIN_SECONDS = 20;

    /** By its commands, or over REST where that is set. */
    static Slurm of(SlurmProperties settings) {
        return settings.restUrl() == null ? new SlurmCommands(settings) : new SlurmRest(settings);
    }

    /** All jobs of this user that slurmctld knows, also those that ended in the last minutes; in one question. */
    List<SlurmJob> queue() throws SlurmException;

    /** The jobs of that name that the accounting kept; empty where there is none that can be asked. */
    List<SlurmJob> history(String name);

    /** Hands an attempt in; answers the job's id. */
    String submit(SlurmRequest request) throws SlurmException;

    /** Ends it. By its name too, for the id may have been given to somebody else's job meanwhile. */
    void cancel(SlurmJob job) throws SlurmException;

    /** Has its trainer save and end. */
    void term(SlurmJob job) throws SlurmException;
}
