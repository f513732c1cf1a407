package io.signalbox.server.job;

import com.sun.management.OperatingSystemMXBean;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.SignalboxProperties.Launcher;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.Problem;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/**
 * What there is for trainers. Where they run on this machine, a job that asks for more than it has is refused at submission; an
 * engine knows itself what it has.
 */
@Component
class Machine implements SpecRule {

    private static final long MEBI = 1 << 20;

    private final boolean here;
    private final int slots;
    private final int cpus;
    private final @Nullable DataSize memory;
    private final @Nullable Integer setGpus;
    private @Nullable Integer foundGpus;

    Machine(SignalboxProperties properties) {
        here = properties.launcher() == Launcher.LOCAL;
        slots = properties.workers().slots();
        cpus = here ? Math.max(slots, Runtime.getRuntime().availableProcessors()) : Integer.MAX_VALUE;
        memory = properties.workers().memory();
        setGpus = properties.workers().gpus();
    }

    /** Trainers at once. */
    int slots() {
        return slots;
    }

    /** Threads that compute at once: a slot is one at least. */
    int cpus() {
        return cpus;
    }

    /** Bytes for all trainers together. Asked of the system when first needed, which takes a while. */
    long memory() {
        if (!here) {
            return Long.MAX_VALUE / 2;
        }
        if (memory != null) {
            return memory.toBytes();
        }
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Long.MAX_VALUE;
    }

    /** Graphics processors for all trainers together. Looked for when a job first asks for one. */
    synchronized int gpus() {
        if (!here) {
            return Integer.MAX_VALUE;
        }
        if (setGpus != null) {
            return setGpus;
        }
        if (foundGpus == null) {
            foundGpus = Gpus.count();
        }
        return foundGpus;
    }

    @Override
    public void check(JobSpec spec, List<Problem> problems) {
        int wanted = spec.resources().cpus();
        if (wanted > cpus) {
            problems.add(new Problem(
                    "#/resources/cpus",
                    "resource.cpus",
                    "must be " + cpus + " or less, which is what this machine has for trainers; was " + wanted));
        }
        int gpusWanted = spec.resources().gpus();
        if (gpusWanted > 0 && gpusWanted > gpus()) {
            problems.add(new Problem(
                    "#/resources/gpus",
                    "resource.gpus",
                    "must be " + gpus() + ", which is what this machine has for trainers; was " + gpusWanted));
        }
        Long bytes = spec.resources().memoryBytes();
        if (bytes != null && bytes > memory()) {
            problems.add(new Problem(
                    "#/resources/memory",
                    "resource.memory",
                    "must be " + inMebi(memory()) + " or less, which is what this machine has for trainers; was "
                            + spec.resources().memory()));
        }
    }

    /** Rounded down, as a spec can say it. */
    static String inMebi(long bytes) {
        return bytes / MEBI + "MiB";
    }
}
