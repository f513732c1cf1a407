package io.signalbox.server.worker;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What slurmrestd is told and answers. Its schema is another in each release; it changed most between v0.0.38 and v0.0.40, where
 * numbers that may be none became objects, and words became lists of words. Answers are read in both shapes.
 */
final class SlurmJson {

    /** The last one with plain numbers. */
    private static final int LAST_PLAIN = 38;

    /** Of one answer, which tells of all jobs of the cluster, some kilobytes each; of which those of one user are kept. */
    private static final long MOST_READ = 1L << 30;

    /** Slurm's numbers for what is wrong with a job. */
    private static final int FIRST_REFUSAL = 2000;

    private static final int LAST_REFUSAL = 2999;

    private final JsonMapper mapper = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(MOST_READ)
                            .build())
                    .build())
            .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS) // for more follows what is read of an answer
            .build();
    private final SlurmProperties settings;
    private final boolean plain;

    SlurmJson(SlurmProperties settings) {
        this.settings = settings;
        String url = String.valueOf(settings.restUrl());
        plain = url.matches(".*/v0\\.0\\.\\d{1,2}")
                && Integer.parseInt(url.substring(url.lastIndexOf('.') + 1)) <= LAST_PLAIN;
    }

    /** A job to be run. */
    byte[] submission(SlurmRequest request) {
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("name", request.name());
        job.put("current_working_directory", request.folder().toString());
        job.put("standard_output", request.output());
        job.put("open_mode", either("append", List.of("APPEND")));
        job.put("environment", either(Map.of("PATH", SlurmRequest.PATH), List.of("PATH=" + SlurmRequest.PATH)));
        job.put(plain ? "no_requeue" : "requeue", plain); // v0.0.38 takes "requeue" and does not heed it
        job.put("nodes", either(1, "1"));
        job.put("tasks", 1);
        job.put("cpus_per_task", request.cpus());
        job.put("memory_per_node", number(request.mebibytes()));
        job.put("nice", request.nice());
        if (request.gpus() > 0) {
            job.put(plain ? "gres" : "tres_per_node", (plain ? "gpu:" : "gres/gpu:") + request.gpus());
        }
        if (request.minutes() != null) {
            job.put("time_limit", number(request.minutes()));
        }
        put(job, "partition", settings.partition());
        put(job, "account", settings.account());
        put(job, "qos", settings.qos());
        return mapper.writeValueAsBytes(Map.<String, Object>of("script", request.script(), "job", job));
    }

    private Object number(long value) {
        return either(value, Map.<String, Object>of("set", true, "infinite", false, "number", value));
    }

    private Object either(Object upTo38, Object since) {
        return plain ? upTo38 : since;
    }

    private static void put(Map<String, Object> job, String name, @Nullable String value) {
        if (value != null) {
            job.put(name, value);
        }
    }

    /**
     * What it answered.
     *
     * @param jobs of the user
     * @param jobId of the one that was handed in; null for none
     * @param said in words of what went wrong; empty for nothing
     * @param isRefusal whether the job is what is wrong, and will be again
     */
    record Answer(List<SlurmJob> jobs, @Nullable String jobId, String said, boolean isRefusal) {}

    /** Reads it as it comes, for the cluster may have many jobs. */
    Answer answer(InputStream body, String user) {
        List<SlurmJob> jobs = new ArrayList<>();
        long jobId = 0;
        JsonNode errors = mapper.createArrayNode();
        try (JsonParser parser = mapper.createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new StreamReadException(parser, "no object");
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (name.equals("jobs") && value == JsonToken.START_ARRAY) {
                    readJobs(parser, user, jobs);
                } else if (name.equals("errors")) {
                    errors = mapper.readTree(parser);
                } else if (name.equals("job_id") && value == JsonToken.VALUE_NUMBER_INT) {
                    jobId = parser.getLongValue();
                } else {
                    parser.skipChildren();
                }
            }
        }
        return new Answer(jobs, jobId > 0 ? Long.toString(jobId) : null, words(errors), refusal(errors));
    }

    private void readJobs(JsonParser parser, String user, List<SlurmJob> jobs) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            JsonNode job = mapper.readTree(parser);
            if (job.path("user_name").asString("").equals(user)) {
                jobs.add(job(job));
            }
        }
    }

    private static SlurmJob job(JsonNode job) {
        return new SlurmJob(
                job.path("job_id").asString(""),
                job.path("name").asString(""),
                state(job.path("job_state")),
                SlurmJob.named(job.path("state_reason").asString("")),
                exit(job.path("exit_code")),
                SlurmJob.named(job.path("nodes").asString("")),
                (int) number(job.path("restart_cnt")),
                job.path("current_working_directory").asString(""));
    }

    /** The state, or a list of it and of flags that say more, such as that it is still completing. */
    private static String state(JsonNode words) {
        return words.isArray()
                ? SlurmJob.state(
                        words.valueStream().map(word -> word.asString("")).toList())
                : words.asString("");
    }

    /** The wait status, or an object of code and signal. */
    private static String exit(JsonNode exit) {
        if (!exit.has("return_code")) {
            return Long.toString(number(exit));
        }
        return number(exit.path("return_code")) + ":"
                + number(exit.path("signal").path("id"));
    }

    private static long number(JsonNode number) {
        return number.isObject() ? number.path("number").asLong(0) : number.asLong(0);
    }

    private static String words(JsonNode errors) {
        Set<String> said = new LinkedHashSet<>();
        for (JsonNode error : errors) {
            said.add(error.path("description").asString(""));
            said.add(error.path("error").asString(""));
        }
        said.remove("");
        return String.join("; ", said);
    }

    private static boolean refusal(JsonNode errors) {
        return errors.valueStream()
                .mapToInt(error -> error.path("error_number")
                        .asInt(error.path("error_code").asInt(0)))
                .anyMatch(number -> number >= FIRST_REFUSAL && number <= LAST_REFUSAL);
    }
}
