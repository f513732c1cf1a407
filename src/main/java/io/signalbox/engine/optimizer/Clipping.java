package io.signalbox.engine.optimizer;

import static io.signalbox.engine.torch.Script.number;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bounds on the gradients {@code g}: first the norm of all together, then each value. */
public final class Clipping {

    /** PyTorch's guard against division by zero in {@code clip_grad_norm_}. */
    private static final double NORM_GUARD = 1e-6;

    private Clipping() {}

    /** Lines that clip as {@code clip_grad_norm_} and {@code clip_grad_value_} do; none where nothing is bounded. */
    public static List<String> code(@Nullable Double norm, @Nullable Double value) {
        List<String> code = new ArrayList<>();
        if (norm != null) {
            code.addAll(List.of(
                    "norms = annotate(List[Tensor], [])",
                    "for i in range(torch.len(g)):",
                    "  torch.append(norms, torch.linalg_vector_norm(g[i]))",
                    "norm = torch.linalg_vector_norm(torch.stack(norms))",
                    "scale = torch.mul(torch.reciprocal(torch.add(norm, " + number(NORM_GUARD) + ")), " + number(norm)
                            + ")",
                    "scale = torch.clamp(scale, None, 1.0)",
                    "for i in range(torch.len(g)):",
                    "  torch.mul_(g[i], scale)"));
        }
        if (value != null) {
            code.addAll(List.of(
                    "for i in range(torch.len(g)):",
                    "  torch.clamp_(g[i], " + number(-value) + ", " + number(value) + ")"));
        }
        return code;
    }
}
