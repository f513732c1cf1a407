package io.signalbox.data;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * A zip with a folder for each class, as torchvision's {@code ImageFolder} has them: files may lie deeper in a class's folder,
 * and on top there may be {@code train} and {@code val} or {@code test}. Folders around all of it, hidden files and what
 * systems leave in a zip ({@code __MACOSX}, {@code Thumbs.db}) count for nothing. Nothing is ever unpacked to disk, so that
 * no name in it can mean a path, and a link is but a file that cannot be read.
 *
 * <p>Classes are in alphabetical order. The order of the files is drawn from their names: always the same, and such that the
 * last of them, which {@code validation_split} takes, are of all classes.
 */
final class ClassFolders implements Closeable {

    private static final int MOST_ENTRIES = 1_000_000;
    private static final int LONGEST_NAME = 1_024;
    private static final int MOST_CLASSES = 10_000;
    private static final int LARGEST_FILE = 64 << 20;
    private static final long MOST_UNPACKED = 1L << 36;
    private static final Set<String> TRAINING = Set.of("train", "training");
    private static final Set<String> VALIDATION = Set.of("val", "valid", "validation");
    private static final Set<String> TEST = Set.of("test", "testing");
    private static final Set<String> LEFT_BY_SYSTEMS = Set.of("__macosx", "thumbs.db", "desktop.ini");

    private final ZipFile zip;
    private final AtomicLong unpacked = new AtomicLong();
    private final Problems problems = new Problems();
    private List<String> classes = List.of();
    private List<Item> training = List.of();
    private List<Item> test = List.of();

    /** A file of a class. */
    record Item(ZipEntry entry, String label) {

        String name() {
            return entry.getName();
        }
    }

    /** A file with the folders that it lies in. */
    private record Located(ZipEntry entry, List<String> folders, String file) {

        Located within() {
            return new Located(entry, folders.subList(1, folders.size()), file);
        }
    }

    /**
     * What the files of a format are.
     *
     * @param what for messages: {@code pictures}
     * @param endings of their names, in lower case
     * @param foreign endings of such files that cannot be read
     * @param labelInName whether the class is what a file's name begins with, up to the first underscore, and not its folder
     */
    record Kind(String what, Set<String> endings, Set<String> foreign, boolean labelInName) {}

    private ClassFolders(ZipFile zip) {
        this.zip = zip;
    }

    /**
     * Opens a zip and tells its files apart.
     *
     * @throws BadDataException for one that is damaged, too large, or not of this layout
     */
    static ClassFolders open(Path file, Kind kind) throws IOException {
        ZipDirectory.check(file);
        ZipFile zip;
        try {
            zip = new ZipFile(file.toFile());
        } catch (ZipException | EOFException e) {
            throw damaged(e);
        }
        ClassFolders folders = new ClassFolders(zip);
        try {
            folders.sort(folders.located(kind), kind);
            folders.problems.throwIfAny();
            return folders;
        } catch (IllegalArgumentException e) {
            // A name that is no UTF-8 shows only when the entry is come to.
            zip.close();
            throw damaged(e);
        } catch (RuntimeException e) {
            zip.close();
            throw e;
        }
    }

    private static BadDataException damaged(Exception e) {
        BadDataException refused = Problems.single(
                Problems.FILE, "zip.damaged", "is no zip, or a damaged one: was the upload cut off? Zip it again");
        refused.initCause(e);
        return refused;
    }

    List<String> classes() {
        return classes;
    }

    List<Item> training() {
        return training;
    }

    /** Of {@code val}, or of {@code test} where there is no {@code val}; empty for none. */
    List<Item> test() {
        return test;
    }

    /** The class indices of items. */
    long[] labels(List<Item> items) {
        return items.stream()
                .mapToLong(item -> Collections.binarySearch(classes, item.label))
                .toArray();
    }

    /**
     * Unpacks a file; from any thread.
     *
     * @throws BadDataException for one that is damaged or too large
     */
    byte[] read(Item item) throws IOException {
        byte[] content;
        try (InputStream in = zip.getInputStream(item.entry)) {
            content = in.readNBytes(LARGEST_FILE + 1);
        } catch (ZipException | EOFException e) {
            throw refuse(item.name(), "zip.damaged", "is damaged: it cannot be unpacked");
        }
        if (content.length > LARGEST_FILE || unpacked.addAndGet(content.length) > MOST_UNPACKED) {
            throw refuse(
                    item.name(),
                    "zip.too-large",
                    "unpacks to too much: a file may have " + LARGEST_FILE + " bytes, all of them together "
                            + MOST_UNPACKED);
        }
        CRC32 sum = new CRC32();
        sum.update(content);
        if (item.entry.getCrc() >= 0 && sum.getValue() != item.entry.getCrc()) {
            throw refuse(item.name(), "zip.damaged", "is damaged: its checksum is wrong");
        }
        return content;
    }

    static BadDataException refuse(String name, String code, String what) {
        return Problems.single(Problems.FILE, code, told(name, what));
    }

    /** A message that begins with a file's name, its end if it is long. */
    static String told(String name, String what) {
        String end = name.length() > 60 ? "…" + name.substring(name.length() - 59) : name;
        return "\"" + Problems.echo(end) + "\" " + what;
    }

