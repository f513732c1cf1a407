package io.signalbox.callback;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.Map;

/** Keeps the weights when training ends by an error, as {@code lightning.pytorch.callbacks.OnExceptionCheckpoint} does. */
final class OnExceptionCheckpoint implements Callback {

    /** Lightning's arguments. */
    @Described("Saves the weights when training ends by an error")
    record Params(
            @Param(
                    value = "Name of the checkpoint",
                    defaultValue = "\"on_exception\"",
                    pattern = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
            String filename)
            implements Constrained {

        @Override
        public void check(Rules rules) {
            ModelCheckpoint.checkNotReserved("filename", filename, rules);
        }
    }

    private final String name;
    private final Params params;

    OnExceptionCheckpoint(String name, Params params) {
        this.name = name;
        this.params = params;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onException(RuntimeException error, Run run) {
        run.saveCheckpoint(new CheckpointRequest(params.filename(), true, false, Map.of(), name));
    }

    @Override
    public String explain(Run run) {
        return "saves the weights as '" + params.filename() + "' if training ends by an error";
    }
}
