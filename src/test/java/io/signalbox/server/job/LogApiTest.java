package io.signalbox.server.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.signalbox.server.Caller;
import io.signalbox.server.Caller.Response;
import io.signalbox.server.Home;
import io.signalbox.server.PausedJob;
import io.signalbox.server.ServerTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

/** What trainers print, by the API. */
@ServerTest
class LogApiTest {

    /** A page's script, escapes of a terminal, a NUL and bytes that are no UTF-8. */
    private static final byte[] HOSTILE =
            "<script>alert(1)</script>\u001b]0;title\u0007\0 \u00ff\u00fe end\n".getBytes(StandardCharsets.ISO_8859_1);

    @Autowired
    private Caller caller;

    @Autowired
    private Home home;

    @Autowired
    private JdbcTemplate jdbc;

    @Test
    void isTextThatNoBrowserTakesForAnythingElseWhateverItHolds() throws IOException {
        long job = PausedJob.insert(jdbc);
        Files.write(Files.createDirectories(home.job(job).resolve("attempts/1")).resolve("trainer.log"), HOSTILE);

        Response answer =
                caller.authorized("GET", "/api/v1/jobs/" + job + "/logs").send();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualToIgnoringCase("text/plain;charset=UTF-8");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(answer.body()).contains("<script>alert(1)</script>", " end");
    }

    @Test
    void isEmptyBeforeAnythingIsPrinted() {
        Response answer = caller.authorized("GET", "/api/v1/jobs/" + PausedJob.insert(jdbc) + "/logs")
                .send();

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
    }
}
