package io.signalbox.callback;

import io.signalbox.spec.schema.Constrained;
import io.signalbox.spec.schema.Described;
import io.signalbox.spec.schema.Param;
import org.jspecify.annotations.Nullable;

/**
 * Bounds gradients before every update, as {@code torch.nn.utils.clip_grad_norm_} and {@code clip_grad_value_} do: the same
 * as the optimizer's {@code clip_norm} and {@code clip_value}, which come first where both are given.
 */
final class GradientClipping implements Callback {

    /** PyTorch's bounds under the optimizer's names. */
    @Described("Bounds gradients before every update, by their norm, by value, or both")
    record Params(
            @Param(
                    value = "Bound of the norm over all gradients together; larger ones are scaled down to it",
                    min = 0,
                    exclusiveMin = true)
            @Nullable
            Double clipNorm,

            @Param(value = "Bound of each gradient's absolute value", min = 0, exclusiveMin = true) @Nullable
            Double clipValue)
            implements Constrained {

        @Override
        public void check(Rules rules) {
            if (clipNorm == null && clipValue == null) {
                rules.broken("clip_norm", "required", "one of clip_norm and clip_value is required");
            }
        }
    }

    private final String name;
    private final Params params;

    GradientClipping(String name, Params params) {
        this.name = name;
        this.params = params;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void onTrainBegin(Run run) {
        run.updates().clip(params.clipNorm(), params.clipValue());
    }

    @Override
    public String explain(Run run) {
        String norm = params.clipNorm() == null
                ? ""
                : "scales all gradients together down to a norm of " + Numbers.brief(params.clipNorm());
        String value = params.clipValue() == null
                ? ""
                : "bounds each gradient to " + Numbers.brief(params.clipValue()) + " either way";
        return norm.isEmpty() || value.isEmpty() ? norm + value : norm + ", then " + value;
    }
}
