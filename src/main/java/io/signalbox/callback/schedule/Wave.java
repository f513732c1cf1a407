package io.signalbox.callback.schedule;

/**
 * Where a moment lies in waves of which each is a multiple of the one before.
 *
 * @param number from 0
 * @param part how much of it has passed, from 0 to less than 1
 */
record Wave(long number, double part) {

    /**
     * Finds the wave. By counting and not by a logarithm, which Keras takes and which is off by one at some restarts.
     *
     * @param growth 1 or more
     */
    static Wave at(long time, double first, double growth) {
        if (growth == 1) {
            double passed = time / first;
            return new Wave((long) Math.floor(passed), passed - Math.floor(passed));
        }
        long number = 0;
        double begin = 0;
        double length = first;
        while (time >= begin + length) {
            begin += length;
            length *= growth;
            number++;
        }
        return new Wave(number, (time - begin) / length);
    }
}
