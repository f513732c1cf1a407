package io.signalbox.server.system;

import io.signalbox.server.Home;
import io.signalbox.server.SignalboxProperties;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class SystemController {

    private final Home home;
    private final SignalboxProperties.Build build;

    SystemController(Home home, SignalboxProperties properties) {
        this.home = home;
        this.build = properties.build();
    }

    /** What trains. */
    record Engine(String name, String version) {}

    /** The disk of the home folder, in bytes. */
    record Disk(long freeBytes, long totalBytes) {}

    /**
     * What the service is and runs on.
     *
     * @param devices that jobs can train on
     */
    record SystemView(String version, Engine engine, List<String> devices, int processors, Disk disk) {}

    @GetMapping("/api/v1/system")
    SystemView system() throws IOException {
        FileStore store = Files.getFileStore(home.root());
        return new SystemView(
                build.version(),
                new Engine("PyTorch", build.engine()),
                List.of("cpu"),
                Runtime.getRuntime().availableProcessors(),
                new Disk(store.getUsableSpace(), store.getTotalSpace()));
    }
}
