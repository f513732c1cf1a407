package io.signalbox.server.web;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One page of a list.
 *
 * @param items what is on it
 * @param nextCursor what {@code ?cursor=} asks for the next one with; null on the last
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

    /**
     * The first {@code limit} of what was read; ask the store for one more than that, so that this knows whether there are
     * more.
     *
     * @param found at most {@code limit + 1}, in order
     * @param key of an item, from which the next page goes on
     */
    public static <T> Page<T> of(List<T> found, Paging paging, Function<T, String> key) {
        if (found.size() <= paging.limit()) {
            return new Page<>(List.copyOf(found), null);
        }
        List<T> items = List.copyOf(found.subList(0, paging.limit()));
        return new Page<>(items, paging.cursorAfter(key.apply(items.get(items.size() - 1))));
    }

    /** The same page of something made from each item. */
    public <R> Page<R> map(Function<T, R> function) {
        return new Page<>(items.stream().map(function).toList(), nextCursor);
    }
}
