package io.signalbox.server.replay;

import io.signalbox.server.web.BodyOf;
import io.signalbox.server.web.SpecBody;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Says what callbacks would have done. Nothing is kept, and nothing happens outside the answer. */
@RestController
class ReplayController {

    /** 100,000 epochs of a dozen metrics. */
    private static final int LONGEST = 32 << 20;

    private final Replays replays;

    ReplayController(Replays replays) {
        this.replays = replays;
    }

    @PostMapping("/api/v1/replays")
    @BodyOf(value = ReplayRequest.class, longest = LONGEST)
    ReplayAnswer replay(SpecBody body) {
        return replays.answer(body.node());
    }
}
