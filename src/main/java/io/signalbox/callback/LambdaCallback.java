package io.signalbox.callback;

import io.signalbox.callback.expression.Formula;
import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Does what it is told whenever a condition holds: {@code keras.callbacks.LambdaCallback}, whose functions are expressions
 * and actions here.
 */
final class LambdaCallback implements Callback {

    /** When the condition is looked at. */
    enum Hook {
        TRAIN_BEGIN,
        TRAIN_END,
        EPOCH_BEGIN,
        EPOCH_END,
        TRAIN_BATCH_BEGIN,
        TRAIN_BATCH_END,
        TEST_BEGIN,
        TEST_END,
        TEST_BATCH_BEGIN,
        TEST_BATCH_END
    }

    private static final String BEST = MetricMemory.BEST;

    @Described("Does what it is told whenever a condition holds")
    record Params(
            @Param(value = "When the condition is looked at", defaultValue = "\"epoch_end\"")
            Hook on,

            @Param(
                    value =
                            "The condition, in CEL, of the metrics as they are logged, best.val_loss and the like (the best so far, this"
                                    + " epoch included), epoch, step, lr, initial_lr, epochs, steps and steps_per_epoch",
                    defaultValue = "\"true\"",
                    maxLength = Formula.MAX_LENGTH)
            String when,

            @Param(name = "do", value = "What to do, in order", minItems = 1, maxItems = 10)
            List<Action> actions)
            implements Constrained, FitsJob {

        @Override
        public void check(Rules rules) {
            Occasion.check("when", when, Formula.Kind.CONDITION, rules);
        }

        @Override
        public void check(JobFacts job, Rules rules) {
            Set<String> known = new TreeSet<>(job.metrics());
            known.add(LearningRateScheduler.LOGGED);
            Set<String> own = new TreeSet<>();
            job.spec().callbacks().forEach(callback -> {
                for (JsonNode action : callback.params().path("do")) {
                    own.add(action.path("log_metric").path("name").asString(""));
                }
            });
            own.remove("");
            for (int i = 0; i < actions.size(); i++) {
                Action.LogMetric logged = actions.get(i).logMetric();
                if (logged != null && known.contains(logged.name())) {
                    rules.broken(
                            "do/" + i + "/log_metric/name", "name.taken", "is logged by the run; choose another name");
                }
            }
            known.addAll(own);
            formulas().forEach((place, text) -> {
                for (String name : Formula.ofMetrics(text, kind(place)).metrics()) {
                    boolean best = name.startsWith(BEST);
                    Set<String> there = best ? job.metrics() : known;
                    if (!there.contains(best ? name.substring(BEST.length()) : name)) {
                        rules.broken(place, "expression.unknown", unknown(name, best, there));
                    }
                }
            });
        }

        private static String unknown(String name, boolean best, Set<String> there) {
            return best
                    ? Formula.unknown(
                            name,
                            new TreeSet<>(there).stream().map(BEST::concat).toList())
                    : Formula.unknown(name, there)
                            + ", and epoch, step, lr, initial_lr, epochs, steps, steps_per_epoch, pi";
        }

        private static Formula.Kind kind(String place) {
            return place.equals("when") ? Formula.Kind.CONDITION : Formula.Kind.NUMBER;
        }

        /** Every expression by its place. */
        private Map<String, String> formulas() {
            Map<String, String> formulas = new TreeMap<>(Map.of("when", when));
            for (int i = 0; i < actions.size(); i++) {
                for (Map.Entry<String, String> formula : actions.get(i).formulas()) {
                    formulas.put("do/" + i + "/" + formula.getKey(), formula.getValue());
                }
            }
            return formulas;
        }

        /** The metrics that any expression names, without {@code best.}. */
        private Set<String> metrics() {
            Set<String> names = new TreeSet<>();
            formulas()
                    .forEach((place, text) -> Formula.ofMetrics(text, kind(place))
                            .metrics()
                            .forEach(name -> names.add(name.startsWith(BEST) ? name.substring(BEST.length()) : name)));
            return names;
        }
    }

    private final String name;
    private final Params params;
    private final Formula condition;
    private final List<Action.Deed> deeds;
    private final MetricMemory memory;
    private double initialRate;
    private int times;
    private int lastEpoch;

    LambdaCallback(String name, Params params) {
        this.name = name;
        this.params = params;
        this.condition = Formula.ofMetrics(params.when(), Formula.Kind.CONDITION);
        this.deeds = params.actions().stream().map(Action::deed).toList();
        this.memory = new MetricMemory(params.metrics());
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean replayable() {
        return true;
    }

    @Override
    public void onTrainBegin(Run run) {
        memory.clear();
        initialRate = run.learningRate().scheduled();
        times = 0;
        consider(Hook.TRAIN_BEGIN, new Logs(), run);
    }

    @Override
    public void onTrainEnd(Logs logs, Run run) {
        consider(Hook.TRAIN_END, logs, run);
    }

    @Override
    public void onEpochBegin(int epoch, Run run) {
        consider(Hook.EPOCH_BEGIN, new Logs(), run);
    }

    @Override
    public void onEpochEnd(int epoch, Logs logs, Run run) {
        memory.epochEnded(logs, run);
        consider(Hook.EPOCH_END, logs, run);
    }

    @Override
    public void onTrainBatchBegin(int batch, Run run) {
        consider(Hook.TRAIN_BATCH_BEGIN, new Logs(), run);
    }

    @Override
    public void onTrainBatchEnd(int batch, Logs logs, Run run) {
        consider(Hook.TRAIN_BATCH_END, logs, run);
    }

    @Override
    public void onTestBegin(Run run) {
        consider(Hook.TEST_BEGIN, new Logs(), run);
    }

    @Override
    public void onTestEnd(Logs logs, Run run) {
        consider(Hook.TEST_END, logs, run);
    }

    @Override
    public void onTestBatchBegin(int batch, Run run) {
        consider(Hook.TEST_BATCH_BEGIN, new Logs(), run);
    }

    @Override
    public void onTestBatchEnd(int batch, Logs logs, Run run) {
        consider(Hook.TEST_BATCH_END, logs, run);
    }

    private void consider(Hook hook, Logs logs, Run run) {
        if (hook != params.on()) {
            return;
        }
        Occasion occasion = new Occasion(name, params, logs, run, memory);
        occasion.put("initial_lr", initialRate);
        if (occasion.holds(condition)) {
            times++;
            lastEpoch = run.epoch();
            deeds.forEach(deed -> deed.run(occasion));
        }
    }

    @Override
    public String explain(Run run) {
        String standing = times == 0 ? "has not held yet" : "held " + times + " times, last in epoch " + lastEpoch;
        return "'" + params.when() + "' " + standing + memory.words();
    }

    @Override
    public ObjectNode state() {
        ObjectNode state = memory.state();
        Numbers.put(state, "initial_rate", initialRate);
        return state.put("times", times).put("last_epoch", lastEpoch);
    }

    @Override
    public void restore(ObjectNode state) {
        memory.restore(state);
        Double rate = Numbers.get(state, "initial_rate");
        initialRate = rate == null ? initialRate : rate;
        times = state.get("times").asInt();
        lastEpoch = state.get("last_epoch").asInt();
    }
}
