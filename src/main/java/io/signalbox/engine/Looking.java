package io.signalbox.engine;

import io.signalbox.callback.Insight;
import io.signalbox.callback.JobFacts;
import io.signalbox.data.Examples;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.Preparation;
import io.signalbox.data.Tokens;
import io.signalbox.data.TrainingData;
import io.signalbox.engine.Generator.Sampling;
import io.signalbox.engine.network.NamedTensor;
import io.signalbox.spec.CheckedSpec;
import io.signalbox.spec.JobSpec;
import io.signalbox.spec.LossSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What callbacks see of a session. Confined to the training thread. */
final class Looking implements Insight {

    private static final int PROMPT = 16;
    private static final int LONGEST_TEXT = 300;
    private static final List<String> ZERO_AND_ONE = List.of("0", "1");

    private final CheckedSpec checked;
    private final TrainingData data;
    private final Session session;

    Looking(CheckedSpec checked, TrainingData data, Session session) {
        this.checked = checked;
        this.data = data;
        this.session = session;
    }

    @Override
    public JobFacts job() {
        Set<String> metrics = new HashSet<>(session.names());
        if (data.validation() != null) {
            session.names().forEach(name -> metrics.add("val_" + name));
        }
        return new JobFacts(checked.spec(), session.updates(), metrics, checked.summaries());
    }

    @Override
    public void weights(Visitor visitor) {
        visit(session.network().parameters(), visitor);
    }

    @Override
    public @Nullable String weightPicture(String parameter) {
        return WeightPicture.of(Objects.requireNonNull(session.weights().get(parameter), parameter));
    }

    @Override
    public void keepGradients() {
        session.program().keepGradients();
    }

    @Override
    public void gradients(Visitor visitor) {
        visit(session.program().gradients(), visitor);
    }

    private static void visit(List<NamedTensor> tensors, Visitor visitor) {
        for (NamedTensor named : tensors) {
            visitor.visit(
                    named.name(),
                    named.tensor().shape(),
                    named.tensor()
                            .content()
                            .data()
                            .asReadOnlyBuffer()
                            .order(ByteOrder.nativeOrder())
                            .asFloatBuffer());
        }
    }

    @Override
    public Target target() {
        JobSpec spec = checked.spec();
        boolean labels = spec.loss() instanceof LossSpec.BceWithLogits;
        if (spec.model().reconstructs() || !(labels || spec.loss() instanceof LossSpec.CrossEntropy)) {
            return new Target(Kind.NUMBERS, names(targetColumns(), checked.outputs()));
        }
        if (!labels) {
            return new Target(Kind.CLASS, names(classes(), checked.outputs()));
        }
        return new Target(
                Kind.LABELS,
                checked.outputs() > 1
                        ? names(targetColumns(), checked.outputs())
                        : checked.classes().size() == 2 ? checked.classes() : ZERO_AND_ONE);
    }

    private List<String> classes() {
        return checked.classes().isEmpty() && data.training().type() == ElementType.INT64
                ? Preparation.of(data.preparation()).classes()
                : checked.classes();
    }

    private List<String> targetColumns() {
        List<String> columns = checked.spec().data().target();
        return columns == null ? List.of() : columns;
    }

    /** Names for all, numbers for those that have none. */
    private static List<String> names(List<String> known, int count) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(i < known.size() && !known.get(i).isEmpty() ? known.get(i) : Integer.toString(i));
        }
        return names;
    }

    @Override
    public int validationExamples() {
        return data.validation() == null ? 0 : data.validation().count();
    }

    @Override
    public void watch() {
        session.program().tellOutputs();
    }

    @Override
    public @Nullable Outputs outputs() {
        return session.tested();
    }

    private Examples validation() {
        return Objects.requireNonNull(data.validation(), "the validation part");
    }

    @Override
    public double[] targetOf(int example) {
        Examples examples = validation();
        ByteBuffer target = examples.target().duplicate().order(ByteOrder.nativeOrder());
        double[] values = new double[examples.targetWidth()];
        for (int i = 0; i < values.length; i++) {
            int at = example * values.length + i;
            values[i] = examples.targetType() == ElementType.INT64
                    ? target.getLong(at * Long.BYTES)
                    : target.getFloat(at * Float.BYTES);
        }
        return values;
    }

    @Override
    public @Nullable String picture(int example) {
        return validation().picture(example);
    }

    @Override
    public @Nullable String text(int example) {
        Examples examples = validation();
        if (examples.type() != ElementType.INT64) {
            return null;
        }
        String text = tokens().decode(ids(examples, example, examples.shape().get(0)));
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "\u2026";
    }

    private static int[] ids(Examples examples, int example, int most) {
        int length = examples.shape().get(0);
        ByteBuffer features = examples.features().duplicate().order(ByteOrder.nativeOrder());
        int[] ids = new int[Math.min(most, length)];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = (int) features.getLong((example * length + i) * Long.BYTES);
        }
        return ids;
    }

    private Tokens tokens() {
        return Objects.requireNonNull(Preparation.of(data.preparation()).tokens(), "the tokens of a text");
    }

    @Override
    public List<float[]> layerOutputs(int layer, int[] examples) {
        List<Integer> shape = checked.input().shape();
        for (int i = 0; i <= layer; i++) {
            shape = checked.layers().get(i).output(shape);
        }
        return session.program().probe(layer, shape, examples);
    }

    @Override
    public boolean goesOn() {
        return data.training().type() == ElementType.INT64 && tokens().goesOn();
    }

    @Override
    public Generated generate(@Nullable String prompt, int length, double temperature) {
        Tokens tokens = tokens();
        Examples begin = data.validation() == null ? data.training() : data.validation();
        int[] ids = prompt == null ? ids(begin, 0, PROMPT) : tokens.encode(prompt);
        long seed = Objects.requireNonNull(checked.spec().seed(), "the seed of a checked spec");
        int[] added = session.generator().generate(ids, new Sampling(length, temperature, 0, seed));
        return new Generated(prompt == null ? tokens.decode(ids) : prompt, tokens.decode(added));
    }
}
