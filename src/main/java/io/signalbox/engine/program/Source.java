package io.signalbox.engine.program;

import io.signalbox.engine.torch.Script;
import java.util.List;

/** Text of a program, method by method. */
final class Source {

    private static final String INDENT = "    ";

    private final StringBuilder text = new StringBuilder();

    /** Begins a method that is called from Java. */
    Source method(String name) {
        text.append("  def ").append(name).append("(self: ").append(Script.SELF);
        text.append(", control: Tensor) -> List[Tensor]:\n");
        return this;
    }

    Source line(String line) {
        text.append(INDENT).append(line).append('\n');
        return this;
    }

    Source lines(List<String> lines) {
        lines.forEach(this::line);
        return this;
    }

    /** Ends a method. */
    Source end() {
        return line("return annotate(List[Tensor], [])");
    }

    /** Adds methods as they are. */
    Source append(String methods) {
        text.append(methods);
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
