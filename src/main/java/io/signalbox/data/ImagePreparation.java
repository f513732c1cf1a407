package io.signalbox.data;

import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.TrainingData.Scale;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How images become features.
 *
 * @param normalize as the spec names it
 * @param scale of all channels or of each
 */
record ImagePreparation(String normalize, List<Integer> shape, Scale scale, List<String> classes)
        implements Preparation {

    static final String KIND = "images";

    private static final int WHITE = 255;

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
        int pixels = shape.stream().reduce(1, Math::multiplyExact);
        ByteBuffer features = Buffers.allocate(inputs.size(), pixels, type());
        for (int i = 0; i < inputs.size() && !problems.full(); i++) {
            JsonNode input = inputs.get(i);
            if (input.isString()) {
                input = decoded(input, pointer + "/" + i, problems);
                if (input.isEmpty()) {
                    continue;
                }
            }
            List<Integer> sides = sides(input);
            features.position(i * pixels * Float.BYTES);
            put(input, sides, 0, 0, pixels / shape.get(0), pointer + "/" + i, features, problems);
        }
        problems.throwIfAny();
        return features.rewind();
    }

    /** The pixels of a picture in base64, in the size of those trained on; none where there was a fault. */
    private JsonNode decoded(JsonNode base64, String pointer, Problems problems) {
        ArrayNode pixels = DatasetJson.object().arrayNode();
        try {
            byte[] file = Base64.getDecoder().decode(base64.stringValue());
            Picture picture = Picture.decode("", file, shape.get(0)).resized(shape.get(1), shape.get(2));
            for (byte pixel : picture.pixels()) {
                pixels.add(pixel & WHITE);
            }
        } catch (IllegalArgumentException e) {
            problems.add(pointer, "format", "must be pixels, or a picture in base64");
        } catch (BadDataException e) {
            e.problems().forEach(problem -> problems.add(pointer, problem.code(), problem.detail()));
        }
        return pixels;
    }

    /** How an input is nested: as the shape, without its only channel, or not at all. */
    private List<Integer> sides(JsonNode input) {
        int depth = 0;
        for (JsonNode node = input; node.isArray() && !node.isEmpty(); node = node.get(0)) {
            depth++;
        }
        boolean grey = shape.get(0) == 1 && depth == shape.size() - 1;
        return depth == 1
                ? List.of(shape.stream().reduce(1, Math::multiplyExact))
                : grey ? shape.subList(1, shape.size()) : shape;
    }

    /** Puts what stands under {@code node} in place and answers how many pixels of the image are done. */
    private int put(
            JsonNode node,
            List<Integer> sides,
            int level,
            int done,
            int channelSize,
            String pointer,
            ByteBuffer features,
            Problems problems) {
        if (level == sides.size()) {
            features.putFloat(scaled(node, done / channelSize, pointer, problems));
            return done + 1;
        }
        int side = sides.get(level);
        if (!node.isArray() || node.size() != side) {
            problems.add(
                    pointer,
                    "shape.mismatch",
                    "must be a list of " + side + (node.isArray() ? " values, had " + node.size() : " values")
                            + "; images here are " + shape);
            return done;
        }
        int at = done;
        for (int i = 0; i < side && !problems.full(); i++) {
            at = put(node.get(i), sides, level + 1, at, channelSize, pointer + "/" + i, features, problems);
        }
        return at;
    }

    /** Computed in floats, as the training program does. */
    private float scaled(JsonNode pixel, int channel, String pointer, Problems problems) {
        double value = pixel.isNumber() ? pixel.doubleValue() : Double.NaN;
        if (!(value >= 0 && value <= WHITE) || Math.rint(value) != value) {
            problems.add(pointer, "range", "must be a whole number from 0 to " + WHITE);
            return 0;
        }
        int of = scale.shift().length == 1 ? 0 : channel;
        return ((float) value - scale.shift()[of]) * scale.factor()[of];
    }

    @Override
    public ObjectNode toJson() {
        ObjectNode fitted = DatasetJson.object();
        fitted.put("kind", KIND).put("normalize", normalize);
        ArrayNode size = fitted.putArray("shape");
        shape.forEach(size::add);
        ArrayNode shift = fitted.putArray("shift");
        ArrayNode factor = fitted.putArray("factor");
        for (int i = 0; i < scale.shift().length; i++) {
            shift.add(scale.shift()[i]);
            factor.add(scale.factor()[i]);
        }
        ArrayNode names = fitted.putArray("classes");
        classes.forEach(names::add);
        return fitted;
    }

    static ImagePreparation of(JsonNode json) {
        List<Integer> shape = new ArrayList<>();
        json.path("shape").forEach(side -> shape.add(side.asInt()));
        List<String> classes = new ArrayList<>();
        json.path("classes").forEach(name -> classes.add(name.asString()));
        Scale scale = new Scale(floats(json.path("shift")), floats(json.path("factor")));
        return new ImagePreparation(json.path("normalize").asString(), shape, scale, classes);
    }

    private static float[] floats(JsonNode list) {
        float[] floats = new float[list.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) list.get(i).doubleValue();
        }
        return floats;
    }
}
