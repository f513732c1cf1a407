package io.signalbox.engine;

import io.signalbox.callback.Updates;
import io.signalbox.engine.network.NamedTensor;
import io.signalbox.engine.program.TrainingProgram;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What callbacks change of a session's updates. Confined to the training thread. */
final class Steering implements Updates {

    private final Session session;

    Steering(Session session) {
        this.session = session;
    }

    @Override
    public List<String> parameters() {
        return session.network().parameters().stream().map(NamedTensor::name).toList();
    }

    @Override
    public void clip(@Nullable Double norm, @Nullable Double value) {
        TrainingProgram program = session.program();
        program.follow(program.plan().clipping(norm, value));
    }

    @Override
    public void accumulate(int batches) {
        session.accumulate(batches);
    }

    @Override
    public void freeze(Set<String> parameters, boolean statistics, Map<String, Double> factors) {
        TrainingProgram program = session.program();
        program.follow(program.plan().freezing(parameters, statistics, factors));
    }

    @Override
    public void measure() {
        session.program().measure();
    }

    @Override
    public Map<String, Double> gradientNorms() {
        return session.program().gradientNorms();
    }

    @Override
    public List<Double> rehearse(int updates, IntToDoubleFunction rate, DoublePredicate goesOn) {
        return session.rehearse(updates, rate, goesOn);
    }
}
