package io.signalbox.server.job;

import io.signalbox.callback.CheckpointForecast;
import io.signalbox.server.DiskSpace;
import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.web.Problems;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** Whether a job's checkpoints will find room. */
@Component
class DiskBudget {

    private static final long MEBI = 1 << 20;

    private final DiskSpace space;
    private final CheckpointNames checkpoints;
    private final long keepFree;
    private final @Nullable DataSize quota;

    DiskBudget(DiskSpace space, CheckpointNames checkpoints, SignalboxProperties properties) {
        this.space = space;
        this.checkpoints = checkpoints;
        this.keepFree = properties.disk().keepFree().toBytes();
        this.quota = properties.disk().quota();
    }

    /** What is said of a job whose checkpoints may come to need more than there is now. */
    List<Problem> doubts(CheckedSpec checked) {
        long count = CheckpointForecast.most(checked.spec(), checked.stepsPerEpoch());
        long room = room();
        // Divided, for a product could be too large a number.
        if (checked.checkpointBytes() == 0 || count <= room / checked.checkpointBytes()) {
            return List.of();
        }
        return List.of(new Problem(
                "#/callbacks",
                "disk.forecast",
                "up to " + count + " checkpoints of " + mebi(checked.checkpointBytes())
                        + " each may come to need more than the " + mebi(room)
                        + " there are; save only the best, or add a CheckpointRetention"));
    }

    /** A 507 problem if there is not even room for the checkpoints that every job has. */
    void require(CheckedSpec checked) {
        long room = room();
        if (checked.checkpointBytes() > room / CheckpointForecast.LEAST) {
            throw Problems.storageFull("The job needs " + CheckpointForecast.LEAST + " checkpoints of "
                    + mebi(checked.checkpointBytes()) + " and there is room for " + mebi(room)
                    + " (signalbox.disk.keep-free, signalbox.disk.quota). Delete jobs that are not needed any more.");
        }
    }

    private long room() {
        long free = Math.max(0, space.usable() - keepFree);
        return quota == null ? free : Math.min(free, Math.max(0, quota.toBytes() - checkpoints.bytes()));
    }

    private static String mebi(long bytes) {
        return (bytes + MEBI - 1) / MEBI + " MiB";
    }
}
