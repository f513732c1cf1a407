package io.signalbox.callback;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

    private static boolean matches(String pattern, String parameter) {
        Matcher layers = LAYERS.matcher(pattern);
        if (layers.matches()) {
            int layer = Integer.parseInt(parameter.substring(0, parameter.indexOf('.')));
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
