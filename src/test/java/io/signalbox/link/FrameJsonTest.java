package io.signalbox.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.link.Frame.CommandFrame;
import io.signalbox.spec.Command;
import io.signalbox.spec.CommandRequest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FrameJsonTest {

    private static final CommandRequest PAUSE = new CommandRequest("p", new Command.Pause());

    @Test
    void carriesWhereACommandTookEffectBefore() throws ProtocolException {
        Frame frame = new CommandFrame(PAUSE.again(12));

        assertThat(FrameJson.decode(FrameJson.encode(frame))).contains(frame);
    }

    @Test
    void leavesItOutOfACommandThatNobodyApplied() throws ProtocolException {
        Frame frame = new CommandFrame(PAUSE);

        assertThat(new String(FrameJson.encode(frame), StandardCharsets.UTF_8)).doesNotContain("again");
        assertThat(FrameJson.decode(FrameJson.encode(frame))).contains(frame);
    }
}
