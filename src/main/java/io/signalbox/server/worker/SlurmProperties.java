package io.signalbox.server.worker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The Slurm cluster that trainers run on, where {@code signalbox.launcher} is {@code slurm}. The home folder, this service's jar
 * and its Java are to be seen from its nodes under the same paths.
 *
 * @param jobName what names of jobs begin with; servers that share a cluster and a user each need one of their own
 * @param partition by default the cluster's own
 * @param account likewise
 * @param qos likewise
 * @param flags further options of sbatch, such as {@code --constraint=a100}
 * @param nice of a job of priority 0, 0 to 10,000; a job's priority is taken off it, as far as to 0
 * @param memory of a job that names none in its {@code resources}
 * @param timeLimit longest that one attempt may run; a job that needs longer saves itself, and goes on in another
 * @param saveWithin what an attempt has to save itself before a time limit
 * @param poll how often Slurm is asked about all jobs
 * @param conf its slurm.conf, where that is not where its commands look
 * @param java of the nodes; by default where this service's is
 * @param restUrl of a slurmrestd that is asked instead of commands, with the version to speak, such as
 *     {@code http://slurm:6820/slurm/v0.0.38}
 * @param tokenFile what is shown to it, as {@code scontrol token} prints it; read anew for each call, for tokens expire
 * @param restUser whose token that is; by default the user that the service runs as
 * @param setup lines of shell that are run on the node before the trainer, such as {@code module load cuda}
 */
@ConfigurationProperties("signalbox.slurm")
record SlurmProperties(
        @DefaultValue("run") String jobName,
        @Nullable String partition,
        @Nullable String account,
        @Nullable String qos,
        @DefaultValue List<String> flags,
        @DefaultValue("100") int nice,
        @DefaultValue("4GB") DataSize memory,
        @Nullable Duration timeLimit,
        @DefaultValue("120s") Duration saveWithin,
        @DefaultValue("2s") Duration poll,
        @Nullable Path conf,
        @Nullable Path java,
        @Nullable String restUrl,
        @Nullable Path tokenFile,
        @Nullable String restUser,
        @DefaultValue List<String> setup) {

    private static final String NAME = "[A-Za-z0-9_.-]{1,64}";
    private static final String REST_URL = "https?://[^/@?#\\s]+(/[^?#\\s]*)?/slurm/v\\d+\\.\\d+\\.\\d+";
    private static final String USER = "[A-Za-z0-9_.@\\\\-]{1,256}";
    private static final int MOST_NICE = 10_000;
    private static final Duration SHORTEST_POLL = Duration.ofMillis(100);

    /** The most that Slurm's own format takes. */
    private static final Duration LONGEST_WARNING = Duration.ofSeconds(65_535);

    SlurmProperties {
        if (!jobName.matches(NAME)) {
            throw new IllegalArgumentException(
                    "signalbox.slurm.job-name must be 1 to 64 letters, digits, '_', '.' or '-', was " + jobName);
        }
        for (String flag : flags) {
            if (!flag.startsWith("--")) {
                throw new IllegalArgumentException(
                        "signalbox.slurm.flags must hold options such as --constraint=a100, was " + flag);
            }
        }
        if (nice < 0 || nice > MOST_NICE) {
            throw new IllegalArgumentException("signalbox.slurm.nice must be 0 to " + MOST_NICE + ", was " + nice);
        }
        if (memory.toMegabytes() <= 0) {
            throw new IllegalArgumentException("signalbox.slurm.memory must be 1MB or more, was " + memory);
        }
        if (timeLimit != null && timeLimit.compareTo(saveWithin) <= 0) {
            throw new IllegalArgumentException("signalbox.slurm.time-limit must be longer than save-within, which is "
                    + saveWithin + ", was " + timeLimit);
        }
        if (saveWithin.toSeconds() < 1 || saveWithin.compareTo(LONGEST_WARNING) > 0) {
            throw new IllegalArgumentException("signalbox.slurm.save-within must be 1s to "
                    + LONGEST_WARNING.toSeconds() + "s, was " + saveWithin);
        }
        if (poll.compareTo(SHORTEST_POLL) < 0) {
            throw new IllegalArgumentException(
                    "signalbox.slurm.poll must be " + SHORTEST_POLL + " or more, was " + poll);
        }
        checkRest(restUrl, tokenFile, restUser, flags);
    }

    private static void checkRest(
            @Nullable String url, @Nullable Path tokenFile, @Nullable String user, List<String> flags) {
        if (url != null && !url.matches(REST_URL)) {
            throw new IllegalArgumentException(
                    "signalbox.slurm.rest-url must be the address of a slurmrestd and end with the"
                            + " version to speak, as http://slurm:6820/slurm/v0.0.38 does, was " + url);
        }
        if (url != null && tokenFile == null) {
            throw new IllegalArgumentException("signalbox.slurm.rest-url needs signalbox.slurm.token-file");
        }
        if (url == null && (tokenFile != null || user != null)) {
            throw new IllegalArgumentException(
                    "signalbox.slurm.token-file and rest-user are for slurmrestd: signalbox.slurm.rest-url must be set too");
        }
        if (user != null && !user.matches(USER)) {
            throw new IllegalArgumentException("signalbox.slurm.rest-user must be a user's name, was " + user);
        }
        if (url != null && !flags.isEmpty()) {
            throw new IllegalArgumentException("signalbox.slurm.flags are options of sbatch, which cannot be said over"
                    + " signalbox.slurm.rest-url: set partition, account and qos, or leave one of both out");
        }
    }
}
