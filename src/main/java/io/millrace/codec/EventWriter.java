package io.millrace.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.event.Click;
import io.millrace.event.Dislike;
import io.millrace.event.Event;
import io.millrace.event.Impression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes events as the topics' JSON: what {@link EventCodec} reads. For replays, demos and tests. Not thread-safe. */
public final class EventWriter {

    private static final JsonFactory JSON = new JsonFactory();

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

    /** The value of the event's record. */
    public byte[] write(Event event) {
        bytes.reset();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("type", type(event));
            json.writeStringField("id", event.id().text());
            json.writeStringField("user", event.user().text());
            json.writeStringField("item", event.item().text());
            if (event instanceof Impression impression) {
                write(impression, json);
            } else if (event instanceof Click click) {
                write(click, json);
            } else if (event instanceof Dislike dislike) {
                json.writeNumberField("weight", dislike.weight());
            }
            json.writeNumberField("at", event.atMs());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private static String type(Event event) {
        if (event instanceof Impression) {
            return "impression";
        }
        return event instanceof Click ? "click" : "dislike";
    }

    private static void write(Impression impression, JsonGenerator json) throws IOException {
        if (impression.request() != null) {
            json.writeStringField("request", impression.request().text());
        }
        if (impression.position() >= 0) {
            json.writeNumberField("position", impression.position());
        }
        if (!Float.isNaN(impression.propensity())) {
            json.writeNumberField("propensity", impression.propensity());
        }
    }

    private static void write(Click click, JsonGenerator json) throws IOException {
        if (click.impression() != null) {
            json.writeStringField("impression", click.impression().text());
        }
        json.writeStringField("action", click.action());
        json.writeNumberField("weight", click.weight());
    }
}
