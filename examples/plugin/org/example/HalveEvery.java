package org.example;

import io.signalbox.callback.Callback;
import io.signalbox.callback.CallbackType;
import io.signalbox.callback.Logs;
import io.signalbox.callback.Run;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import tools.jackson.databind.node.ObjectNode;

/** An example of a plugin: halves the learning rate every so many epochs. */
public final class HalveEvery implements CallbackType<HalveEvery.Params> {

    @Described("Halves the learning rate every so many epochs")
    public record Params(
            @Param(value = "Epochs between two halvings", defaultValue = "10", min = 1, max = 10_000)
            int epochs) {}

    @Override
    public String name() {
        return "HalveEvery";
    }

    @Override
    public Class<Params> params() {
        return Params.class;
    }

    @Override
    public Callback create(String name, Params params) {
        return new Halving(name, params.epochs());
    }

    private static final class Halving implements Callback {

        private final String name;
        private final int every;
        private int halvings;

        Halving(String name, int every) {
            this.name = name;
            this.every = every;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public void onTrainBegin(Run run) {
            halvings = 0;
        }

        @Override
        public void onEpochEnd(int epoch, Logs logs, Run run) {
            if ((epoch + 1) % every == 0) {
                halvings++;
                run.learningRate().set(run.learningRate().scheduled() / 2, name);
            }
        }

        @Override
        public String explain(Run run) {
            return "halved the learning rate " + halvings + " times";
        }

        @Override
        public ObjectNode state() {
            return Callback.super.state().put("halvings", halvings);
        }

        @Override
        public void restore(ObjectNode state) {
            halvings = state.get("halvings").asInt();
        }
    }
}
