package io.signalbox.data;

import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.TrainingData.Scale;
import io.signalbox.spec.DatasetOptions;
import io.signalbox.spec.Problem;
import io.signalbox.spec.schema.Binder;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How recordings become features.
 *
 * @param options of the dataset, nothing left open
 * @param scale of all decibels
 */
record AudioPreparation(DatasetOptions.AudioFolder options, Scale scale, List<String> classes) implements Preparation {

    static final String KIND = "audio";

    @Override
    public List<Integer> shape() {
        return Listening.of(options).shape();
    }

    @Override
    public ElementType type() {
        return ElementType.FLOAT32;
    }

    @Override
    public List<String> targets() {
        return List.of("label");
    }

    @Override
    public ByteBuffer apply(ArrayNode inputs, String pointer) {
        Problems problems = new Problems();
        Listening listening = Listening.of(options);
        int elements = listening.shape().stream().reduce(1, Math::multiplyExact);
        ByteBuffer features = Buffers.allocate(inputs.size(), elements, type());
        for (int i = 0; i < inputs.size() && !problems.full(); i++) {
            try {
                FloatBuffer decibels = listening
                        .bytes(wave(inputs.get(i), pointer + "/" + i, listening.rate()))
                        .order(features.order())
                        .asFloatBuffer();
                features.position(i * elements * Float.BYTES);
                while (decibels.hasRemaining()) {
                    features.putFloat((decibels.get() - scale.shift()[0]) * scale.factor()[0]);
                }
            } catch (BadDataException e) {
                String at = pointer + "/" + i;
                e.problems().forEach(problem -> problems.add(at, problem.code(), problem.detail()));
            }
        }
        problems.throwIfAny();
        return features.rewind();
    }

    private static Wave wave(JsonNode input, String pointer, int rate) {
        if (input.isString()) {
            try {
                return Wave.read("the input", Base64.getDecoder().decode(input.stringValue()));
            } catch (IllegalArgumentException e) {
                throw Problems.single(pointer, "format", "must be a WAV file in base64, or a list of samples");
            }
        }
        float[] samples = new float[input.size()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = input.get(i).isNumber() ? input.get(i).floatValue() : Float.NaN;
            if (!Float.isFinite(samples[i])) {
                throw Problems.single(pointer, "type.number", "sample " + i + " must be a number from -1 to 1");
            }
        }
        if (samples.length == 0) {
            throw Problems.single(pointer, "count", "must be a WAV file in base64, or a list of samples");
        }
        return new Wave(rate, samples);
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode json = DatasetJson.object();
        json.put("kind", KIND).put("shift", scale.shift()[0]).put("factor", scale.factor()[0]);
        json.set("options", Binder.toJson(options));
        classes.forEach(json.putArray("classes")::add);
        return json;
    }

    static AudioPreparation of(JsonNode json) {
        List<String> classes = new ArrayList<>();
        json.path("classes").forEach(name -> classes.add(name.asString()));
        Scale scale = new Scale(
                new float[] {json.path("shift").floatValue()},
                new float[] {json.path("factor").floatValue()});
        return new AudioPreparation(options((ObjectNode) json.path("options")), scale, classes);
    }

    /** Reads options that were accepted once. */
    static DatasetOptions.AudioFolder options(ObjectNode json) {
        List<Problem> problems = new ArrayList<>();
        DatasetOptions.AudioFolder options = Binder.bind(json, DatasetOptions.AudioFolder.class, "#/options", problems);
        if (options == null) {
            throw new BadDataException(problems);
        }
        return options;
    }
}
