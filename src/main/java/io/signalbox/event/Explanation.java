package io.signalbox.event;

/**
 * Where a callback stands, in words for people.
 *
 * @param name what addresses it
 * @param type as the spec names it
 * @param text empty if there is nothing to say
 */
public record Explanation(String name, String type, String text) {}
