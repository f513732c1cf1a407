package io.signalbox.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.event.EventDetail.CallbacksExplained;
import io.signalbox.event.Explanation;
import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class ExplainerTest {

    private final Mailbox mailbox = new Mailbox();
    private final RemoteControl control =
            new RemoteControl(mailbox, new Roster(new Callbacks(), List.of(), List.of(), List.of()), System::nanoTime);

    /** Says what it is made to say. */
    private interface Words extends Callback {
        @Override
        default String name() {
            return "mine";
        }

        @Override
        String explain(Run run);
    }

    private List<String> told(ScriptedRun run, Words... callbacks) {
        List<CallbackSpec> specs = new ArrayList<>();
        List<Callback> all = new ArrayList<>(List.of(control));
        for (Words callback : callbacks) {
            specs.add(new CallbackSpec("Mine", "mine", JsonNodeFactory.instance.objectNode()));
            all.add(callback);
        }
        all.add(new Explainer(new Roster(new Callbacks(), all, List.of(callbacks), specs), control::answered));
        run.train(all);
        return run.told(CallbacksExplained.class).stream()
                .flatMap(event -> event.callbacks().stream())
                .map(Explanation::text)
                .toList();
    }

    @Test
    void tellsOfEachCallbackByNameAndType() {
        ScriptedRun run = ScriptedRun.of("val_loss", 1);

        told(run, of -> "is well");

        assertThat(run.told(CallbacksExplained.class))
                .containsExactly(new CallbacksExplained(List.of(new Explanation("mine", "Mine", "is well"))));
    }

    @Test
    void tellsTheSameWordsOnce() {
        assertThat(told(ScriptedRun.of("val_loss", 1, 1, 1), of -> "is well")).containsExactly("is well");
    }

    @Test
    void tellsAtTheBeginAndTheEndOfAnEpochWhatHasChanged() {
        assertThat(told(ScriptedRun.of("val_loss", 1, 1), of -> "step " + of.step()))
                .containsExactly("step 0", "step 1", "step 2");
    }

    @Test
    void tellsInTheMiddleOfAnEpochWhatACommandChanged() {
        mailbox.put(new CommandRequest("a", new Command.SetLearningRate(0.5, null, null)));

        List<String> told = told(
                ScriptedRun.of("val_loss", 1).withSteps(3),
                of -> "step " + of.step() + " " + of.learningRate().owner());

        assertThat(told).containsExactly("step 0 optimizer", "step 1 command", "step 3 command");
    }

    @Test
    void aCallbackThatCannotExplainItselfDoesNotEndTheRun() {
        List<String> told = told(ScriptedRun.of("val_loss", 1), of -> {
            throw new IllegalStateException("no words");
        });

        assertThat(told).containsExactly("cannot be explained: IllegalStateException");
    }

    @Test
    void cutsShortWhatIsTooLong() {
        assertThat(told(ScriptedRun.of("val_loss", 1), of -> "x".repeat(10_000)).get(0))
                .hasSize(500)
                .endsWith("…");
    }
}
