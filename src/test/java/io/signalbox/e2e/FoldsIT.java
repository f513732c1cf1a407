package io.signalbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.signalbox.harness.Answer;
import io.signalbox.harness.Api;
import io.signalbox.harness.Fixtures;
import io.signalbox.harness.Jobs;
import io.signalbox.harness.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class FoldsIT {

    private static final int FOLDS = 3;

    @Test
    void trainsAFamilyOfFoldsAndSumsItUp(@TempDir Path folder) {
        try (ServerProcess server =
                ServerProcess.start(folder, "signalbox.workers.slots=1", "signalbox.workers.warm=1")) {
            Jobs jobs = server.jobs();
            Api api = server.api();
            Fixtures.uploadFlowers(api).expect(201);
            String spec = """
                    epochs: 2
                    batch_size: 16
                    data:
                      dataset: flowers
                      stratify: true
                      normalize: standard
                      class_weight: balanced
                      augment: [{type: gaussian_noise}, {type: mixup, alpha: 0.2}]
                    model: {type: mlp, hidden: [8]}
                    """;

            JsonNode family = submit(api, spec).expect(201).json();
            JsonNode again = submit(api, spec).expect(200).json();
            List<Long> ids = ids(family);
            assertThat(ids).hasSize(FOLDS).isEqualTo(ids(again));
            submit(api, spec.replace("epochs: 2", "epochs: 3")).expect(422);
            for (int fold = 0; fold < FOLDS; fold++) {
                JsonNode job = family.path("items").path(fold).path("spec");
                assertThat(job.path("data").path("folds").path("fold").asInt()).isEqualTo(fold);
                assertThat(job.path("seed"))
                        .isEqualTo(family.path("items").path(0).path("spec").path("seed"));
            }
            ids.forEach(id -> jobs.awaitState(id, "completed"));

            JsonNode summary =
                    api.get("/jobs/" + ids.get(1) + "/folds").expect(200).json();
            double sum = 0;
            for (JsonNode fold : summary.path("folds")) {
                sum += fold.path("best").path("value").asDouble();
            }
            assertThat(summary.path("k").asInt()).isEqualTo(FOLDS);
            assertThat(summary.path("mean").asDouble()).isCloseTo(sum / FOLDS, within(1e-9));
            assertThat(summary.path("std").asDouble()).isNotNegative();
            assertThat(api.get("/jobs/" + ids.get(0) + "/metrics").expect(200).text())
                    .contains("augment_mixup");
            assertThat(api.get("/jobs/" + ids.get(0) + "/history").expect(200).text())
                    .doesNotContain("augment_mixup");
        }
    }

    private static Answer submit(Api api, String spec) {
        return api.post("/jobs?folds=" + FOLDS, Api.YAML, spec, Map.of("Idempotency-Key", "family"));
    }

    private static List<Long> ids(JsonNode family) {
        List<Long> ids = new ArrayList<>();
        family.path("items").forEach(job -> ids.add(job.path("id").asLong()));
        return ids;
    }
}
