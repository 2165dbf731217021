package io.millrace.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a search may set one key to: some values, or all between two. Values are texts, as {@code --set} takes them. Where
 * values have an order, each has a place in it, 0 to 1.
 */
abstract class Choices {

    final String key;
    final Kind kind;

    Choices(String key, Kind kind) {
        this.key = key;
        this.kind = kind;
    }

    /** @param u uniform in [0, 1) */
    abstract String draw(double u);

    /** Values one step away. */
    abstract List<String> beside(String value);

    /** How far two values are apart: 0 when they are the same, up to 1. */
    abstract double distance(String a, String b);

    /** Values whose checks say whether all are right. */
    abstract List<String> checked();

    boolean same(String a, String b) {
        return Objects.equals(kind.parse(a), kind.parse(b));
    }

    static double number(Kind kind, String text) {
        Object parsed = kind.parse(text);
        return parsed instanceof Number number ? number.doubleValue() : Double.NaN;
    }

    /** Values without an order: a step is to any other. */
    static final class Words extends Choices {

        private final List<String> values;

        Words(String key, Kind kind, List<String> values) {
            super(key, kind);
            this.values = values;
        }

        @Override
        String draw(double u) {
            return values.get((int) (u * values.size()));
        }

        @Override
        List<String> beside(String value) {
            return values.stream().filter(other -> !same(other, value)).toList();
        }

        @Override
        double distance(String a, String b) {
            return same(a, b) ? 0 : 1;
        }

        @Override
        List<String> checked() {
            return values;
        }
    }

    /** Some numbers, durations or sizes: a step is to the next smaller or larger. */
    static final class Numbers extends Choices {

        private final TreeMap<Double, String> values = new TreeMap<>();
        private final List<String> given;

        Numbers(String key, Kind kind, List<String> given) {
            super(key, kind);
            this.given = given;
            given.forEach(value -> values.put(number(kind, value), value));
        }

        @Override
        String draw(double u) {
            return List.copyOf(values.values()).get((int) (u * values.size()));
        }

        @Override
        List<String> beside(String value) {
            double at = number(kind, value);
            List<String> beside = new ArrayList<>();
            if (values.lowerKey(at) != null) {
                beside.add(values.lowerEntry(at).getValue());
            }
            if (values.higherKey(at) != null) {
                beside.add(values.higherEntry(at).getValue());
            }
            return beside;
        }

        @Override
        double distance(String a, String b) {
            return Math.abs(place(a) - place(b)) / Math.max(1, values.size() - 1);
        }

        /** By number of smaller ones; one that is not among them is between two. */
        private double place(String value) {
            double at = number(kind, value);
            return values.headMap(at).size() + (values.containsKey(at) ? 0 : -0.5);
        }

        @Override
        List<String> checked() {
            return given;
        }
    }

    /** Everything between two numbers, durations or sizes: a step is an eighth of the way. */
    static final class Range extends Choices {

        private static final double STEP = 0.125;

        private final String from;
        private final String to;
        private final boolean isLog;

        Range(String key, Kind kind, String from, String to, boolean isLog) {
            super(key, kind);
            this.from = from;
            this.to = to;
            this.isLog = isLog;
        }

        @Override
        String draw(double u) {
            return at(u);
        }

        @Override
        List<String> beside(String value) {
            double place = Math.max(0, Math.min(1, place(value)));
            return List.of(at(place - STEP), at(place + STEP)).stream()
                    .filter(other -> !same(other, value))
                    .distinct()
                    .toList();
        }

        @Override
        double distance(String a, String b) {
            return Math.abs(place(a) - place(b));
        }

        @Override
        List<String> checked() {
            return List.of(from, to);
        }

        private double place(String value) {
            double low = scaled(number(kind, from));
            return (scaled(number(kind, value)) - low) / (scaled(number(kind, to)) - low);
        }

        private String at(double place) {
            if (place <= 0) {
                return from;
            }
            if (place >= 1) {
                return to;
            }
            double low = scaled(number(kind, from));
            double scaled = low + place * (scaled(number(kind, to)) - low);
            return text(isLog ? StrictMath.exp(scaled) : scaled);
        }

        private double scaled(double number) {
            return isLog ? StrictMath.log(Math.max(number, Double.MIN_NORMAL)) : number;
        }

        /** Three digits of a number are enough to tell settings apart, and to read. */
        private String text(double number) {
            double low = number(kind, from);
            double high = number(kind, to);
            double inside = Math.max(low, Math.min(high, rounded(number)));
            return switch (kind) {
                case DURATION -> Math.round(inside) + "ms";
                case SIZE -> Math.round(inside) + "B";
                case INTEGER -> Long.toString(Math.round(Math.max(low, Math.min(high, number))));
                default -> Double.toString(inside);
            };
        }

        private static double rounded(double number) {
            return Double.parseDouble(String.format(Locale.ROOT, "%.2e", number));
        }
    }
}
