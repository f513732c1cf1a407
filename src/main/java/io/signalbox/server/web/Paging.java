package io.signalbox.server.web;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a list a request asks for: {@code ?limit=&cursor=}. A controller's method takes it as a parameter.
 *
 * @param limit most items, 1 to 500
 * @param after key of the last item of the page before; null for the first page
 */
public record Paging(int limit, @Nullable String after) {

    /** Most items of a page. */
    public static final int MOST = 500;

    /** Items of a page where the request does not say. */
    public static final int DEFAULT = 50;

    private static final int LONGEST_CURSOR = 1024;

    static Paging parse(@Nullable String limit, @Nullable String cursor) {
        return new Paging(limit == null ? DEFAULT : parseLimit(limit), cursor == null ? null : decode(cursor));
    }

    /** The key as a number, for lists ordered by one; null for the first page. */
    public @Nullable Long afterNumber() {
        if (after == null) {
            return null;
        }
        try {
            return Long.valueOf(after);
        } catch (NumberFormatException notOfThisList) {
            throw badCursor();
        }
    }

    /** Of sorted keys, those that {@link Page#of} wants: behind the cursor, one more than fit on the page. */
    public List<String> of(List<String> sorted) {
        return sorted.stream()
                .filter(key -> after == null || key.compareTo(after) > 0)
                .limit(limit + 1L)
                .toList();
    }

    /** The cursor that goes on after a key. */
    public String cursorAfter(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes) + "." + check(bytes);
    }

    private static int parseLimit(String text) {
        if (text.matches("\\d{1,4}")) {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= MOST) {
                return limit;
            }
        }
        throw Problems.invalidParameter("limit", text, "a whole number from 1 to " + MOST);
    }

    private static String decode(String cursor) {
        int dot = cursor.lastIndexOf('.');
        if (dot < 0 || cursor.length() > LONGEST_CURSOR) {
            throw badCursor();
        }
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(cursor.substring(0, dot));
            if (!check(bytes).equals(cursor.substring(dot + 1))) {
                throw badCursor();
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            throw badCursor();
        }
    }

    private static ApiException badCursor() {
        return Problems.invalidParameter("cursor", "another text", "a next_cursor of this list");
    }

    /** Tells a damaged cursor from one of ours; it keeps no secret. */
    private static String check(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return Long.toString(crc.getValue(), Character.MAX_RADIX);
    }
}
