package io.signalbox.callback;

import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import io.signalbox.spec.schema.Constrained.Rules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** Checks the callbacks of a spec against the job at hand, as their {@link FitsJob} parameters ask for. */
public final class CallbackCheck {

    private static final String FAILS = "schedule.fails";
    private static final Set<String> SINGLE = Set.of("GradientClipping", "GradientAccumulation", "LayerFreezing");

    private final JobFacts job;
    private final LearningRatePlan plan;
    private final List<Problem> found = new ArrayList<>();

    private CallbackCheck(JobFacts job, LearningRatePlan plan) {
        this.job = job;
        this.plan = plan;
    }

    /** Every broken rule: such a job would fail. */
    public static List<Problem> problems(JobFacts job, LearningRatePlan plan) {
        CallbackCheck check = new CallbackCheck(job, plan);
        check.ask((params, rules) -> params.check(job, rules));
        check.failure(true);
        check.single();
        return check.found;
    }

    /** What is allowed but probably not meant. */
    public static List<Problem> doubts(JobFacts job, LearningRatePlan plan) {
        CallbackCheck check = new CallbackCheck(job, plan);
        check.ask((params, rules) -> params.doubt(job, rules));
        check.failure(false);
        return check.found;
    }

    private void ask(BiConsumer<FitsJob, Rules> question) {
        Callbacks types = new Callbacks();
        List<CallbackSpec> callbacks = job.spec().callbacks();
        for (int i = 0; i < callbacks.size(); i++) {
            CallbackSpec callback = callbacks.get(i);
            Class<? extends Record> type = types.parameters(callback.type()); // null for a plugin's
            String pointer = "#/callbacks/" + i;
            if (type != null
                    && FitsJob.class.isAssignableFrom(type)
                    && Binder.bind(callback.params(), type, pointer, found) instanceof FitsJob params) {
                question.accept(
                        params,
                        (name, code, detail) ->
                                found.add(new Problem(name.isEmpty() ? pointer : pointer + "/" + name, code, detail)));
            }
        }
    }

    /** Of two that say what updates are the later would undo the other. */
    private void single() {
        Set<String> seen = new HashSet<>();
        List<CallbackSpec> callbacks = job.spec().callbacks();
        for (int i = 0; i < callbacks.size(); i++) {
            String type = callbacks.get(i).type();
            if (SINGLE.contains(type) && !seen.add(type)) {
                String detail = "there is a " + type + " already, which this one would undo; make one of both";
                found.add(new Problem("#/callbacks/" + i + "/type", "unique", detail));
            }
        }
    }

    /** One that fails at once can only be a fault; later something else may have stopped the job. */
    private void failure(boolean atOnce) {
        LearningRatePlan.Failure failure = plan.failure();
        if (failure != null && (failure.time() == 0) == atOnce) {
            found.add(new Problem("#/callbacks/" + failure.callback() + "/schedule", FAILS, failure.detail()));
        }
    }
}
