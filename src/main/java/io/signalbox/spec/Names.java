package io.signalbox.spec;

import java.util.Locale;
import java.util.regex.Pattern;

/** What names may look like, as regular expressions that match the whole name. */
public final class Names {

    /** A name that becomes a file or a path segment: datasets, weights, checkpoints, callbacks. None that Windows keeps. */
    public static final String FILE =
            "(?!(con|prn|aux|nul|com[0-9]|lpt[0-9])([.]|$))[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9_-])?";

    /** A name for people: any letters, digits, punctuation and single spaces, nothing invisible. */
    public static final String LABEL = "[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}]+( [\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}]+)*";

    private static final Pattern WORD_END = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");

    private Names() {}

    /** A Java name as it stands on the wire: {@code ReduceLROnPlateau} is {@code reduce_lr_on_plateau}. */
    public static String snakeCase(String name) {
        String nanIsOneWord = name.replace("NaN", "Nan");
        return WORD_END.matcher(nanIsOneWord).replaceAll("_").toLowerCase(Locale.ROOT);
    }
}
