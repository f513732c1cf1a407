package io.signalbox.server.job;

import static io.signalbox.event.JobState.CANCELLED;
import static io.signalbox.event.JobState.COMPLETED;
import static io.signalbox.event.JobState.FAILED;
import static io.signalbox.event.JobState.PAUSED;
import static io.signalbox.event.JobState.QUEUED;
import static io.signalbox.event.JobState.RUNNING;
import static io.signalbox.event.JobState.STARTING;
import static io.signalbox.event.JobState.STOPPED;
import static io.signalbox.event.JobState.STOPPING;
import static io.signalbox.event.JobState.SUSPENDED;

import io.signalbox.event.JobState;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** The legal moves of a job; everything else is refused. */
final class JobTransitions {

    private static final Map<JobState, Set<JobState>> LEGAL = new EnumMap<>(JobState.class);

    static {
        LEGAL.put(QUEUED, EnumSet.of(STARTING, STOPPED, CANCELLED, FAILED));
        LEGAL.put(STARTING, EnumSet.of(RUNNING, QUEUED, STOPPED, CANCELLED, FAILED));
        LEGAL.put(RUNNING, EnumSet.of(PAUSED, STOPPING, SUSPENDED, QUEUED, COMPLETED, STOPPED, CANCELLED, FAILED));
        LEGAL.put(PAUSED, EnumSet.of(RUNNING, STOPPING, SUSPENDED, QUEUED, STOPPED, CANCELLED, FAILED));
        LEGAL.put(STOPPING, EnumSet.of(STOPPED, COMPLETED, CANCELLED, FAILED));
        LEGAL.put(SUSPENDED, EnumSet.of(QUEUED, STOPPED, CANCELLED));
        LEGAL.put(COMPLETED, EnumSet.of(QUEUED));
        LEGAL.put(STOPPED, EnumSet.of(QUEUED));
        LEGAL.put(FAILED, EnumSet.of(QUEUED));
        LEGAL.put(CANCELLED, EnumSet.of(QUEUED));
    }

    private JobTransitions() {}

    static boolean legal(JobState from, JobState to) {
        return LEGAL.getOrDefault(from, Set.of()).contains(to);
    }
}
