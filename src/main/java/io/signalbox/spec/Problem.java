package io.signalbox.spec;

/**
 * One fault of a request, or one warning about it.
 *
 * @param pointer where, as a JSON Pointer fragment: {@code #/callbacks/0/patience}
 * @param code what kind, for programs: {@code range.min}, {@code unknown-field}, {@code shape.mismatch} …
 * @param detail what was found, what was expected and what to do, for people; echoes at most 64 characters of input
 */
public record Problem(String pointer, String code, String detail) {}
