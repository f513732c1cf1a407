package io.signalbox.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;

/** Whether a picture's file is there to its end: Java's readers take some that are cut off and leave the rest grey. */
final class PictureEnd {

    private static final int PNG = 0x89504E47;
    private static final int PNG_HEADER = 8;
    private static final int CHUNK_FRAME = 12;
    private static final int PNG_END = 0x49454E44;
    private static final int JPEG = 0xFFD8;
    private static final byte JPEG_END = (byte) 0xD9;
    private static final int GIF = 0x474946;
    private static final byte GIF_END = 0x3B;
    private static final int BMP = 0x424D;
    private static final int BMP_HEADER = 14;
    private static final int SIZE_AT = 2;

    private PictureEnd() {}

    static boolean isThere(byte[] file) {
        if (file.length < BMP_HEADER) {
            return false;
        }
        ByteBuffer bytes = ByteBuffer.wrap(file);
        int start = bytes.getInt(0);
        if (start == PNG) {
            return png(bytes);
        } else if (start >>> 16 == JPEG) {
            return jpeg(file);
        } else if (start >>> 8 == GIF) {
            return file[withoutZeros(file) - 1] == GIF_END;
        } else if (start >>> 16 == BMP) {
            return Integer.toUnsignedLong(bytes.order(ByteOrder.LITTLE_ENDIAN).getInt(SIZE_AT)) <= file.length;
        }
        return true;
    }

    /** Every chunk is whole, up to the last one. */
    private static boolean png(ByteBuffer bytes) {
        int at = PNG_HEADER;
        while (at <= bytes.limit() - CHUNK_FRAME) {
            int length = bytes.getInt(at);
            if (length < 0 || length > bytes.limit() - CHUNK_FRAME - at) {
                return false;
            }
            CRC32 sum = new CRC32();
            sum.update(bytes.array(), at + 4, length + 4);
            if ((int) sum.getValue() != bytes.getInt(at + 8 + length)) {
                return false;
            }
            if (bytes.getInt(at + 4) == PNG_END) {
                return true;
            }
            at += CHUNK_FRAME + length;
        }
        return false;
    }

    /** There is an end mark behind the last begin of a scan: those of small pictures inside come before it. */
    private static boolean jpeg(byte[] file) {
        for (int i = file.length - 2; i >= 2; i--) {
            if (file[i] == (byte) 0xFF && file[i + 1] == JPEG_END) {
                return true;
            }
            if (file[i] == (byte) 0xFF && file[i + 1] == (byte) 0xDA) {
                return false;
            }
        }
        return false;
    }

    private static int withoutZeros(byte[] file) {
        int end = file.length;
        while (end > 1 && file[end - 1] == 0) {
            end--;
        }
        return end;
    }
}
