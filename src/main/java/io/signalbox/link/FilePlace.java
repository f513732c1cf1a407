package io.signalbox.link;

import java.util.List;
import java.util.Map;

/**
 * Where a file is to be fetched or put, for a while: whoever has the address may do so without any other key.
 *
 * @param url HTTP GET, or PUT; a POST of what the store answered to the parts, where there are any
 * @param headers to be sent with it; a store that is given other bytes than they name refuses them
 * @param parts where to PUT the parts of a file that is too large to be put at once, all of one length but for the last; none for
 *     any other
 */
public record FilePlace(FilePart file, String url, Map<String, String> headers, List<String> parts) {

    /** One that is put or fetched at once. */
    public FilePlace(FilePart file, String url, Map<String, String> headers) {
        this(file, url, headers, List.of());
    }

    /** Bytes of each part but the last, which may have less, where a file goes in so many. */
    public static long partLength(long size, int parts) {
        return (size + parts - 1) / parts;
    }

    /** Keeps the address, which is a key, out of logs. */
    @Override
    public String toString() {
        return "FilePlace[" + file.path() + "]";
    }
}
