package io.signalbox.server.web;

import java.util.List;

/** Tells the dashboard's pages, which are all one file, from the API and from files. */
public final class PagePaths {

    /** The last is H2's console, which is not here: whoever looks for it learns that plainly. */
    private static final List<String> NO_PAGES =
            List.of("/api/", "/actuator/", "/v3/", "/swagger-ui/", "/webjars/", "/error/", "/assets/", "/h2-console/");

    private PagePaths() {}

    /**
     * @param path as in the request line
     */
    public static boolean isPage(String path) {
        String folder = path + "/";
        return path.startsWith("/")
                && NO_PAGES.stream().noneMatch(folder::startsWith)
                && path.indexOf('.', path.lastIndexOf('/')) < 0;
    }
}
