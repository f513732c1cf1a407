package io.signalbox.callback;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint's name with fields to fill in: {@code {epoch:03d}}, {@code {val_loss:.2f}}, {@code {batch}}, formatted as a
 * {@link NumberFormat} says. Anything that no name can hold becomes an underscore.
 */
final class CheckpointTemplate {

    /** What a template may look like; a path it cannot be. */
    static final String PATTERN = "([A-Za-z0-9._-]|\\{\\{|\\}\\}|\\{[A-Za-z_][A-Za-z0-9_]{0,99}(:[^{}]{0,16})?\\})+";

    /** A field, or a brace, which is written twice. */
    private static final Pattern FIELD = Pattern.compile("\\{\\{|\\}\\}|\\{([A-Za-z_][A-Za-z0-9_]*)(?::([^{}]*))?\\}");

    private static final Pattern EXTENSION = Pattern.compile("(\\.weights)?\\.[A-Za-z][A-Za-z0-9]{0,11}$");
    private static final String EPOCH = "epoch";
    private static final String BATCH = "batch";
    private static final int LONGEST_NAME = 100;

    private final String filepath;
    private final String template;

    CheckpointTemplate(String filepath) {
        this.filepath = filepath;
        Matcher extension = EXTENSION.matcher(filepath);
        this.template = extension.find() && extension.start() > 0 ? filepath.substring(0, extension.start()) : filepath;
    }

    /** Without its extension. */
    String text() {
        return template;
    }

    /** Names of the fields. */
    List<String> fields() {
        List<String> fields = new ArrayList<>();
        Matcher field = FIELD.matcher(template);
        while (field.find()) {
            if (field.group(1) != null) {
                fields.add(field.group(1));
            }
        }
        return fields;
    }

    /** @throws IllegalArgumentException for a format that its field cannot be written in */
    void check() {
        Matcher field = FIELD.matcher(template);
        while (field.find()) {
            if (field.group(1) != null) {
                boolean whole = field.group(1).equals(EPOCH) || field.group(1).equals(BATCH);
                formatOf(field).check(whole);
            }
        }
    }

    private static NumberFormat formatOf(Matcher field) {
        return NumberFormat.of(field.group(2) == null ? "" : field.group(2));
    }

    /**
     * Fills the fields in; {@code epoch} and {@code batch} count from 1 here, as in Keras.
     *
     * @param batch null where a checkpoint is not of a batch
     * @throws IllegalArgumentException for a field that nothing was logged for
     */
    String fill(int epoch, @Nullable Integer batch, Map<String, Double> logs) {
        return asName(fill(template, epoch, batch, logs));
    }

    /** What Keras would have called the file: filled in as {@link #fill} does, with its extension, any character kept. */
    String file(int epoch, @Nullable Integer batch, Map<String, Double> logs) {
        return fill(filepath, epoch, batch, logs);
    }

    private String fill(String text, int epoch, @Nullable Integer batch, Map<String, Double> logs) {
        Matcher field = FIELD.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (field.find()) {
            field.appendReplacement(filled, Matcher.quoteReplacement(value(field, epoch, batch, logs)));
        }
        return field.appendTail(filled).toString();
    }

    private String value(Matcher field, int epoch, @Nullable Integer batch, Map<String, Double> logs) {
        String name = field.group(1);
        if (name == null) {
            return field.group().substring(1);
        }
        if (name.equals(EPOCH)) {
            return formatOf(field).format(epoch + 1L);
        }
        if (name.equals(BATCH) && batch != null) {
            return formatOf(field).format(batch + 1L);
        }
        Double value = logs.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the name '" + template + "' needs '" + name
                    + "', which was not logged here; there are: " + String.join(", ", logs.keySet()));
        }
        return formatOf(field).format(value.doubleValue());
    }

    private static String asName(String text) {
        String name = text.strip().replaceAll("[^A-Za-z0-9._-]", "_");
        if (!Character.isLetterOrDigit(name.charAt(0))) {
            name = "checkpoint" + name;
        }
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    }
}