    private List<Located> located(Kind kind) {
        if (zip.size() > MOST_ENTRIES) {
            throw refuse("the zip", "zip.too-large", "has more than " + MOST_ENTRIES + " entries");
        }
        List<Located> found = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements() && !problems.full(); ) {
            ZipEntry entry = entries.nextElement();
            String name = entry.getName();
            if (!seen.add(name)) {
                problems.add(Problems.FILE, "zip.duplicate", told(name, "is in the zip twice"));
            } else if (!plain(name)) {
                problems.add(
                        Problems.FILE,
                        "zip.name",
                        told(name, "is no name of a file in a folder; zip the folder anew, with / between folders"));
            } else {
                List<String> parts = List.of(name.split("/"));
                if (parts.stream().noneMatch(ClassFolders::junk)) {
                    int folders = entry.isDirectory() ? parts.size() : parts.size() - 1;
                    String file = entry.isDirectory() ? "" : parts.get(folders);
                    add(new Located(entry, parts.subList(0, folders), file), kind, found);
                }
            }
        }
        return found;
    }

    private static boolean plain(String name) {
        return name.length() <= LONGEST_NAME
                && !name.startsWith("/")
                && name.indexOf('\\') < 0
                && name.chars().noneMatch(Character::isISOControl)
                && name.split("/").length > 0
                && Arrays.stream(name.split("/")).noneMatch(part -> part.equals("..") || part.isEmpty());
    }

    private static boolean junk(String part) {
        return part.startsWith(".") || LEFT_BY_SYSTEMS.contains(part.toLowerCase(Locale.ROOT));
    }

    /** Of other files only those are told of that look as if they should be examples. */
    private void add(Located located, Kind kind, List<Located> found) {
        String ending =
                located.file.substring(located.file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        if (located.entry.isDirectory() || kind.endings.contains(ending)) {
            found.add(located);
        } else if (kind.foreign.contains(ending)) {
            problems.add(
                    Problems.FILE,
                    "zip.file-type",
                    told(
                            located.entry.getName(),
                            "cannot be read; of " + kind.what + " " + new TreeSet<>(kind.endings) + " can"));
        }
    }

    private void sort(List<Located> all, Kind kind) {
        List<Located> bare = bare(all, kind);
        Set<String> tops = new HashSet<>();
        bare.forEach(
                one -> tops.add(one.folders.isEmpty() ? "" : one.folders.get(0).toLowerCase(Locale.ROOT)));
        boolean parts = tops.stream().anyMatch(TRAINING::contains)
                && tops.stream()
                        .allMatch(top -> TRAINING.contains(top) || VALIDATION.contains(top) || TEST.contains(top));
        Set<String> held = tops.stream().anyMatch(VALIDATION::contains) ? VALIDATION : TEST;
        TreeSet<String> trained = new TreeSet<>();
        training = items(parts ? within(bare, TRAINING) : bare, kind, trained);
        TreeSet<String> tested = new TreeSet<>();
        test = parts ? items(within(bare, held), kind, tested) : List.of();
        classes = List.copyOf(trained);
        tested.removeAll(trained);
        for (String name : tested) {
            problems.add(
                    Problems.FILE,
                    "zip.class",
                    "class \"" + Problems.echo(name) + "\" is in the test part, but not in the training part");
        }
        if (training.isEmpty() && problems.none()) {
            problems.add(
                    Problems.FILE,
                    "dataset.empty",
                    "holds no " + kind.what + " to train on: " + new TreeSet<>(kind.endings)
                            + " in a folder for each class");
        }
        if (classes.size() > MOST_CLASSES) {
            problems.add(Problems.FILE, "zip.class", "has more than " + MOST_CLASSES + " classes");
        }
    }

    private static List<Located> within(List<Located> all, Set<String> top) {
        return all.stream()
                .filter(one -> top.contains(one.folders.get(0).toLowerCase(Locale.ROOT)))
                .map(Located::within)
                .toList();
    }

    /** Without the folders around all of it: those that would leave one class, or one part, only. */
    private static List<Located> bare(List<Located> all, Kind kind) {
        List<Located> bare = all.stream()
                .filter(one -> !one.entry.isDirectory() || !one.folders.isEmpty())
                .toList();
        int needed = kind.labelInName ? 1 : 2;
        while (bare.stream().anyMatch(one -> !one.entry.isDirectory())
                && bare.stream()
                                .map(one -> one.folders.isEmpty() ? "" : one.folders.get(0))
                                .distinct()
                                .count()
                        == 1
                && bare.stream().allMatch(one -> one.entry.isDirectory() || one.folders.size() >= needed)) {
            bare = bare.stream()
                    .map(Located::within)
                    .filter(one -> !one.entry.isDirectory() || !one.folders.isEmpty())
                    .toList();
        }
        return bare;
    }

    private List<Item> items(List<Located> located, Kind kind, Set<String> labels) {
        List<Item> items = new ArrayList<>();
        Set<String> announced = new TreeSet<>();
        for (Located one : located) {
            if (one.entry.isDirectory()) {
                if (!one.folders.isEmpty()) {
                    announced.add(one.folders.get(0));
                }
                continue;
            }
            String label = label(one, kind);
            if (label != null) {
                labels.add(label);
                items.add(new Item(one.entry, label));
            }
        }
        announced.removeAll(labels);
        if (!kind.labelInName) {
            announced.forEach(folder ->
                    problems.add(Problems.FILE, "zip.empty-class", told(folder, "is a class without " + kind.what)));
        }
        items.sort(Comparator.comparingLong((Item item) -> drawn(item.name())).thenComparing(Item::name));
        return items;
    }

    private @Nullable String label(Located one, Kind kind) {
        int end = one.file.indexOf('_');
        if (kind.labelInName ? end > 0 : !one.folders.isEmpty()) {
            return kind.labelInName ? one.file.substring(0, end) : one.folders.get(0);
        }
        problems.add(
                Problems.FILE,
                "zip.layout",
                told(
                        one.entry.getName(),
                        kind.labelInName
                                ? "does not begin with its class and an underscore, as 7_jackson_32.wav does"
                                : "lies in no folder that names its class"));
        return null;
    }

    private static long drawn(String name) {
        return new SplittableRandom(name.hashCode()).nextLong();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
