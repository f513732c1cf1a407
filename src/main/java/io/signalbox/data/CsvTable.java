package io.signalbox.data;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.RecordType;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A CSV file (RFC 4180), read row by row straight from the reader's buffer. Blank lines are skipped; spaces around unquoted
 * fields are not part of them.
 */
final class CsvTable {

    /** Characters a field may hold. */
    static final int MAX_FIELD = 1 << 20;

    /** Sees the rows one after the other. */
    interface RowVisitor {

        /** Sees a field of the row that starts in this line. */
        void field(long line, int column, char[] text, int offset, int length);

        /**
         * Ends the row.
         *
         * @param line where the row starts in the file, from 1
         * @param fields how many fields it had
         * @return false to read no further
         */
        boolean end(long line, int fields);
    }

    private final Path file;
    private final char separator;

    CsvTable(Path file, char separator) {
        this.file = file;
        this.separator = separator;
    }

    /** Fields of the first row; at most {@code limit + 1} of them, so that a caller can tell there were too many. */
    List<String> header(int limit) throws IOException {
        List<String> names = new ArrayList<>();
        read(0, new RowVisitor() {
            @Override
            public void field(long line, int column, char[] text, int offset, int length) {
                if (names.size() <= limit) {
                    names.add(new String(text, offset, length));
                }
            }

            @Override
            public boolean end(long line, int fields) {
                return false;
            }
        });
        return names;
    }

    /** Reads all rows below the header. */
    void rows(RowVisitor visitor) throws IOException {
        read(1, visitor);
    }

    private void read(int skip, RowVisitor visitor) throws IOException {
        Handler handler = new Handler(skip, visitor);
        try (Reader text = EndMarkedReader.open(file);
                CsvReader<Boolean> rows = CsvReader.builder()
                        .fieldSeparator(separator)
                        .allowExtraFields(true)
                        .allowMissingFields(true)
                        .maxBufferSize(MAX_FIELD)
                        .build(handler, text)) {
            for (boolean goOn : rows) {
                if (!goOn) {
                    break;
                }
            }
        } catch (CsvParseException e) {
            throw unreadable(handler.line(), e);
        } catch (UncheckedIOException e) {
            throw e.getCause() == null ? new IOException(e) : e.getCause();
        }
        if (handler.openQuote) {
            throw Problems.single(
                    Problems.FILE,
                    "csv.quote",
                    "line " + handler.line()
                            + ": a quoted field is never closed; close it, or double quotes inside it");
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Whether a field, quoted or not, holds nothing but spaces. */
    static boolean isBlank(char[] text, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (!isBlank(text[i])) {
                return false;
            }
        }
        return true;
    }

    private static BadDataException unreadable(long line, CsvParseException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String message = String.valueOf(cause.getMessage());
        boolean quote = message.startsWith("Unexpected character after closing quote");
        return Problems.single(
                Problems.FILE,
                quote ? "csv.quote" : "csv.field-size",
                "line " + line + ": "
                        + (quote
                                ? "text follows a closing quote; double the quotes inside a quoted field"
                                : "a field is longer than " + MAX_FIELD + " characters; is a quote left open?"));
    }

    /** Passes fields on and knows the end mark when it comes. */
    private static final class Handler extends AbstractBaseCsvCallbackHandler<Boolean> {

        private final RowVisitor visitor;
        private int skip;
        private boolean endMark;
        private boolean openQuote;

        Handler(int skip, RowVisitor visitor) {
            this.skip = skip;
            this.visitor = visitor;
        }

        long line() {
            return getStartingLineNumber();
        }

        @Override
        protected void handleField(int column, char[] text, int offset, int length, boolean quoted) {
            if (length > 0 && text[offset + length - 1] == EndMarkedReader.MARK) {
                endMark = true;
                openQuote = quoted;
                return;
            }
            if (skip > 0) {
                return;
            }
            int from = offset;
            int to = offset + length;
            if (!quoted) {
                while (from < to && isBlank(text[from])) {
                    from++;
                }
                while (from < to && isBlank(text[to - 1])) {
                    to--;
                }
            }
            visitor.field(getStartingLineNumber(), column, text, from, to - from);
        }

        @Override
        protected Boolean buildRecord() {
            if (endMark) {
                return false;
            }
            if (getRecordType() == RecordType.EMPTY) {
                return true;
            }
            if (skip > 0) {
                skip--;
                return true;
            }
            return visitor.end(getStartingLineNumber(), getFieldCount());
        }
    }
}
