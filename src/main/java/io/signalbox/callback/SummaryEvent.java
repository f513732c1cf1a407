package io.signalbox.callback;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;
import tools.jackson.databind.JsonNode;

/**
 * TensorBoard's events as bytes: {@code tensorflow.Event} in protobuf's wire format, each in a record of its length, a masked
 * CRC32C of that, the event and a masked CRC32C of it (TensorFlow's {@code event.proto}, {@code summary.proto}, {@code
 * tensor.proto} and {@code record_writer.h}; what plugins read is in TensorBoard's {@code plugin_data.proto} of each).
 */
final class SummaryEvent {

    private static final String VERSION = "brain.Event:2";

    /** Fields of {@code Event}. */
    private static final int WALL_TIME = 1;

    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int GRAPH_DEF = 4;
    private static final int SUMMARY = 5;

    /** Of {@code Summary}. */
    private static final int VALUE = 1;

    /** Of {@code Summary.Value}. */
    private static final int TAG = 1;

    private static final int SIMPLE_VALUE = 2;
    private static final int TENSOR = 8;
    private static final int METADATA = 9;

    /** Of {@code SummaryMetadata} and its {@code PluginData}. */
    private static final int PLUGIN_DATA = 1;

    private static final int DATA_CLASS = 4;
    private static final int PLUGIN_NAME = 1;
    private static final int PLUGIN_CONTENT = 2;

    /** {@code DataClass}. */
    private static final int OF_TENSORS = 2;

    private static final int OF_BLOBS = 3;

    /** Of {@code TensorProto} and {@code TensorShapeProto}, with two {@code DataType}s. */
    private static final int DTYPE = 1;

    private static final int SHAPE = 2;
    private static final int CONTENT = 4;
    private static final int FLOAT_VALUES = 5;
    private static final int STRING_VALUES = 8;
    private static final int DIMENSION = 2;
    private static final int SIZE = 1;
    private static final int FLOAT = 1;
    private static final int DOUBLE = 2;
    private static final int STRING = 7;

    /** Of {@code HParamsPluginData}. */
    private static final int SESSION_START = 3;

    private static final int SESSION_END = 4;
    private static final int HPARAMS = 1;
    private static final int START_TIME = 5;
    private static final int STATUS = 1;
    private static final int END_TIME = 2;
    private static final int SUCCESS = 1;

    /** Of {@code google.protobuf.Value}. */
    private static final int NUMBER_VALUE = 2;

    private static final int STRING_VALUE = 3;
    private static final int BOOL_VALUE = 4;

    private static final int MASK = 0xa282ead8;
    private static final int MASK_ROTATION = 15;
    private static final double NANOS = 1e9;

    private SummaryEvent() {}

    /** The record that a file begins with. */
    static byte[] version(Instant at) {
        return record(at(at).text(FILE_VERSION, VERSION));
    }

    /** A record of scalars by their tags. */
    static byte[] scalars(Instant at, long step, Map<String, Double> values) {
        Protobuf summary = new Protobuf();
        values.forEach((tag, value) ->
                summary.message(VALUE, new Protobuf().text(TAG, tag).single(SIMPLE_VALUE, value.floatValue())));
        return record(at(at).integer(STEP, step).message(SUMMARY, summary));
    }

    /** A histogram as {@code tf.summary.histogram} writes it: left edge, right edge and count of each bin. */
    static byte[] histogram(Instant at, long step, String tag, Histogram histogram) {
        int bins = histogram.counts().length;
        ByteBuffer rows = Protobuf.littleEndian(bins * 3 * Double.BYTES);
        for (int bin = 0; bin < bins; bin++) {
            rows.putDouble(histogram.edge(bin))
                    .putDouble(histogram.edge(bin + 1))
                    .putDouble(histogram.counts()[bin]);
        }
        Protobuf tensor = new Protobuf()
                .integer(DTYPE, DOUBLE)
                .message(SHAPE, shape(bins, 3))
                .bytes(CONTENT, rows.array());
        return value(at, step, tag, tensor, metadata("histograms", new byte[0], OF_TENSORS));
    }

