package org.starpunk.monitor.web;

import io.vertx.core.json.JsonArray;
import org.jspecify.annotations.Nullable;

/**
 * Draws a series as the path of an SVG image, 100 wide and 24 high, with 0 at the bottom. An unknown point is a gap.
 */
final class SparklinePath {

    private static final double WIDTH = 100;
    private static final double HEIGHT = 24;

    private SparklinePath() {}

    static double max(JsonArray series) {
        double max = 0;
        for (int i = 0; i < series.size(); i++) {
            Number value = number(series, i);
            max = value == null ? max : Math.max(max, value.doubleValue());
        }
        return max;
    }

    static String path(JsonArray series) {
        return path(series, max(series));
    }

    /** Returns the path with a given maximum, so that several lines share a scale; empty if all points are unknown. */
    static String path(JsonArray series, double top) {
        StringBuilder path = new StringBuilder();
        boolean drawing = false;
        for (int i = 0; i < series.size(); i++) {
            Number value = number(series, i);
            if (value != null) {
                double x = series.size() == 1 ? WIDTH : i * WIDTH / (series.size() - 1);
                double y = top == 0 ? HEIGHT - 1 : HEIGHT - 1 - value.doubleValue() / top * (HEIGHT - 2);
                path.append(drawing ? 'L' : 'M');
                NumberFormats.fixed(NumberFormats.fixed(path, x, 1).append(' '), y, 1);
            }
            drawing = value != null;
        }
        return path.toString();
    }

    private static @Nullable Number number(JsonArray series, int index) {
        return series.getValue(index) instanceof Number number ? number : null;
    }
}
