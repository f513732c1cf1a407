package io.signalbox.callback;

import io.signalbox.spec.CallbackSpec;
import io.signalbox.spec.CallbackTypes;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every built-in callback that a spec can name. */
public final class Callbacks implements CallbackTypes {

    @Override
    public Set<String> types() {
        throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable Class<? extends Record> parameters(String type) {
        throw new UnsupportedOperationException();
    }

    /** The callbacks of a checked spec, in its order. */
    public List<Callback> create(List<CallbackSpec> specs) {
        throw new UnsupportedOperationException();
    }
}
