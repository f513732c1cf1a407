package io.signalbox.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What memory a Java process has, in MiB, as Linux and the process itself tell.
 *
 * @param resident all of it
 * @param heap the heap's part of that, whatever it holds
 */
record JvmMemory(double resident, double heap) {

    private static final double KIBI = 1024;
    private static final double MEBI = KIBI * KIBI;
    private static final Pattern ADDRESS = Pattern.compile("0x([0-9a-f]+)");
    private static final Pattern MAPPING = Pattern.compile("([0-9a-f]+)-[0-9a-f]+ .*");

    static JvmMemory of(long pid) throws IOException {
        List<Long> bounds = ADDRESS.matcher(jcmd(pid, "GC.heap_info"))
                .results()
                .map(address -> Long.parseUnsignedLong(address.group(1), 16))
                .sorted(Long::compareUnsigned)
                .toList();
        long from = bounds.get(0);
        long to = bounds.get(bounds.size() - 1);
        double resident = 0;
        double heap = 0;
        boolean ofHeap = false;
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "smaps"))) {
            Matcher mapping = MAPPING.matcher(line);
            if (mapping.matches()) {
                long address = Long.parseUnsignedLong(mapping.group(1), 16);
                ofHeap = Long.compareUnsigned(address, from) >= 0 && Long.compareUnsigned(address, to) < 0;
            } else if (line.startsWith("Rss:")) {
                double here = Long.parseLong(line.replaceAll("\\D", "")) / KIBI;
                resident += here;
                heap += ofHeap ? here : 0;
            }
        }
        return new JvmMemory(resident, heap);
    }

    /** What is not heap: code, classes, threads, buffers, and what native libraries took. */
    double outsideHeap() {
        return resident - heap;
    }

    /** What the heap of a process holds after a collection. */
    static double liveHeap(long pid) throws IOException {
        String total = jcmd(pid, "GC.class_histogram")
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(total.trim().split("\\s+")[2]) / MEBI;
    }

    private static String jcmd(long pid, String command) throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process asked = new ProcessBuilder(jcmd.toString(), Long.toString(pid), command).start();
        return new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
