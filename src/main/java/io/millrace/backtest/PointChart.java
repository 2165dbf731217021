package io.millrace.backtest;

import java.util.List;
import java.util.Locale;

/** Small plots as inline SVG: calibration, bars by tenth of popularity, and intervals of differences. */
final class PointChart {

    private static final double SIDE = 360;
    private static final double EDGE = 48;

    private PointChart() {}

    /** Predicted against observed rates on logit axes; a point's size is how many impressions it stands for. */
    static String calibration(List<double[]> bins) {
        double most = bins.stream().mapToDouble(bin -> bin[2]).max().orElse(1);
        StringBuilder svg = new StringBuilder(
                format("<svg viewBox='0 0 %.0f %.0f' role='img' aria-label='calibration'>", SIDE, SIDE));
        for (double p : new double[] {0.001, 0.01, 0.1, 0.5, 0.9}) {
            svg.append(
                    format("<line class='grid' x1='%.1f' x2='%.1f' y1='%.1f' y2='%.1f'/>", EDGE, SIDE - 8, y(p), y(p)));
            svg.append(
                    format("<text class='tick' text-anchor='end' x='%.1f' y='%.1f'>%s</text>", EDGE - 5, y(p) + 4, p));
            svg.append(
                    format("<text class='tick' text-anchor='middle' x='%.1f' y='%.1f'>%s</text>", x(p), SIDE - 26, p));
        }
        svg.append(format(
                "<line class='ideal' x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f'/>", x(0.001), y(0.001), x(0.98), y(0.98)));
        for (double[] bin : bins) {
            double radius = 2.5 + 7 * Math.sqrt(bin[2] / most);
            svg.append(format(
                    "<circle class='dot' cx='%.1f' cy='%.1f' r='%.1f'><title>predicted %.4f, observed %.4f, %.0f impressions</title></circle>",
                    x(bin[0]), y(bin[1]), radius, bin[0], bin[1], bin[2]));
        }
        svg.append(format(
                "<text class='axis' text-anchor='middle' x='%.1f' y='%.1f'>predicted</text>", SIDE / 2 + 20, SIDE - 6));
        svg.append(format("<text class='axis' x='%.1f' y='%.1f'>observed click rate</text>", EDGE, 12.0));
        return svg.append("</svg>").toString();
    }

    private static double place(double p) {
        double logit = ClickModel.logit(Math.max(0.0007, Math.min(0.985, p)));
        return (logit - ClickModel.logit(0.0007)) / (ClickModel.logit(0.985) - ClickModel.logit(0.0007));
    }

    private static double x(double p) {
        return EDGE + place(p) * (SIDE - EDGE - 8);
    }

    private static double y(double p) {
        return SIDE - 42 - place(p) * (SIDE - 62);
    }

    /** One group of bars per tenth of popularity. */
    static String deciles(List<LineChart.Series> series) {
        double width = 880;
        double height = 260;
        double top = series.stream()
                .flatMap(s -> s.points().stream())
                .mapToDouble(p -> Double.isNaN(p[1]) ? 0 : p[1])
                .max()
                .orElse(1);
        double most = top > 0 ? top * 1.05 : 1;
        StringBuilder svg = new StringBuilder(
                format("<svg viewBox='0 0 %.0f %.0f' role='img' aria-label='by popularity'>", width, height));
        double step = LineChart.step(most);
        for (double y = 0; y <= most; y += step) {
            double at = height - 44 - y / most * (height - 56);
            svg.append(format("<line class='grid' x1='56' x2='%.1f' y1='%.1f' y2='%.1f'/>", width - 8, at, at));
            svg.append(format(
                    "<text class='tick' text-anchor='end' x='50' y='%.1f'>%s</text>",
                    at + 4, LineChart.number(y, step)));
        }
        double group = (width - 64) / 10;
        double bar = group * 0.8 / series.size();
        for (int s = 0; s < series.size(); s++) {
            for (double[] point : series.get(s).points()) {
                double value = Double.isNaN(point[1]) ? 0 : point[1];
                double tall = value / most * (height - 56);
                svg.append(format(
                        "<rect class='bar %s' x='%.1f' y='%.1f' width='%.1f' height='%.1f'><title>%s: %.4f</title></rect>",
                        series.get(s).style(),
                        56 + point[0] * group + group * 0.1 + s * bar,
                        height - 44 - tall,
                        bar,
                        tall,
                        Html.escape(series.get(s).name()),
                        value));
            }
        }
        for (int d = 0; d < 10; d++) {
            svg.append(format(
                    "<text class='tick' text-anchor='middle' x='%.1f' y='%.1f'>%s</text>",
                    56 + (d + 0.5) * group, height - 26, d == 0 ? "top 10 %" : d * 10 + "–" + (d + 1) * 10 + " %"));
        }
        svg.append(format(
                "<text class='axis' text-anchor='middle' x='%.1f' y='%.1f'>tenth of the catalogue, the most popular first</text>",
                width / 2, height - 6));
        return svg.append("</svg>").toString();
    }

    /** An interval beside zero, all on one scale. */
    static String interval(double mean, double low, double high, double limit) {
        double width = 260;
        double scale = width / 2 / limit;
        double zero = width / 2;
        boolean unknown = Double.isNaN(low);
        String style = unknown || (low <= 0 && high >= 0) ? "even" : mean > 0 ? "ahead" : "behind";
        double from = zero + (unknown ? mean : low) * scale;
        double to = zero + (unknown ? mean : high) * scale;
        return format(
                "<svg class='interval' viewBox='0 0 %.0f 18'><line class='zero' x1='%.1f' x2='%.1f' y1='0' y2='18'/>"
                        + "<line class='range %s' x1='%.1f' x2='%.1f' y1='9' y2='9'/><circle class='mean %s' cx='%.1f' cy='9' r='4'/></svg>",
                width, zero, zero, style, from, to, style, zero + mean * scale);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
