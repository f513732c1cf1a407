package io.signalbox.link;

import java.util.Map;

/**
 * Where a file is to be fetched or put, for a while: whoever has the address may do so without any other key.
 *
 * @param url HTTP GET, or PUT
 * @param headers to be sent with it; a store that is given other bytes than they name refuses them
 */
public record FilePlace(FilePart file, String url, Map<String, String> headers) {

    /** Keeps the address, which is a key, out of logs. */
    @Override
    public String toString() {
        return "FilePlace[" + file.path() + "]";
    }
}
