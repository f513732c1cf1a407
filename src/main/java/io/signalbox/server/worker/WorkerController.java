package io.signalbox.server.worker;

import io.signalbox.server.worker.WorkerPool.TrainerView;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Shows the trainers. */
@RestController
class WorkerController {

    private final WorkerPool pool;

    WorkerController(WorkerPool pool) {
        this.pool = pool;
    }

    record Workers(int slots, List<TrainerView> trainers) {}

    @GetMapping("/api/v1/workers")
    Workers workers() {
        return new Workers(pool.slots(), pool.trainers());
    }
}