    /** A picture as {@code tf.summary.image} writes it. */
    static byte[] image(Instant at, long step, String tag, byte[] png) {
        // Its size stands where every PNG has it.
        ByteBuffer header = ByteBuffer.wrap(png, 16, 2 * Integer.BYTES);
        Protobuf tensor = new Protobuf()
                .integer(DTYPE, STRING)
                .message(SHAPE, shape(3))
                .text(STRING_VALUES, Integer.toString(header.getInt()))
                .text(STRING_VALUES, Integer.toString(header.getInt()))
                .bytes(STRING_VALUES, png);
        return value(at, step, tag, tensor, metadata("images", new byte[0], OF_BLOBS));
    }

    /** A text in Markdown. */
    static byte[] text(Instant at, long step, String tag, String text) {
        Protobuf tensor =
                new Protobuf().integer(DTYPE, STRING).message(SHAPE, shape()).text(STRING_VALUES, text);
        return value(at, step, tag, tensor, metadata("text", new byte[0], OF_TENSORS));
    }

    /** A {@code GraphDef}. */
    static byte[] graph(Instant at, Protobuf graph) {
        return record(at(at).message(GRAPH_DEF, graph));
    }

    /** What a run was made with, as the HParams plugin reads it. */
    static byte[] sessionStart(Instant at, Map<String, JsonNode> hparams) {
        Protobuf start = new Protobuf();
        hparams.forEach((name, value) ->
                start.message(HPARAMS, new Protobuf().text(1, name).message(2, value(value))));
        start.number(START_TIME, seconds(at));
        return session(at, "_hparams_/session_start_info", new Protobuf().message(SESSION_START, start));
    }

    /** That such a run came to its end. */
    static byte[] sessionEnd(Instant at) {
        Protobuf end = new Protobuf().integer(STATUS, SUCCESS).number(END_TIME, seconds(at));
        return session(at, "_hparams_/session_end_info", new Protobuf().message(SESSION_END, end));
    }

    private static byte[] session(Instant at, String tag, Protobuf content) {
        Protobuf nothing =
                new Protobuf().integer(DTYPE, FLOAT).message(SHAPE, shape()).single(FLOAT_VALUES, 0);
        return value(at, 0, tag, nothing, metadata("hparams", content.toBytes(), OF_TENSORS));
    }

    private static Protobuf value(JsonNode value) {
        if (value.isBoolean()) {
            return new Protobuf().integer(BOOL_VALUE, value.booleanValue() ? 1 : 0);
        }
        return value.isNumber()
                ? new Protobuf().number(NUMBER_VALUE, value.doubleValue())
                : new Protobuf().text(STRING_VALUE, value.isString() ? value.stringValue() : value.toString());
    }

    private static byte[] value(Instant at, long step, String tag, Protobuf tensor, Protobuf metadata) {
        Protobuf value = new Protobuf().text(TAG, tag).message(TENSOR, tensor).message(METADATA, metadata);
        return record(at(at).integer(STEP, step).message(SUMMARY, new Protobuf().message(VALUE, value)));
    }

    private static Protobuf metadata(String plugin, byte[] content, int dataClass) {
        Protobuf data = new Protobuf().text(PLUGIN_NAME, plugin).bytes(PLUGIN_CONTENT, content);
        return new Protobuf().message(PLUGIN_DATA, data).integer(DATA_CLASS, dataClass);
    }

    /** A {@code TensorShapeProto}. */
    static Protobuf shape(long... sizes) {
        Protobuf shape = new Protobuf();
        for (long size : sizes) {
            shape.message(DIMENSION, new Protobuf().integer(SIZE, size));
        }
        return shape;
    }

    private static Protobuf at(Instant at) {
        return new Protobuf().number(WALL_TIME, seconds(at));
    }

    private static double seconds(Instant at) {
        return at.getEpochSecond() + at.getNano() / NANOS;
    }

    private static byte[] record(Protobuf message) {
        byte[] event = message.toBytes();
        byte[] length = Protobuf.littleEndian(Long.BYTES).putLong(event.length).array();
        return Protobuf.littleEndian(Long.BYTES + Integer.BYTES + event.length + Integer.BYTES)
                .put(length)
                .putInt(maskedChecksum(length))
                .put(event)
                .putInt(maskedChecksum(event))
                .array();
    }

    /** Masked, for the checksum of a text that holds a checksum is no good one. */
    private static int maskedChecksum(byte[] data) {
        CRC32C checksum = new CRC32C();
        checksum.update(data);
        return Integer.rotateRight((int) checksum.getValue(), MASK_ROTATION) + MASK;
    }
}
