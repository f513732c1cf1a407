import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * Fills the cache of {@code mvnw}: {@code java FetchMaven.java <version> <sha512 of the zip> <folder to make>}.
 *
 * <p>Takes the distribution from the repository that {@code MVNW_REPOURL} names, where that is set; else lets a
 * {@code mvn} on the PATH fetch it from whatever repository that Maven is set up for; else downloads it from Apache's own
 * archive. Whatever came is checked against the sum, unpacked beside the folder and renamed into place in one step, so
 * that runs at the same time do not meet.
 */
final class FetchMaven {

    private static final String ARCHIVE = "https://archive.apache.org/dist/maven/maven-3/";
    private static final String COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.10.0:copy";
    private static final boolean WINDOWS =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");

    private final String version;
    private final String sha512;
    private final Path home;
    private final String zipName;

    private FetchMaven(String version, String sha512, Path home) {
        this.version = version;
        this.sha512 = sha512;
        this.home = home;
        this.zipName = "apache-maven-" + version + "-bin.zip";
    }

    public static void main(String[] args) throws Exception {
        try {
            new FetchMaven(args[0], args[1], Path.of(args[2]).toAbsolutePath()).run();
        } catch (IOException e) {
            System.err.println("mvnw: " + e.getMessage());
            System.exit(1);
        }
    }

    private void run() throws IOException, InterruptedException {
        Files.createDirectories(home.getParent());
        Path staging = Files.createTempDirectory(home.getParent(), ".fetch-");
        try {
            Path zip = staging.resolve(zipName);
            fetch(zip);
            moveIntoPlace(unpack(zip, staging.resolve("unpacked")));
        } finally {
            deleteAll(staging);
        }
    }

    private void fetch(Path zip) throws IOException, InterruptedException {
        String repository = System.getenv("MVNW_REPOURL");
        if (repository != null && !repository.isBlank()) {
            download(
                    repository.replaceAll("/+$", "") + "/org/apache/maven/apache-maven/" + version + "/" + zipName, zip);
        } else if (!fetchedByInstalledMaven(zip)) {
            download(ARCHIVE + version + "/binaries/" + zipName, zip);
        }
        String found = sum(zip);
        if (!found.equals(sha512)) {
            throw new IOException(zipName + " has SHA-512 " + found + ", but .mvn/maven.properties pins " + sha512
                    + ". Nothing was installed; try again, or ask whoever serves your downloads.");
        }
    }

    private boolean fetchedByInstalledMaven(Path zip) throws IOException, InterruptedException {
        Optional<Path> mvn = onPath(WINDOWS ? "mvn.cmd" : "mvn");
        if (mvn.isEmpty()) {
            return false;
        }
        System.err.println("mvnw: " + mvn.get() + " fetches Maven " + version);
        Process process = new ProcessBuilder(
                        mvn.get().toString(),
                        "-B",
                        "-q",
                        COPY,
                        "-Dartifact=org.apache.maven:apache-maven:" + version + ":zip:bin",
                        "-DoutputDirectory=" + zip.getParent())
                .directory(zip.getParent().toFile())
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        return process.waitFor() == 0 && Files.isRegularFile(zip);
    }

    private static Optional<Path> onPath(String program) {
        String path = System.getenv("PATH");
        return Stream.of((path == null ? "" : path).split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static void download(String url, Path file) throws IOException, InterruptedException {
        System.err.println("mvnw: downloading " + url);
        HttpClient.Builder client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .connectTimeout(Duration.ofSeconds(30));
        proxy().ifPresent(client::proxy);
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofMinutes(10)).build();
        try {
            HttpResponse<Path> answer = client.build().send(request, HttpResponse.BodyHandlers.ofFile(file));
            if (answer.statusCode() != 200) {
                throw new IOException("status " + answer.statusCode());
            }
        } catch (IOException e) {
            throw new IOException(
                    "could not download " + url + " (" + e + "). Check the network, put a mvn on the PATH that reaches a"
                            + " repository, or set MVNW_REPOURL to one.",
                    e);
        }
    }

    /** The proxy that curl would use. */
    private static Optional<ProxySelector> proxy() {
        return Stream.of("https_proxy", "HTTPS_PROXY")
                .map(System::getenv)
                .filter(value -> value != null && !value.isBlank())
                .map(value -> URI.create(value.contains("://") ? value : "http://" + value))
                .map(uri -> ProxySelector.of(new InetSocketAddress(uri.getHost(), uri.getPort())))
                .findFirst();
    }

    private static String sum(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file);
                DigestInputStream digest = new DigestInputStream(in, MessageDigest.getInstance("SHA-512"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the one folder at the zip's top. */
    private Path unpack(Path zip, Path target) throws IOException {
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Path file = target.resolve(entry.getName()).normalize();
                if (!file.startsWith(target)) {
                    throw new IOException(zipName + " holds a file outside of itself: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file);
                } else {
                    Files.createDirectories(file.getParent());
                    Files.copy(in, file);
                }
            }
        }
        Path top = target.resolve("apache-maven-" + version);
        for (String program : List.of("mvn", "mvnDebug", "mvnyjp")) {
            top.resolve("bin").resolve(program).toFile().setExecutable(true, false);
        }
        return top;
    }

    private void moveIntoPlace(Path unpacked) throws IOException {
        try {
            Files.move(unpacked, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isRegularFile(home.resolve("bin").resolve("mvn"))) {
                throw e;
            } // else another run was first, with the same content
        }
    }

    private static void deleteAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
