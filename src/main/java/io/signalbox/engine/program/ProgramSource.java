package io.signalbox.engine.program;

import io.signalbox.engine.augment.Augmentation;
import io.signalbox.engine.batch.ExampleTensors;
import io.signalbox.engine.optimizer.Clipping;
import io.signalbox.engine.optimizer.Optimizer;
import io.signalbox.engine.program.TrainingProgram.Design;
import io.signalbox.spec.OptimizerSpec;
import java.util.List;
import java.util.Set;

/** The text of a training program: one method for everything that is done in one native call. */
final class ProgramSource {

    /** Methods. */
    static final String UPDATE = "update";

    static final String GATHER = "gather";
    static final String TEST = "test";
    static final String ESTIMATE = "estimate";
    static final String PROBE = "probe";

    /** Places in the control tensor. */
    static final int START = 0;

    static final int COUNT = 1;
    static final int LEARNING_RATE = 2;
    static final int SEED = 3;
    static final int SHARE = 4;
    static final int MEASURE = 5;
    static final int MOMENTUM = 6;
    static final int KEEP = 7;
    static final int TELL = 8;
    static final int CONTROLS = 9;

    private final Design design;
    private final Optimizer optimizer;
    private final Plan plan;
    private final Groups groups;
    private final boolean scaled;
    private final Source source = new Source();

    private ProgramSource(Design design, Optimizer optimizer, Plan plan, Groups groups) {
        this.design = design;
        this.optimizer = optimizer;
        this.plan = plan;
        this.groups = groups;
        this.scaled = !design.scale().isIdentity();
    }

    /**
     * A program that trains by a plan.
     *
     * @param clocks how many distinct counts of updates there are
     */
    static String training(Design design, Optimizer optimizer, Plan plan, Groups groups, int clocks) {
        ProgramSource program = new ProgramSource(design, optimizer, plan, groups);
        Set<String> evaluated = plan.frozenStatistics() ? plan.frozen() : Set.of();
        program.source.append(design.network().code(evaluated, false));
        program.update(clocks);
        if (plan.accumulates()) {
            program.gather();
        }
        if (design.validation() != null) {
            program.test(design.validation());
        }
        return program.source.toString();
    }

    /** A program that goes through the training data for the sake of the networks's running statistics. */
    static String estimating(Design design, Optimizer optimizer) {
        ProgramSource program = new ProgramSource(design, optimizer, Plan.PLAIN, new Groups(List.of(), List.of()));
        program.source.append(design.network().code(Set.of(), true)).method(ESTIMATE);
        program.batch().line("z = (self).forward(x, True)").end();
        return program.source.toString();
    }

    /** A program that tells what a layer gives for chosen validation examples, by channel or feature. */
    static String probing(Design design, Optimizer optimizer, int layer, int dimensions, ExampleTensors validation) {
        ProgramSource program = new ProgramSource(design, optimizer, Plan.PLAIN, new Groups(List.of(), List.of()));
        program.source.append(design.network().codeTo(layer)).method(PROBE);
        program.source
                .lines(Batches.code(
                        "validation_part",
                        validation,
                        true,
                        program.scaled,
                        design.objective().classes()))
                .line("z = (self).forward(x, False)");
        if (dimensions == 3) {
            program.source.line("z = torch.mean(z, [2, 3])");
        } else if (dimensions == 2) {
            program.source.line("z = torch.mean(z, [1])");
        }
        program.source.line("return [torch.cpu(torch.contiguous(torch.to(z, 6)))]");
        return program.source.toString();
    }

    private void update(int clocks) {
        source.method(UPDATE);
        gradients();
        if (plan.accumulates()) {
            addUp();
            source.line("g = self.sums");
        }
        if (plan.measures()) {
            source.lines(List.of(
                    "if float(control[" + MEASURE + "]) > 0.5:",
                    "  for i in range(torch.len(g)):",
                    "    torch.copy_(torch.select(self.norms[0], 0, i), torch.linalg_vector_norm(g[i]))"));
        }
        if (plan.keepsGradients()) {
            source.lines(List.of(
                    "if float(control[" + KEEP + "]) > 0.5:",
                    "  for i in range(torch.len(g)):",
                    "    torch.copy_(self.gradients[i], g[i])"));
        }
        OptimizerSpec own = design.optimizer();
        source.lines(Clipping.code(own.clipNorm(), own.clipValue()))
                .lines(Clipping.code(plan.clipNorm(), plan.clipValue()))
                .line("rate = float(control[" + LEARNING_RATE + "])")
                .line("momentum = float(control[" + MOMENTUM + "])");
        for (int clock = 0; clock < clocks; clock++) {
            source.line("torch.add_(self.clocks[" + clock + "], 1)");
        }
        optimize();
        if (plan.accumulates()) {
            source.lines(List.of("for i in range(torch.len(g)):", "  torch.zero_(self.sums[i])"));
        }
        tellResults();
    }

