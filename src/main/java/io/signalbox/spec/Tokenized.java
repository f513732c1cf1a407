package io.signalbox.spec;

import io.signalbox.spec.DatasetSchema.Column;
import io.signalbox.spec.DatasetSchema.Kind;
import io.signalbox.spec.DatasetSchema.Level;
import io.signalbox.spec.DatasetSchema.Texts;
import io.signalbox.spec.model.Input;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A dataset of texts as a spec asks for it, with nothing left open.
 *
 * <p>The vocabulary is built from the training part; its size is that of the whole text's, so that it is known before anything
 * is read. Ids that the training part leaves over are never met.
 *
 * @param labelled whether a class is predicted for each text, else the next token at each position of a window
 * @param level {@code character}, {@code byte} or {@code word}
 * @param length tokens of an example
 * @param stride tokens from the begin of an example to that of the next; of labelled texts the length
 * @param vocabulary how many ids there are
 * @param size of the text, in tokens; of labelled texts, their number
 */
public record Tokenized(boolean labelled, String level, int length, int stride, int vocabulary, long size) {

    /** The id of padding in labelled texts, and of unknown tokens in others. */
    public static final int FIRST = 0;

    /** The id of unknown tokens in labelled texts. */
    public static final int UNKNOWN_WORD = 1;

    private static final String POINTER = "#/data/tokens";
    private static final String NOT_APPLICABLE = "option.not-applicable";
    private static final String BYTE = "byte";
    private static final int BYTES = 256;

    /** Of 8 bytes each. */
    private static final int MOST_TOKENS = Integer.MAX_VALUE / Long.BYTES;

    private static final int CONTEXT = 64;
    private static final int LONGEST_BY_DEFAULT = 128;
    private static final int MOST_TOKENS_BY_DEFAULT = 10_000;

    /**
     * Settles it.
     *
     * @throws IllegalArgumentException for a dataset of numbers
     * @throws InvalidSpecException for what does not go with the dataset
     */
    public static Tokenized of(DataSpec data, DatasetSchema schema) {
        if (schema.texts() == null) {
            throw new IllegalArgumentException("the dataset holds no texts");
        }
        Faults faults = new Faults();
        Tokenized settled = of(data, schema, faults);
        if (settled == null || !faults.none()) {
            throw faults.refusal();
        }
        return settled;
    }

    /** The same; null for a dataset of numbers. */
    static @Nullable Tokenized of(DataSpec data, DatasetSchema schema, Faults faults) {
        Texts texts = schema.texts();
        if (texts == null) {
            if (data.tokens() != null) {
                faults.add(POINTER, NOT_APPLICABLE, "goes with datasets of texts only; leave it out");
            }
            return null;
        }
        boolean labelled = !schema.classes().isEmpty();
        DataSpec.Tokens asked =
                Objects.requireNonNullElse(data.tokens(), new DataSpec.Tokens(null, null, null, null, null));
        if (labelled) {
            absent("context", asked.context(), "texts without labels", faults);
            absent("stride", asked.stride(), "texts without labels", faults);
        } else {
            absent("max_length", asked.maxLength(), "labelled texts", faults);
            absent("max_tokens", asked.maxTokens(), "labelled texts", faults);
        }
        checkColumns(data, labelled, faults);
        List<String> levels = List.copyOf(texts.levels().keySet());
        String level = asked.level() == null ? levels.get(0) : asked.level();
        Level held = texts.levels().get(level);
        if (held == null) {
            faults.add(POINTER + "/level", "enum", "must be one of " + String.join(", ", levels) + " for this dataset");
            level = levels.get(0);
            held = Objects.requireNonNull(texts.levels().get(level));
        }
        return settled(asked, labelled, level, held, schema);
    }

    private static void absent(String name, @Nullable Integer value, String owners, Faults faults) {
        if (value != null) {
            faults.add(POINTER + "/" + name, NOT_APPLICABLE, "is an option of " + owners + "; leave it out");
        }
    }

    private static void checkColumns(DataSpec data, boolean labelled, Faults faults) {
        Map<String, @Nullable Object> columns = new LinkedHashMap<>();
        columns.put("target", data.target());
        columns.put("features", data.features());
        columns.put("group", data.group());
        columns.put("time", data.time());
        columns.forEach((name, value) -> {
            if (value != null) {
                faults.add("#/data/" + name, "dataset.column", "texts have no columns to name; leave it out");
            }
        });
        if (!data.normalize().equals("none")) {
            faults.add("#/data/normalize", NOT_APPLICABLE, "tokens are no numbers to scale; leave it out");
        }
        if (data.folds() != null && !labelled) {
            faults.add("#/data/folds", NOT_APPLICABLE, "a text is cut in two by validation_split only");
        }
    }

    private static Tokenized settled(
            DataSpec.Tokens asked, boolean labelled, String level, Level held, DatasetSchema schema) {
        if (!labelled) {
            int context = asked.context() == null ? CONTEXT : asked.context();
            int vocabulary = level.equals(BYTE) ? BYTES : held.distinct() + UNKNOWN_WORD;
            int stride = asked.stride() == null ? context : asked.stride();
            return new Tokenized(false, level, context, stride, vocabulary, held.tokens());
        }
        int longest = Math.max(1, Math.min(held.longest(), LONGEST_BY_DEFAULT));
        int most = asked.maxTokens() == null ? MOST_TOKENS_BY_DEFAULT : asked.maxTokens();
        int length = asked.maxLength() == null ? longest : asked.maxLength();
        return new Tokenized(
                true, level, length, length, Math.min(most, held.distinct() + UNKNOWN_WORD + 1), schema.rows());
    }

    /** The spec that asks for just this. */
    DataSpec.Tokens tokens() {
        return labelled
                ? new DataSpec.Tokens(level, null, null, length, vocabulary < 3 ? 3 : vocabulary)
                : new DataSpec.Tokens(level, length, stride, null, null);
    }

    /** How much of a text trains: as in Keras the first part. */
    public long trained(double split) {
        return (long) Math.floor(size * (1.0 - split));
    }

    /** How many examples so much of a text makes: windows a stride apart, each with the token behind it. */
    public long examples(long part) {
        return part <= length ? 0 : (part - 1 - length) / stride + 1;
    }

    /** Whether examples that overlap would take more memory than one buffer has: they lie there one by one. */
    boolean overlapsTooMuch(long part) {
        return stride != length && examples(part) * length > MOST_TOKENS;
    }

    private Input input() {
        return labelled ? Input.padded(length, vocabulary) : Input.tokens(length, vocabulary);
    }

    /** What the network takes and gives. */
    Columns columns(DatasetSchema schema) {
        List<String> names = labelled
                ? schema.classes()
                : IntStream.range(0, vocabulary).mapToObj(Integer::toString).toList();
        Column target = new Column(labelled ? "label" : "token", Kind.CATEGORICAL, names);
        return new Columns(input(), List.of(target), labelled ? 1 : length);
    }
}
