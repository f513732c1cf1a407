package io.signalbox.server.command;

import io.signalbox.server.web.Page;
import io.signalbox.server.web.Paging;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shows who asked for what. */
@RestController
class AuditController {

    private final Audit audit;

    AuditController(Audit audit) {
        this.audit = audit;
    }

    /** What became of commands, newest first; of one job, also one that is gone, or of all. */
    @GetMapping("/api/v1/audit")
    Page<Audit.Entry> list(@RequestParam(name = "job_id", required = false) @Nullable Long jobId, Paging paging) {
        return audit.list(jobId, paging);
    }
}
