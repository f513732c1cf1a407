package io.signalbox.server;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The service's settings. Checked when the service starts.
 *
 * @param home folder of everything that the service keeps: database, datasets, jobs, weights, token
 * @param launcher what starts trainers: {@code local} or {@code slurm}
 * @param servers how many servers there are on the home and its database: {@code one}, or {@code several}, on PostgreSQL and a
 *     home that all of them share
 * @param shutdown what becomes of running jobs when the server is asked to end: {@code suspend} has them save themselves and
 *     end, and they go on by themselves at the next start; {@code detach} leaves their trainers at work, to be found again; by
 *     default the first where trainers run on this machine, else the second
 * @param shutdownTimeout how long the server waits for jobs that save themselves; those that take longer end by themselves
 * @param workers the trainer processes
 * @param link how trainers reach this server
 * @param queue the jobs that wait for one
 * @param security who gets in
 * @param uploads what may be sent
 * @param disk the disk of the home folder
 * @param notifications what jobs may have this server send
 * @param files how servers and trainers share files
 * @param models which networks beside Signalbox's own jobs may train
 * @param build what this is a build of; not meant to be set
 */
@ConfigurationProperties("signalbox")
public record SignalboxProperties(
        @DefaultValue("./data") Path home,
        @DefaultValue("local") Launcher launcher,
        @DefaultValue("one") Servers servers,
        @Nullable Shutdown shutdown,
        @DefaultValue("20s") Duration shutdownTimeout,
        @DefaultValue Workers workers,
        @DefaultValue Link link,
        @DefaultValue Queue queue,
        @DefaultValue Security security,
        @DefaultValue Uploads uploads,
        @DefaultValue Disk disk,
        @DefaultValue Notifications notifications,
        @DefaultValue Files files,
        @DefaultValue Models models,
        @DefaultValue Build build) {

    public SignalboxProperties {
        if (home.toString().isBlank()) {
            throw new IllegalArgumentException("signalbox.home must name a folder, was blank");
        }
        if (shutdownTimeout.isNegative()) {
            throw new IllegalArgumentException("signalbox.shutdown-timeout must be 0s or more, was " + shutdownTimeout);
        }
        workers = workers.of(launcher);
    }

    @Override
    public Shutdown shutdown() {
        if (shutdown != null) {
            return shutdown;
        }
        return launcher == Launcher.LOCAL ? Shutdown.SUSPEND : Shutdown.DETACH;
    }

    /** What starts trainers. */
    public enum Launcher {
        /** This machine. */
        LOCAL,
        /** A Slurm cluster, by its commands. */
        SLURM,
        /** A Kubernetes cluster, a Job for each attempt. */
        KUBERNETES
    }

    /** How many servers there are. */
    public enum Servers {
        ONE,
        SEVERAL
    }

    /** What becomes of running jobs when the server is asked to end. */
    public enum Shutdown {
        SUSPEND,
        DETACH
    }

    /**
     * The trainer processes.
     *
     * @param slots trainers at the same time, 1 to 1,024: that work on this machine, by default as many as it has processors, or
     *     that an engine has been given, by default 1,024
     * @param warm idle trainers kept ready, 0 to 64, so that a job starts at once
     * @param memory for all trainers together, shared out by {@code resources.memory} of their jobs; by default what the
     *     machine has
     * @param gpus graphics processors, 0 to 64, each for one trainer at a time; by default those of NVIDIA's driver on Linux
     * @param orphanTimeout how long a trainer trains on without a server before it saves its job and ends
     */
    public record Workers(
            @Nullable Integer slots,
            @DefaultValue("1") int warm,
            @Nullable DataSize memory,
            @Nullable Integer gpus,
            @DefaultValue("24h") Duration orphanTimeout) {

        private static final int MOST_SLOTS = 1024;
        private static final int MOST_WARM = 64;
        private static final int MOST_GPUS = 64;
        private static final Duration SHORTEST_ORPHAN = Duration.ofSeconds(1);

        public Workers {
            if (slots != null) {
                inRange("signalbox.workers.slots", slots, 1, MOST_SLOTS);
            }
            inRange("signalbox.workers.warm", warm, 0, MOST_WARM);
            inRange("signalbox.workers.gpus", gpus == null ? 0 : gpus, 0, MOST_GPUS);
            if (memory != null && memory.toBytes() <= 0) {
                throw new IllegalArgumentException("signalbox.workers.memory must be above 0, was " + memory);
            }
            if (orphanTimeout.compareTo(SHORTEST_ORPHAN) < 0) {
                throw new IllegalArgumentException("signalbox.workers.orphan-timeout must be " + SHORTEST_ORPHAN
                        + " or more, was " + orphanTimeout);
            }
        }

        private Workers of(Launcher launcher) {
            int free = launcher == Launcher.LOCAL ? Runtime.getRuntime().availableProcessors() : MOST_SLOTS;
            return slots == null ? new Workers(free, warm, memory, gpus, orphanTimeout) : this;
        }

        @Override
        public Integer slots() {
            return slots == null ? 1 : slots;
        }
    }

    /**
     * How trainers reach this server. Where that is not over a loopback address it is encrypted.
     *
     * @param bind address to listen on for trainers; by default loopback where they run on this machine, else all
     * @param port 0 for a free one at each start
     * @param host name or address by which they reach this server; by default the address listened on, or this machine's name
     */
    public record Link(
            @Nullable String bind,
            @DefaultValue("0") int port,
            @Nullable String host) {

        private static final int MOST_PORT = 65_535;

        public Link {
            inRange("signalbox.link.port", port, 0, MOST_PORT);
            if ((bind != null && bind.isBlank()) || (host != null && host.isBlank())) {
                throw new IllegalArgumentException(
                        "signalbox.link.bind and signalbox.link.host must name a host where they are set, were blank");
            }
        }
    }

    private static void inRange(String setting, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(setting + " must be " + min + " to " + max + ", was " + value);
        }
    }

    /**
     * The jobs that wait for a trainer.
     *
     * @param capacity most jobs that wait, 1 to 1,000,000; a submission beyond is refused
     * @param perExperiment most jobs of one experiment that run at once; by default as many as there are slots
     * @param perUser most jobs of one user that run at once; likewise
     */
    public record Queue(
            @DefaultValue("20000") int capacity,
            @Nullable Integer perExperiment,
            @Nullable Integer perUser) {

        private static final int MOST_WAITING = 1_000_000;

        public Queue {
            inRange("signalbox.queue.capacity", capacity, 1, MOST_WAITING);
            if (perExperiment != null) {
                inRange("signalbox.queue.per-experiment", perExperiment, 1, Workers.MOST_SLOTS);
            }
            if (perUser != null) {
                inRange("signalbox.queue.per-user", perUser, 1, Workers.MOST_SLOTS);
            }
        }
    }

    /**
     * Who gets in.
     *
     * @param token {@code file}: every call carries the token in {@code <home>/token}; {@code off}: no token is asked
     *     for, allowed only where the service listens on a loopback address
     * @param allowedHosts names beside localhost that the {@code Host} header may carry: {@code box.example.org} with any
     *     port, or {@code box.example.org:8443} with that one
     */
    public record Security(
            @DefaultValue("file") TokenMode token,
            @DefaultValue List<String> allowedHosts) {

        private static final String HOST = "[a-z0-9.-]+(:\\d{1,5})?|\\[[0-9a-f:.]+\\](:\\d{1,5})?";

        public Security {
            allowedHosts = allowedHosts.stream()
                    .map(host -> host.strip().toLowerCase(Locale.ROOT))
                    .filter(host -> !host.isEmpty())
                    .toList();
            for (String host : allowedHosts) {
                if (!host.matches(HOST)) {
                    throw new IllegalArgumentException("signalbox.security.allowed-hosts must hold names such as "
                            + "box.example.org or box.example.org:8443, was " + host);
                }
            }
        }
    }

    /** Where the token comes from. */
    public enum TokenMode {
        FILE,
        OFF
    }

    /**
     * What may be sent.
     *
     * @param maxSize largest upload, all its parts together
     */
    public record Uploads(@DefaultValue("10GB") DataSize maxSize) {

        public Uploads {
            if (maxSize.toBytes() <= 0) {
                throw new IllegalArgumentException("signalbox.uploads.max-size must be above 0, was " + maxSize);
            }
        }
    }

    /**
     * The disk of the home folder.
     *
     * @param keepFree space that uploads and new jobs leave free; with less than half of it, running jobs are paused until it is
     *     free again
     * @param quota what the checkpoints of all jobs together may take; null for no bound
     */
    public record Disk(
            @DefaultValue("256MB") DataSize keepFree,
            @Nullable DataSize quota) {

        public Disk {
            if (keepFree.toBytes() < 0) {
                throw new IllegalArgumentException("signalbox.disk.keep-free must be 0 or more, was " + keepFree);
            }
            if (quota != null && quota.toBytes() <= 0) {
                throw new IllegalArgumentException("signalbox.disk.quota must be above 0, was " + quota);
            }
        }
    }

    /**
     * What jobs may have this server send. E-mail goes through {@code spring.mail.host}.
     *
     * @param allowedNetworks networks such as {@code 10.1.0.0/16} or {@code 127.0.0.1/32} that webhooks may reach though they
     *     are not public; public ones always
     * @param mailFrom sender of e-mails
     */
    public record Notifications(
            @DefaultValue List<String> allowedNetworks,
            @DefaultValue("signalbox@localhost") String mailFrom) {

        private static final String NETWORK = "(\\d{1,3}(\\.\\d{1,3}){3}/([0-9]|[12][0-9]|3[0-2]))"
                + "|([0-9a-fA-F:]*:[0-9a-fA-F:.]*/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))";

        public Notifications {
            allowedNetworks = allowedNetworks.stream()
                    .map(String::strip)
                    .filter(network -> !network.isEmpty())
                    .toList();
            for (String network : allowedNetworks) {
                if (!network.matches(NETWORK)) {
                    throw new IllegalArgumentException(
                            "signalbox.notifications.allowed-networks must hold networks such as"
                                    + " 10.1.0.0/16 or fd00::/8, was " + network);
                }
            }
        }
    }

    /**
     * How servers and trainers share the files of jobs.
     *
     * @param store {@code folder}: both see the home folder, under the same path; {@code s3}: they share a bucket
     * @param s3 the bucket
     * @param nodeFolder where a trainer that sees no home folder keeps its job's files, on its own node
     * @param nodeCache what datasets and the like, kept there for later jobs, may take
     */
    public record Files(
            @DefaultValue("folder") Store store,
            @DefaultValue S3 s3,
            @DefaultValue("/var/tmp/signalbox") Path nodeFolder,
            @DefaultValue("50GB") DataSize nodeCache) {

        public Files {
            if (store == Store.S3 && s3.bucket().isEmpty()) {
                throw new IllegalArgumentException(
                        "signalbox.files.s3.bucket must name a bucket where signalbox.files.store is s3");
            }
            if (!nodeFolder.isAbsolute()) {
                throw new IllegalArgumentException(
                        "signalbox.files.node-folder must be an absolute path, was " + nodeFolder);
            }
            if (nodeCache.toBytes() < 0) {
                throw new IllegalArgumentException("signalbox.files.node-cache must be 0 or more, was " + nodeCache);
            }
        }
    }

    /** What servers and trainers share. */
    public enum Store {
        FOLDER,
        S3
    }

    /**
     * A bucket. The keys to it are looked for where Amazon's tools look: {@code AWS_ACCESS_KEY_ID} and {@code
     * AWS_SECRET_ACCESS_KEY} in the server's environment, a profile, or what the machine or container is given. Trainers get
     * none of them.
     *
     * @param bucket its name; it must be there
     * @param region that it lies in
     * @param endpoint of a store that is not Amazon's, such as {@code https://minio.example.org:9000}; trainers reach it
     *     under the same address
     * @param prefix of all keys, such as {@code signalbox/}
     */
    public record S3(
            @DefaultValue("") String bucket,
            @DefaultValue("us-east-1") String region,
            @Nullable URI endpoint,
            @DefaultValue("") String prefix) {

        public S3 {
            if (endpoint != null && endpoint.getHost() == null) {
                throw new IllegalArgumentException(
                        "signalbox.files.s3.endpoint must be an address such as https://minio.example.org:9000, was "
                                + endpoint);
            }
        }
    }

    /**
     * Which networks beside Signalbox's own jobs may train.
     *
     * @param torchscript whether the files in {@code <home>/models} may be named by specs. They are code, which trainers
     *     run: put only there what you would start yourself
     */
    public record Models(@DefaultValue("false") boolean torchscript) {}

    /**
     * What this is a build of.
     *
     * @param version of Signalbox
     * @param engine version of PyTorch that trainers load
     */
    public record Build(
            @DefaultValue("development") String version,
            @DefaultValue("unknown") String engine) {}
}
