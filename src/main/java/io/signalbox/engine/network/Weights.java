package io.signalbox.engine.network;

import io.signalbox.checkpoint.Tensor;
import io.signalbox.engine.torch.HostTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

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
     * What was taken over from a file.
     *
     * @param taken names of the tensors
     * @param left why each of the others, of the file's or of the network's, was not, by name
     */
    public record Taken(List<String> taken, Map<String, String> left) {}

    /**
     * Takes over what a file holds: every tensor must be there in its shape, and no other. Nothing is changed otherwise.
     *
     * @param source what the file is, for the message
     * @throws IllegalArgumentException saying which tensors do not fit
     */
    public static void load(Map<String, HostTensor> tensors, Map<String, Tensor> file, String source) {
        Map<String, String> misfits = misfits(tensors, file);
        if (!misfits.isEmpty()) {
            throw new IllegalArgumentException(source + " does not fit: "
                    + misfits.entrySet().stream()
                            .limit(FAULTS_TOLD)
                            .map(misfit -> "'" + misfit.getKey() + "' " + misfit.getValue())
                            .collect(Collectors.joining("; "))
                    + (misfits.size() > FAULTS_TOLD ? "; and " + (misfits.size() - FAULTS_TOLD) + " more" : ""));
        }
        tensors.forEach((name, tensor) -> tensor.set(Objects.requireNonNull(file.get(name))));
    }

    /**
     * Takes over those tensors of a file that are there in their shape.
     *
     * @param source what the file is, for the message
     * @throws IllegalArgumentException if there are none
     */
    public static Taken loadFitting(Map<String, HostTensor> tensors, Map<String, Tensor> file, String source) {
        Map<String, String> misfits = misfits(tensors, file);
        List<String> taken = tensors.keySet().stream()
                .filter(name -> !misfits.containsKey(name))
                .toList();
        if (taken.isEmpty()) {
            throw new IllegalArgumentException(source + " has no tensor of the network's names and shapes");
        }
        taken.forEach(name -> Objects.requireNonNull(tensors.get(name)).set(Objects.requireNonNull(file.get(name))));
        return new Taken(taken, misfits);
    }

    private static Map<String, String> misfits(Map<String, HostTensor> tensors, Map<String, Tensor> file) {
        Map<String, String> misfits = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> {
            Tensor found = file.get(name);
            if (found == null) {
                misfits.put(name, "is missing");
            } else if (!describe(found).equals(describe(tensor.content()))) {
                misfits.put(name, "is " + describe(found) + ", the network's is " + describe(tensor.content()));
            }
        });
        file.keySet().stream()
                .filter(name -> !tensors.containsKey(name))
                .forEach(name -> misfits.put(name, "is not in the network"));
        return misfits;
    }

    private static String describe(Tensor tensor) {
        return tensor.dtype() + Arrays.toString(tensor.shape());
    }
}
