package io.signalbox.data;

/** How often each byte value occurs, per channel: exact figures of any number of pixels. */
final class PixelHistogram {

    /** Values of a byte. */
    static final int VALUES = 256;

    private final long[][] counts;

    PixelHistogram(int channels) {
        counts = new long[channels][VALUES];
    }

    /** Adds an image, its channels one after the other. */
    void add(byte[] image) {
        int size = image.length / counts.length;
        for (int channel = 0; channel < counts.length; channel++) {
            long[] of = counts[channel];
            for (int i = channel * size; i < (channel + 1) * size; i++) {
                of[image[i] & 0xFF]++;
            }
        }
    }

    int channels() {
        return counts.length;
    }

    double min(int channel) {
        int value = 0;
        while (value < VALUES - 1 && counts[channel][value] == 0) {
            value++;
        }
        return value;
    }

    double max(int channel) {
        int value = VALUES - 1;
        while (value > 0 && counts[channel][value] == 0) {
            value--;
        }
        return value;
    }

    double mean(int channel) {
        double sum = 0;
        long count = 0;
        for (int value = 0; value < VALUES; value++) {
            sum += (double) counts[channel][value] * value;
            count += counts[channel][value];
        }
        return sum / count;
    }

    /** Of the whole population. */
    double std(int channel) {
        double mean = mean(channel);
        double sum = 0;
        long count = 0;
        for (int value = 0; value < VALUES; value++) {
            sum += counts[channel][value] * (value - mean) * (value - mean);
            count += counts[channel][value];
        }
        return Math.sqrt(sum / count);
    }
}
