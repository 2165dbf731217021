package io.millrace.backtest;

import java.util.List;
import java.util.Locale;

/** Curves over a common horizontal axis as inline SVG; colours come from the page's style sheet. */
final class LineChart {

    /**
     * One curve.
     *
     * @param style class of the style sheet: c0, c1, ...
     * @param points horizontal and vertical values
     */
    record Series(String name, String style, List<double[]> points) {}

    private static final double WIDTH = 880;
    private static final double HEIGHT = 330;
    private static final double LEFT = 56;
    private static final double RIGHT = 12;
    private static final double TOP = 12;
    private static final double BOTTOM = 44;

    private final String across;
    private final String up;
    private final double maxX;
    private final double minY;
    private final double maxY;
    private final StringBuilder svg = new StringBuilder();

    private LineChart(String across, String up, double maxX, double minY, double maxY) {
        this.across = across;
        this.up = up;
        this.maxX = maxX;
        this.minY = minY;
        this.maxY = maxY;
    }

    /** @param fromZero true when the vertical axis starts at 0 */
    static String draw(String across, String up, boolean fromZero, List<Series> series) {
        double maxX = extreme(series, 0, 1);
        double maxY = extreme(series, 1, 1);
        double minY = fromZero ? 0 : -extreme(series, 1, -1);
        double room = (maxY - minY) * 0.06;
        LineChart chart = new LineChart(across, up, maxX, fromZero ? 0 : minY - room, maxY + room);
        return chart.draw(series);
    }

    private static double extreme(List<Series> series, int axis, int sign) {
        return series.stream()
                .flatMap(s -> s.points().stream())
                .mapToDouble(point -> sign * point[axis])
                .filter(value -> !Double.isNaN(value))
                .max()
                .orElse(1);
    }

    private String draw(List<Series> series) {
        svg.append(format("<svg viewBox='0 0 %.0f %.0f' role='img' aria-label='%s'>", WIDTH, HEIGHT, Html.escape(up)));
        double step = step(maxY - minY);
        for (double y = Math.ceil(minY / step) * step; y <= maxY; y += step) {
            svg.append(format(
                    "<line class='grid' x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f'/>", LEFT, WIDTH - RIGHT, y(y), y(y)));
            svg.append(format(
                    "<text class='tick' text-anchor='end' x='%.1f' y='%.1f'>%s</text>",
                    LEFT - 6, y(y) + 4, number(y, step)));
        }
        double stride = step(maxX);
        for (double x = 0; x <= maxX; x += stride) {
            svg.append(format(
                    "<text class='tick' text-anchor='middle' x='%.1f' y='%.1f'>%s</text>",
                    x(x), HEIGHT - BOTTOM + 18, count(x)));
        }
        svg.append(format(
                "<text class='axis' text-anchor='middle' x='%.1f' y='%.1f'>%s</text>",
                (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, Html.escape(across)));
        for (int k = series.size() - 1; k >= 0; k--) {
            curve(series.get(k));
        }
        return svg.append("</svg>").toString();
    }

    private void curve(Series series) {
        StringBuilder path = new StringBuilder();
        for (double[] point : series.points()) {
            if (!Double.isNaN(point[1])) {
                path.append(format("%s%.1f %.1f", path.length() == 0 ? "M" : "L", x(point[0]), y(point[1])));
            }
        }
        svg.append(format(
                "<path class='curve %s' d='%s'><title>%s</title></path>",
                series.style(), path, Html.escape(series.name())));
    }

    private double x(double value) {
        return LEFT + value / maxX * (WIDTH - LEFT - RIGHT);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (value - minY) / (maxY - minY) * (HEIGHT - TOP - BOTTOM);
    }

    /** About six lines, at 1, 2 or 5 times a power of ten. */
    static double step(double span) {
        double raw = span > 0 ? span / 6 : 1;
        double power = StrictMath.pow(10, Math.floor(StrictMath.log10(raw)));
        double lead = raw / power;
        return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }

    static String number(double value, double step) {
        int decimals = (int) Math.max(0, -Math.floor(StrictMath.log10(step) + 1e-9));
        return format("%." + decimals + "f", value);
    }

    static String count(double value) {
        if (value >= 1e6) {
            return format("%.1f M", value / 1e6);
        }
        boolean isWhole = Math.abs(value - 1000 * Math.rint(value / 1000)) < 1e-6 * value;
        return value < 1000 ? format("%.0f", value) : format(isWhole ? "%.0f k" : "%.1f k", value / 1000);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
