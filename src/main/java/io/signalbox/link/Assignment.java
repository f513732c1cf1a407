package io.signalbox.link;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a trainer is told to do: one line of JSON on its standard input, so that the secret is in no argument and no
 * variable.
 *
 * @param jobId the job
 * @param attempt number of this process run of it, from 1
 * @param secret proves to the server that this trainer is that attempt
 * @param nextSeq seq of the first event it tells
 * @param job the job's folder: {@code spec.json} in, everything else out
 * @param dataset the dataset's folder
 * @param validationDataset folder of the validation dataset, where the spec names one
 * @param resumeFrom name of the checkpoint to go on from; null to start from scratch
 * @param initialWeights safetensors file to begin with; null for weights drawn from the seed
 * @param linkFile file that holds the port on which the server listens, read anew at every connect
 */
public record Assignment(
        long jobId,
        int attempt,
        String secret,
        long nextSeq,
        Path job,
        Path dataset,
        @Nullable Path validationDataset,
        @Nullable String resumeFrom,
        @Nullable Path initialWeights,
        Path linkFile) {}
