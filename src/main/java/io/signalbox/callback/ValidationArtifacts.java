package io.signalbox.callback;

import io.signalbox.callback.Insight.Outputs;
import io.signalbox.callback.Insight.Target;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A callback that looks, in every so many epochs, at what the network makes of the validation data, and keeps it. */
abstract class ValidationArtifacts implements Callback {

    final Artifacts artifacts;
    private final String name;
    private final int every;
    private long examples;
    private boolean due;

    ValidationArtifacts(String name, Artifacts artifacts, int every) {
        this.name = name;
        this.artifacts = artifacts;
        this.every = every;
    }

    @Override
    public final String name() {
        return name;
    }

    /** Whether this is of use for the run's data at all. */
    abstract boolean suits(@Nullable Target target, Run run);

    /** Forgets what was looked at. */
    abstract void clear();

    abstract void look(Target target, Outputs outputs);

    /** What to keep of all that was looked at. */
    abstract ObjectNode content(Target target, long examples, Run run);

    boolean isDue(int epoch, Run run) {
        return Artifacts.isDue(epoch, every, run);
    }

    @Override
    public final void onTestBegin(Run run) {
        due = suits(run.insight().target(), run) && isDue(run.epoch(), run);
        forget();
    }

    @Override
    public final void onTestBatchBegin(int batch, Run run) {
        if (due) {
            run.insight().watch();
        }
    }

    @Override
    public final void onTestBatchEnd(int batch, Logs logs, Run run) {
        Target target = run.insight().target();
        Outputs outputs = due ? run.insight().outputs() : null;
        if (target != null && outputs != null) {
            look(target, outputs);
            examples += outputs.rows();
        }
    }

    @Override
    public final void onTestEnd(Logs logs, Run run) {
        Target target = run.insight().target();
        if (target != null && examples > 0) {
            artifacts.keep(content(target, examples, run), run);
        }
        forget();
    }

    private void forget() {
        clear();
        examples = 0;
    }
}
