package io.signalbox.data;

import java.util.List;

/**
 * Writes digits as if by many hands: one of several ways to write each, its points moved a little, the whole bent, slanted,
 * turned, stretched and shifted, with a pen of some width and pressure, on paper with specks and stray strokes.
 */
final class Handwriting {

    static final int SIZE = 28;

    private static final double HEIGHT = 21;
    private static final double WIDTH = 19;
    private static final double STEP = 0.4;
    private static final double POINT_JITTER = 0.028;
    private static final double BEND = 0.055;
    private static final double SLANT = 0.22;
    private static final double TURN = 0.15;
    private static final double SHIFT = 2.3;
    private static final double STRAY = 0.4;

    private final Dice dice;
    private final Canvas canvas = new Canvas(SIZE);

    private double xx;
    private double xy;
    private double yx;
    private double yy;
    private double shiftX;
    private double shiftY;
    private final double[] bend = new double[6];
    private double radius;
    private double strength;

    Handwriting(Dice dice) {
        this.dice = dice;
    }

    /** Writes a digit over {@code pixels}, row by row, 255 where there is most ink. */
    void write(int digit, byte[] pixels) {
        canvas.clear();
        takeAHand();
        List<double[]> strokes = Glyphs.strokes(digit, dice.below(Glyphs.ways(digit)));
        double joinX = dice.normal() * POINT_JITTER;
        double joinY = dice.normal() * POINT_JITTER;
        for (double[] stroke : strokes) {
            double[] points = stroke.clone();
            for (int i = 0; i < points.length; i += 2) {
                boolean end = i == 0 || i == points.length - 2;
                points[i] += end ? joinX : dice.normal() * POINT_JITTER;
                points[i + 1] += end ? joinY : dice.normal() * POINT_JITTER;
            }
            draw(points);
        }
        if (dice.chance(STRAY)) {
            strayStroke();
        }
        canvas.age(dice, 0.3, 4);
        canvas.copyTo(pixels);
    }

    private void takeAHand() {
        double turn = dice.normal() * TURN;
        double slant = 0.1 + dice.normal() * SLANT;
        double width = WIDTH * dice.uniform(0.68, 1.08);
        double height = HEIGHT * dice.uniform(0.82, 1.08);
        double cos = StrictMath.cos(turn);
        double sin = StrictMath.sin(turn);
        xx = cos * width;
        xy = (-slant * cos - sin) * height;
        yx = sin * width;
        yy = (-slant * sin + cos) * height;
        shiftX = (SIZE - 1) / 2.0 + dice.uniform(-SHIFT, SHIFT);
        shiftY = (SIZE - 1) / 2.0 + dice.uniform(-SHIFT, SHIFT);
        for (int i = 0; i < bend.length; i++) {
            bend[i] = dice.normal() * BEND;
        }
        radius = dice.uniform(0.75, 1.75);
        strength = dice.uniform(0.75, 1.1);
    }

    /** A smooth curve through the points: a Catmull-Rom spline. */
    private void draw(double[] points) {
        int count = points.length / 2;
        for (int i = 0; i + 1 < count; i++) {
            int before = Math.max(i - 1, 0);
            int after = Math.min(i + 2, count - 1);
            double length = SIZE
                    * Math.sqrt(
                            square(points[2 * i] - points[2 * i + 2]) + square(points[2 * i + 1] - points[2 * i + 3]));
            int dots = (int) Math.ceil(length / STEP) + 1;
            for (int dot = 0; dot < dots; dot++) {
                double t = (double) dot / dots;
                penAt(
                        spline(t, points[2 * before], points[2 * i], points[2 * i + 2], points[2 * after]),
                        spline(t, points[2 * before + 1], points[2 * i + 1], points[2 * i + 3], points[2 * after + 1]));
            }
        }
        penAt(points[points.length - 2], points[points.length - 1]);
    }

    private static double square(double value) {
        return value * value;
    }

    private static double spline(double t, double a, double b, double c, double d) {
        return 0.5 * (2 * b + t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a))));
    }

    /** From the box where glyphs are defined, through this hand's bends and its affine map, to pixels. */
    private void penAt(double boxX, double boxY) {
        double u = 2 * boxX - 1;
        double v = 2 * boxY - 1;
        double x = 0.5 * u + bend[0] * v * v + bend[1] * u * v + bend[2] * v * (1 - v * v) * 2;
        double y = 0.5 * v + bend[3] * u * u + bend[4] * u * v + bend[5] * u * (1 - u * u) * 2;
        double pressure = 1 + 0.18 * (bend[0] * u + bend[3] * v) / BEND;
        canvas.dot(shiftX + xx * x + xy * y, shiftY + yx * x + yy * y, Math.max(0.5, radius * pressure), strength);
    }

    /** A short line near an edge: a neighbour's tail, a slip of the pen. */
    private void strayStroke() {
        boolean upright = dice.chance(0.5);
        boolean near = dice.chance(0.5);
        double along = dice.uniform(2, SIZE - 2);
        double across = near ? dice.uniform(0, 4) : dice.uniform(SIZE - 5, SIZE - 1);
        double length = dice.uniform(3, 9);
        double drift = dice.uniform(-0.5, 0.5);
        double width = dice.uniform(0.5, 1.3);
        for (double at = 0; at < length; at += STEP) {
            double main = along + at - length / 2;
            double side = across + drift * at;
            canvas.dot(upright ? side : main, upright ? main : side, width, strength * 0.8);
        }
    }
}
