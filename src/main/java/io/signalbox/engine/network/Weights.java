package io.signalbox.engine.network;

import io.signalbox.checkpoint.Tensor;
import io.signalbox.engine.torch.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Named tensors from and to files. */
public final class Weights {

    /** A message names so many faults at most. */
    private static final int FAULTS_TOLD = 10;

    private Weights() {}

    /** The present content of tensors, without a copy. */
    public static Map<String, Tensor> content(Map<String, HostTensor> tensors) {
        Map<String, Tensor> content = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> content.put(name, tensor.content()));
        return content;
    }

    /**
     * Takes over what a file holds: every tensor must be there in its shape, and no other. Nothing is changed otherwise.
     *
     * @param source what the file is, for the message
     * @throws IllegalArgumentException saying which tensors do not fit
     */
    public static void load(Map<String, HostTensor> tensors, Map<String, Tensor> file, String source) {
        List<String> faults = new ArrayList<>();
        tensors.forEach((name, tensor) -> {
            Tensor found = file.get(name);
            if (found == null) {
                faults.add("'" + name + "' is missing");
            } else if (!describe(found).equals(describe(tensor.content()))) {
                faults.add("'" + name + "' is " + describe(found) + ", the network's is " + describe(tensor.content()));
            }
        });
        file.keySet().stream()
                .filter(name -> !tensors.containsKey(name))
                .forEach(name -> faults.add("'" + name + "' is not in the network"));
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException(source + " does not fit: "
                    + String.join("; ", faults.subList(0, Math.min(FAULTS_TOLD, faults.size())))
                    + (faults.size() > FAULTS_TOLD ? "; and " + (faults.size() - FAULTS_TOLD) + " more" : ""));
        }
        tensors.forEach((name, tensor) -> tensor.set(Objects.requireNonNull(file.get(name))));
    }

    private static String describe(Tensor tensor) {
        return tensor.dtype() + Arrays.toString(tensor.shape());
    }
}
