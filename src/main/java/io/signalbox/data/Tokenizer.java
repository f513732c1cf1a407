package io.signalbox.data;

import java.util.Locale;
import java.util.function.Consumer;

/** Cuts labelled texts into tokens. */
enum Tokenizer {
    /**
     * Runs of characters between spaces, in lower case and without the ASCII punctuation: what {@code
     * keras.layers.TextVectorization} does unless told otherwise.
     */
    WORD {
        @Override
        void split(CharSequence text, Consumer<String> tokens) {
            StringBuilder word = new StringBuilder();
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (Character.isWhitespace(c)) {
                    end(word, tokens);
                } else if (PUNCTUATION.indexOf(c) < 0) {
                    word.append(c);
                }
            }
            end(word, tokens);
        }

        private void end(StringBuilder word, Consumer<String> tokens) {
            if (!word.isEmpty()) {
                tokens.accept(word.toString().toLowerCase(Locale.ROOT));
                word.setLength(0);
            }
        }
    },

    /** Unicode code points. */
    CHARACTER {
        @Override
        void split(CharSequence text, Consumer<String> tokens) {
            text.codePoints().forEach(point -> tokens.accept(Character.toString(point)));
        }
    };

    private static final String PUNCTUATION = "!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'";

    /** Gives the tokens in their order. */
    abstract void split(CharSequence text, Consumer<String> tokens);

    static Tokenizer of(String level) {
        return valueOf(level.toUpperCase(Locale.ROOT));
    }

    String level() {
        return name().toLowerCase(Locale.ROOT);
    }
}
