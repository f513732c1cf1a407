package io.signalbox.callback;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * TensorBoard's events as bytes: {@code tensorflow.Event} in protobuf's wire format, each in a record of its length, a masked
 * CRC32C of that, the event and a masked CRC32C of it (TensorFlow's {@code event.proto}, {@code summary.proto} and {@code
 * record_writer.h}).
 */
final class SummaryEvent {

    private static final String VERSION = "brain.Event:2";

    /** Fields of {@code Event}. */
    private static final int WALL_TIME = 1;

    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;

    /** Of {@code Summary}. */
    private static final int VALUE = 1;

    /** Of {@code Summary.Value}. */
    private static final int TAG = 1;

    private static final int SIMPLE_VALUE = 2;

    /** Protobuf's wire types. */
    private static final int VARINT = 0;

    private static final int FIXED_64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED_32 = 5;

    private static final int MASK = 0xa282ead8;
    private static final int MASK_ROTATION = 15;
    private static final double NANOS = 1e9;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private SummaryEvent() {}

    /** The record that a file begins with. */
    static byte[] version(Instant at) {
        SummaryEvent event = new SummaryEvent();
        event.fixed64(WALL_TIME, Double.doubleToLongBits(seconds(at)));
        event.text(FILE_VERSION, VERSION);
        return event.record();
    }

    /** A record of scalars by their tags. */
    static byte[] scalars(Instant at, long step, Map<String, Double> values) {
        SummaryEvent summary = new SummaryEvent();
        values.forEach((tag, value) -> {
            SummaryEvent scalar = new SummaryEvent();
            scalar.text(TAG, tag);
            scalar.fixed32(SIMPLE_VALUE, Float.floatToIntBits(value.floatValue()));
            summary.message(VALUE, scalar);
        });
        SummaryEvent event = new SummaryEvent();
        event.fixed64(WALL_TIME, Double.doubleToLongBits(seconds(at)));
        event.key(STEP, VARINT);
        event.varint(step);
        event.message(SUMMARY, summary);
        return event.record();
    }

    private static double seconds(Instant at) {
        return at.getEpochSecond() + at.getNano() / NANOS;
    }

    private void key(int field, int wireType) {
        varint((long) field << 3 | wireType);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    private void fixed64(int field, long value) {
        key(field, FIXED_64);
        bytes.writeBytes(littleEndian(Long.BYTES).putLong(value).array());
    }

    private void fixed32(int field, int value) {
        key(field, FIXED_32);
        bytes.writeBytes(littleEndian(Integer.BYTES).putInt(value).array());
    }

    private void text(int field, String value) {
        delimited(field, value.getBytes(StandardCharsets.UTF_8));
    }

    private void message(int field, SummaryEvent message) {
        delimited(field, message.bytes.toByteArray());
    }

    private void delimited(int field, byte[] content) {
        key(field, LENGTH_DELIMITED);
        varint(content.length);
        bytes.writeBytes(content);
    }

    private byte[] record() {
        byte[] event = bytes.toByteArray();
        byte[] length = littleEndian(Long.BYTES).putLong(event.length).array();
        return littleEndian(Long.BYTES + Integer.BYTES + event.length + Integer.BYTES)
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

    private static ByteBuffer littleEndian(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
