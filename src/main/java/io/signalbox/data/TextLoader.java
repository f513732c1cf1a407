package io.signalbox.data;

import io.signalbox.data.DatasetInfo.StoredFile;
import io.signalbox.data.Examples.ElementType;
import io.signalbox.data.TrainingData.Scale;
import io.signalbox.spec.DataSpec;
import io.signalbox.spec.Tokenized;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a text as token ids: once, 8 bytes each. Windows and their targets, the same one token on, are views of the same
 * memory where one begins as the one before it ends; else copies.
 */
final class TextLoader {

    private final Tokenized texts;

    private TextLoader(Tokenized texts) {
        this.texts = texts;
    }

    static TrainingData load(Path folder, @Nullable Path validationFolder, DataSpec spec) throws IOException {
        DatasetInfo info = DatasetFolder.read(folder);
        Double split = spec.validationSplit();
        return new TextLoader(Tokenized.of(spec, info.schema()))
                .load(folder, info, split == null ? 0 : split, validationFolder);
    }

    private TrainingData load(Path folder, DatasetInfo info, double split, @Nullable Path validationFolder)
            throws IOException {
        ByteBuffer ids = read(folder, info);
        int trained = (int) texts.trained(split);
        BitSet known = known(ids, trained);
        encode(ids, known);
        Examples validation = null;
        if (split > 0) {
            validation = windows(ids, trained, (int) texts.size() - trained);
        } else if (validationFolder != null) {
            ByteBuffer others = read(validationFolder, DatasetFolder.read(validationFolder));
            encode(others, known);
            validation = windows(others, 0, others.limit() / Long.BYTES);
        }
        TokenPreparation preparation = new TokenPreparation(
                false, texts.level(), texts.length(), texts.vocabulary(), vocabulary(known), List.of());
        return new TrainingData(
                windows(ids, 0, trained), validation, Scale.IDENTITY, preparation.toJson(), info.sha256());
    }

    /** The text as code points or bytes. */
    private ByteBuffer read(Path folder, DatasetInfo from) throws IOException {
        StoredFile stored = from.file(TextInspection.TEXT);
        if (stored == null) {
            throw Problems.single("#/data/validation_dataset", "shape.mismatch", "is no text");
        }
        Path file = folder.resolve(stored.name());
        TrainingData.checkUnchanged(stored, TextScan.scan(file, TextInspection.ENCODING));
        boolean bytes = texts.level().equals(TextInspection.BYTE);
        int count = Math.toIntExact(bytes ? stored.bytes() : from.rows());
        ByteBuffer ids = Buffers.allocate(count, 1, ElementType.INT64);
        if (bytes) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
                for (int value = in.read(); value >= 0; value = in.read()) {
                    ids.putLong(value);
                }
            }
        } else {
            try (BufferedReader in = Files.newBufferedReader(file)) {
                for (int point = CodePoints.next(in); point >= 0; point = CodePoints.next(in)) {
                    ids.putLong(point);
                }
            }
        }
        return ids.flip();
    }

    /** Characters of the training part. */
    private BitSet known(ByteBuffer points, int trained) {
        BitSet known = new BitSet();
        if (!texts.level().equals(TextInspection.BYTE)) {
            for (int i = 0; i < trained; i++) {
                known.set((int) points.getLong(i * Long.BYTES));
            }
        }
        return known;
    }

    /** Characters become their place among the known ones, from 1; the others become {@link Tokenized#FIRST}. */
    private void encode(ByteBuffer points, BitSet known) {
        if (texts.level().equals(TextInspection.BYTE)) {
            return;
        }
        int[] ids = new int[Character.MAX_CODE_POINT + 1];
        int next = Tokenized.FIRST + 1;
        for (int point = known.nextSetBit(0); point >= 0; point = known.nextSetBit(point + 1)) {
            ids[point] = next++;
        }
        for (int at = 0; at < points.limit(); at += Long.BYTES) {
            points.putLong(at, ids[(int) points.getLong(at)]);
        }
    }

    private List<String> vocabulary(BitSet known) {
        return texts.level().equals(TextInspection.BYTE)
                ? List.of()
                : Stream.concat(
                                Stream.of(TokenPreparation.UNKNOWN),
                                known.stream().mapToObj(Character::toString))
                        .toList();
    }

    private Examples windows(ByteBuffer ids, int from, int tokens) {
        int count = (int) texts.examples(tokens);
        return new Examples(
                count,
                List.of(texts.length()),
                ElementType.INT64,
                view(ids, from, count),
                ElementType.INT64,
                texts.length(),
                view(ids, from + 1, count));
    }

    private ByteBuffer view(ByteBuffer ids, int from, int count) {
        int width = texts.length() * Long.BYTES;
        if (texts.stride() == texts.length()) {
            return ids.slice(from * Long.BYTES, count * width).order(ids.order());
        }
        ByteBuffer windows = Buffers.allocate(count, texts.length(), ElementType.INT64);
        for (int window = 0; window < count; window++) {
            int begin = (from + window * texts.stride()) * Long.BYTES;
            windows.put(ids.slice(begin, width));
        }
        return windows.flip();
    }
}
