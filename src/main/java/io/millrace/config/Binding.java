package io.millrace.config;

import io.millrace.event.InvalidSetting;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Fills a record from the keys of its section: component {@code maxTries} from {@code max-tries}, {@code windowMs} from
 * the duration {@code window}, {@code rocksdbBytes} from the size {@code rocksdb}. A component that is itself a record
 * only groups keys of the same section.
 */
final class Binding {

    private final Settings settings;

    Binding(Settings settings) {
        this.settings = settings;
    }

    /**
     * @param section its keys' common start, empty for keys at the top
     * @throws InvalidSetting when a value does not fit
     */
    <R extends Record> R fill(String section, Class<R> type) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            Class<?> component = components[i].getType();
            values[i] = component.isRecord()
                    ? fill(section, component.asSubclass(Record.class))
                    : value(section, components[i]);
        }
        return create(type, components, values);
    }

    private static <R extends Record> R create(Class<R> type, RecordComponent[] components, Object[] values) {
        try {
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<R> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type + " cannot be filled", e);
        }
    }

    private Object value(String section, RecordComponent component) {
        String key = key(section, component.getName());
        String unit = switch (settings.kind(key)) {
            case DURATION -> "Ms";
            case SIZE -> "Bytes";
            default -> "";
        };
        if (!component.getName().endsWith(unit)) {
            throw new IllegalArgumentException(component + " should end in " + unit);
        }
        return converted(key, settings.value(key), component.getType());
    }

    private static Object converted(String key, Object value, Class<?> type) {
        if (type == int.class) {
            return toInt(key, (Long) value);
        }
        if (type == float.class) {
            return ((Double) value).floatValue();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(element -> toInt(key, (Long) element)).toList();
        }
        return value;
    }

    private static int toInt(String key, long value) {
        InvalidSetting.require(
                value == (int) value,
                key,
                value,
                "a number between " + Integer.MIN_VALUE + " and " + Integer.MAX_VALUE);
        return (int) value;
    }

    /** {@code maxTries} is {@code max-tries}. */
    static String key(String section, String component) {
        String bare = component.replaceFirst("(Ms|Bytes)$", "");
        String dashed = bare.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        return section.isEmpty() ? dashed : section + "." + dashed;
    }
}
