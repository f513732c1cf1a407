package io.signalbox.data;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.StringJoiner;

/** Generated tables, made so that a network with a hidden layer does clearly better than a linear model. */
final class SampleTables {

    private static final int ROWS = 2_000;
    private static final long BEARINGS_SEED = 20_241;
    private static final long FRIEDMAN_SEED = 1_991;

    private static final String[] BEARINGS = {"steel", "ceramic", "hybrid"};
    private static final String[] TRACKS = {"straight", "curve", "switch"};
    private static final double[] BEARING_WEAR = {0.0, -0.9, 0.7};
    private static final double[] TRACK_WEAR = {-0.6, 0.2, 0.9};

    private SampleTables() {}

    /**
     * Condition of wheel bearings from 8 measurements and 2 kinds. Temperature and vibration tell of wear when they are
     * unusual in either direction, speed and load only together: nothing that a sum of weighted columns can say.
     */
    static byte[] bearings() {
        Dice dice = new Dice(BEARINGS_SEED);
        StringBuilder table = new StringBuilder(
                "speed_kmh,load_t,temperature_c,vibration_mm_s,noise_db,humidity_pct,age_months,slack_um,bearing,track,class\n");
        for (int row = 0; row < ROWS; row++) {
            double[] z = new double[8];
            for (int i = 0; i < z.length; i++) {
                z[i] = dice.normal();
            }
            int bearing = dice.below(BEARINGS.length);
            int track = dice.below(TRACKS.length);
            double wear = 1.3 * z[2] * z[2]
                    + 1.3 * z[3] * z[3]
                    + 1.1 * z[0] * z[1]
                    + 0.5 * z[6]
                    + BEARING_WEAR[bearing]
                    + TRACK_WEAR[track]
                    + 0.12 * dice.normal();
            String condition = wear < 1.3 ? "good" : wear < 3.3 ? "worn" : "faulty";
            table.append(new StringJoiner(",", "", "\n")
                    .add(decimal(92 + 21 * z[0], 1))
                    .add(decimal(17.5 + 2.4 * z[1], 2))
                    .add(decimal(48 + 9 * z[2], 1))
                    .add(decimal(7.5 + 1.1 * z[3], 3))
                    .add(decimal(71 + 4 * z[4], 1))
                    .add(decimal(55 + 8 * z[5], 1))
                    .add(decimal(66 + 10 * z[6], 0))
                    .add(decimal(120 + 15 * z[7], 0))
                    .add(BEARINGS[bearing])
                    .add(TRACKS[track])
                    .add(condition)
                    .toString());
        }
        return table.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** Friedman's first regression problem (Annals of Statistics 19, 1991), with one column that tells nothing. */
    static byte[] friedman() {
        Dice dice = new Dice(FRIEDMAN_SEED);
        StringBuilder table = new StringBuilder("x1,x2,x3,x4,x5,x6,y\n");
        for (int row = 0; row < ROWS; row++) {
            StringJoiner line = new StringJoiner(",", "", "\n");
            double[] x = new double[6];
            for (int i = 0; i < x.length; i++) {
                x[i] = dice.uniform(0, 1);
                line.add(decimal(x[i], 4));
            }
            double y = 10 * StrictMath.sin(Math.PI * x[0] * x[1])
                    + 20 * (x[2] - 0.5) * (x[2] - 0.5)
                    + 10 * x[3]
                    + 5 * x[4]
                    + dice.normal();
            table.append(line.add(decimal(y, 4)).toString());
        }
        return table.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static String decimal(double value, int places) {
        return BigDecimal.valueOf(Math.round(value * StrictMath.pow(10, places)), places)
                .toPlainString();
    }
}
