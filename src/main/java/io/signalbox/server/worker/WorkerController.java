package io.signalbox.server.worker;

import io.signalbox.server.SignalboxProperties;
import io.signalbox.server.cluster.Leadership;
import io.signalbox.server.worker.Attempts.TrainerView;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows the trainers. */
@RestController
class WorkerController {

    private final Attempts attempts;
    private final Leadership leadership;
    private final int slots;

    WorkerController(Attempts attempts, Leadership leadership, SignalboxProperties properties) {
        this.attempts = attempts;
        this.leadership = leadership;
        this.slots = properties.workers().slots();
    }

    record Workers(int slots, List<TrainerView> trainers) {}

    @GetMapping("/api/v1/workers")
    Workers workers() {
        return new Workers(slots, leadership.isLeading() ? attempts.trainers() : attempts.elsewhere());
    }
}