    /** One group at a time. */
    private void optimize() {
        if (groups.count() > 1) {
            source.line("all = g");
        }
        int begin = 0;
        for (int group = 0; group < groups.count(); group++) {
            int end = begin + groups.names().get(group).size();
            if (groups.count() > 1) {
                source.line("g = torch.slice(all, " + begin + ", " + end + ", 1)");
            }
            double factor = groups.factors().get(group);
            source.line("lr = rate" + (factor == 1 ? "" : " * " + io.signalbox.engine.torch.Script.number(factor)))
                    .line("p = self." + Groups.list(TrainingProgram.PARAMETERS, group));
            int number = group;
            source.lines(optimizer.code().lines(name -> "self." + Groups.list(name, number)));
            begin = end;
        }
    }

    /** The gradients of a batch that is not the last of its update. */
    private void gather() {
        source.method(GATHER);
        gradients();
        addUp();
        tellResults();
    }

    private void addUp() {
        source.lines(List.of(
                "share = float(control[" + SHARE + "])",
                "for i in range(torch.len(g)):",
                "  torch.add_(self.sums[i], g[i], alpha=share)"));
    }

    private void gradients() {
        batch().line("torch.set_grad_enabled(True)");
        forward(design.training(), true)
                .lines(List.of(
                        "found = torch.grad([loss], self.trained)",
                        "torch.set_grad_enabled(False)",
                        "g = annotate(List[Tensor], [])",
                        "for i in range(torch.len(found)):",
                        "  gradient = found[i]",
                        "  if torch.__isnot__(gradient, None):",
                        // The fused kernels go through memory as it lies.
                        "    torch.append(g, torch.contiguous(unchecked_cast(Tensor, gradient)))"));
    }

    private Source batch() {
        Augmentation augmentation = design.augmentation();
        boolean classes = design.objective().classes();
        source.lines(
                augmentation == null
                        ? code("training_part", design.training(), design.shuffle())
                        : Batches.augmented("training_part", design.training(), augmentation, scaled, classes));
        // After augmentation, which seeds the generator for each example.
        return design.network().random() ? source.line("torch.manual_seed(int(control[" + SEED + "]))") : source;
    }

    /** Output {@code z} and loss. Of a class at each position, positions become examples: loss and metrics are over all. */
    private Source forward(ExampleTensors examples, boolean train) {
        source.line("z = (self).forward(x, " + (train ? "True" : "False") + ")");
        if (design.objective().ofInput()) {
            source.line("y = torch.flatten(x, 1)");
        }
        if (design.objective().classes() && examples.target().shape().size() > 1) {
            source.line("z = torch.flatten(z, 0, 1)").line("y = torch.flatten(y)");
        }
        boolean mixes =
                train && design.augmentation() != null && design.augmentation().mixes();
        boolean weighted = train && design.classWeights() != null;
        return source.lines(design.objective().loss(mixes, weighted));
    }

    private List<String> code(String list, ExampleTensors examples, boolean shuffled) {
        return Batches.code(list, examples, shuffled, scaled, design.objective().classes());
    }

    private void test(ExampleTensors validation) {
        source.method(TEST).lines(code("validation_part", validation, false));
        forward(validation, false);
        results();
        if (design.tellsOutputs()) {
            tellOutputs();
        } else {
            source.lines(List.of(
                            "told = annotate(List[Tensor], [])",
                            "if float(control[" + TELL + "]) > 0.5:",
                            "  torch.append(told, torch.cpu(torch.contiguous(torch.detach(z))))",
                            "  torch.append(told, torch.cpu(y))"))
                    .line("return told");
        }
    }

    private void tellOutputs() {
        source.line("return [torch.cpu(torch.contiguous(torch.detach(z))), torch.cpu(y)]");
    }

    private void tellResults() {
        results();
        if (design.tellsOutputs()) {
            tellOutputs();
        } else {
            source.end();
        }
    }

    private void results() {
        source.line("results = self.results[0]").line("torch.copy_(results[0], loss)");
        for (int i = 0; i < design.metrics().size(); i++) {
            String expression = design.objective().metric(design.metrics().get(i));
            if (expression != null) {
                source.line("torch.copy_(results[" + (i + 1) + "], " + expression + ")");
            }
        }
    }
}
