package io.millrace.codec;

import io.millrace.event.InvalidSetting;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the sender calls each field of an event; only top-level names can be given other names. */
final class FieldNames {

    /** The top-level fields of events, by their own names in lower case. */
    enum Field {
        TYPE,
        ID,
        USER,
        ITEM,
        ITEMS,
        REQUEST,
        POSITION,
        PROPENSITY,
        IMPRESSION,
        ACTION,
        WEIGHT,
        AT;

        private final String own = name().toLowerCase(Locale.ROOT);
    }

    private static final List<String> OWN_NAMES =
            Arrays.stream(Field.values()).map(field -> field.own).toList();

    private final EnumMap<Field, String> names = new EnumMap<>(Field.class);
    private final Map<String, Field> fields = new HashMap<>();
    private final Field[] all = Field.values();
    private final byte[][] utf8 = new byte[all.length][];

    /** @param renamed sender's names by own names, the setting {@code codec.fields} */
    FieldNames(Map<String, String> renamed) {
        InvalidSetting.Check check = new InvalidSetting.Check();
        renamed.forEach((own, name) ->
                check.require(OWN_NAMES.contains(own), "codec.fields." + own, name, "only names of " + OWN_NAMES));
        for (Field field : Field.values()) {
            add(field, renamed.getOrDefault(field.own, field.own), check);
        }
        check.done();
    }

    private void add(Field field, String name, InvalidSetting.Check check) {
        String key = "codec.fields." + field.own;
        check.require(!name.isBlank(), key, "\"" + name + "\"", "the name of a JSON field");
        Field other = fields.put(name, field);
        check.require(other == null, key, name, "another name than that of " + (other == null ? "" : other.own));
        names.put(field, name);
        utf8[field.ordinal()] = name.getBytes(StandardCharsets.UTF_8);
    }

    /** The field of this name; null when it is none that is read. */
    @Nullable
    Field field(String name) {
        return fields.get(name);
    }

    /** The same, of a name in UTF-8. */
    @Nullable
    Field field(byte[] bytes, int from, int to) {
        for (Field field : all) {
            byte[] name = utf8[field.ordinal()];
            if (Arrays.equals(bytes, from, to, name, 0, name.length)) {
                return field;
            }
        }
        return null;
    }

    /** The sender's name, for messages. */
    String name(Field field) {
        return names.getOrDefault(field, field.own);
    }
}
