package io.signalbox.callback;

import io.signalbox.spec.CheckedSpec.LayerSummary;
import io.signalbox.spec.Problem;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Names parameters of a network: by the number of their layer ({@code 3}), by a range of numbers ({@code 0-4}), by their own
 * name ({@code 3.weight}), {@code *} for any text ({@code *.bias}).
 */
final class TensorPattern {

    private static final Pattern LAYERS = Pattern.compile("(\\d{1,6})(?:-(\\d{1,6}))?");

    private TensorPattern() {}

    /** Those of the parameters that some pattern names, in the patterns' order. */
    static Set<String> select(List<String> patterns, List<String> parameters) {
        Set<String> selected = new LinkedHashSet<>();
        for (String pattern : patterns) {
            parameters.stream().filter(parameter -> matches(pattern, parameter)).forEach(selected::add);
        }
        return selected;
    }

    /**
     * Why a pattern can name nothing that is trained, as far as the layers tell, naming those that are; null if it may, as
     * where no layers are known.
     * What tensors a layer has only the engine knows.
     */
    static @Nullable String fault(String pattern, List<LayerSummary> layers) {
        String place = pattern.contains(".") ? pattern.substring(0, pattern.indexOf('.')) : pattern;
        boolean names = place.contains("*")
                || (LAYERS.matcher(place).matches()
                        && !select(List.of(place), likelyNames(layers)).isEmpty());
        if (names || layers.isEmpty()) {
            return null;
        }
        String trained = layers.stream()
                .filter(layer -> layer.parameters() > 0)
                .map(LayerSummary::name)
                .collect(Collectors.joining(", "));
        return "'" + Problem.echo(pattern) + "' names no layer that is trained; there are " + trained;
    }

    /** Two parameters for each layer that is trained, as most have them. */
    static List<String> likelyNames(List<LayerSummary> layers) {
        List<String> names = new ArrayList<>();
        for (LayerSummary layer : layers) {
            if (layer.parameters() > 0) {
                String place = layer.name().substring(0, layer.name().indexOf(' '));
                names.add(place + ".weight");
                names.add(place + ".bias");
            }
        }
        return names;
    }

    private static boolean matches(String pattern, String parameter) {
        Matcher layers = LAYERS.matcher(pattern);
        Matcher place = LAYERS.matcher(parameter.substring(0, Math.max(0, parameter.indexOf('.'))));
        if (layers.matches() && place.matches()) {
            int layer = Integer.parseInt(place.group(1));
            int from = Integer.parseInt(layers.group(1));
            return layer >= from && layer <= (layers.group(2) == null ? from : Integer.parseInt(layers.group(2)));
        }
        return glob(pattern, parameter);
    }

    /** Without a regular expression, so that no pattern takes long: names are short, and stars are tried in turn. */
    private static boolean glob(String pattern, String text) {
        int star = -1;
        int resume = 0;
        int p = 0;
        int t = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
