package io.millrace.source;

import io.millrace.event.Click;
import io.millrace.event.EntityId;
import io.millrace.event.Event;
import io.millrace.event.Hash;
import io.millrace.event.Impression;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A history from a file in the normal form: tab-separated, gzip or plain, sorted by time, one of two headers.
 *
 * <pre>
 *   ts_ms request_id user_id item_id position clicked click_ts_ms propensity      rows are impressions
 *   ts_ms user_id item_id value                                                   rows are clicks
 * </pre>
 *
 * <p>Every row of the first kind is an {@link Impression}, and where it was clicked a {@link Click} that follows it in
 * event time. Where the source has no click times, the delay is an assumption: exponential with a given mean, by hash of
 * the impression, so that it is the same in every reading. Every row of the second kind is a click without an
 * impression. Every row gets an id of its own, so repeats in the source stay what they are.
 *
 * <p>Reads one row ahead and holds only the clicks that are not due yet. Not thread-safe.
 */
public final class NormalForm implements Iterator<Event>, Closeable {

    /** What has to be assumed of a source. */
    public record Assumptions(long clickDelayMs, double minValue) {

        /** One second to a click, and every value counts. */
        public static final Assumptions DEFAULT = new Assumptions(1000, Double.NEGATIVE_INFINITY);

        /**
         * @param clickDelayMs mean time to a click whose time is not in the file, milliseconds; at least 0
         * @param minValue rows of the second kind with a lower value are passed over
         */
        public Assumptions {
            if (clickDelayMs < 0) {
                throw new IllegalArgumentException("click delay = " + clickDelayMs + " ms, expected at least 0");
            }
        }
    }

    static final String IMPRESSIONS = "ts_ms\trequest_id\tuser_id\titem_id\tposition\tclicked\tclick_ts_ms\tpropensity";
    static final String CLICKS = "ts_ms\tuser_id\titem_id\tvalue";

    /** Longer request ids, in characters, would make ids of impressions and clicks that are too long. */
    private static final int LONGEST_NAMED_REQUEST = 64;

    /** A row whose request is not known to have another until the row after it was read. */
    private record Shown(Impression impression, String request, boolean clicked, long clickMs) {}

    private final Rows file;
    private final DoubleSupplier share;
    private final boolean hasImpressions;
    private final Assumptions assumptions;
    private final PriorityQueue<Click> due = new PriorityQueue<>(Comparator.comparingLong(Click::atMs));

    private @Nullable Shown ahead;
    private String requestBefore = "";
    private @Nullable Event next;
    private long rows;
    private long impressions;
    private long clicks;
    private long passedOver;

    /** @throws MalformedRow when the header is neither of the two */
    public NormalForm(Path path, Assumptions assumptions) throws IOException {
        this(path, new FileBytes(path), assumptions);
    }

    private NormalForm(Path path, FileBytes bytes, Assumptions assumptions) throws IOException {
        this(new Rows(path, bytes.reader()), assumptions, bytes::share);
    }

    /** @param share how much of the source has been read, 0 to 1 */
    NormalForm(Rows rows, Assumptions assumptions, DoubleSupplier share) throws IOException {
        this.share = share;
        this.assumptions = assumptions;
        file = rows;
        hasImpressions = file.header().equals(IMPRESSIONS);
        if (!hasImpressions && !file.header().equals(CLICKS)) {
            file.close();
            throw file.malformed(
                    "header is '" + file.header() + "', expected '" + IMPRESSIONS + "' or '" + CLICKS + "'");
        }
        ahead = hasImpressions ? readShown() : null;
    }

    public NormalForm(Path path) throws IOException {
        this(path, Assumptions.DEFAULT);
    }

    /** True when rows are impressions, false when they are clicks without one. */
    public boolean hasImpressions() {
        return hasImpressions;
    }

    @Override
    public boolean hasNext() {
        if (next == null) {
            next = hasImpressions ? merged() : click();
        }
        return next != null;
    }

    @Override
    public Event next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("the file ended after " + rows + " rows");
        }
        Event event = next;
        next = null;
        if (event instanceof Click) {
            clicks++;
        } else {
            impressions++;
        }
        return event;
    }

    /** Rows read, without the header: impressions given out or one ahead, clicks, and those passed over. */
    public long rows() {
        return rows;
    }

    /** Impressions given out. */
    public long impressions() {
        return impressions;
    }

    /** Clicks given out. */
    public long clicks() {
        return clicks;
    }

    /** How much of the file has been read, 0 to 1; rows that are held back for order count as read. */
    public double share() {
        return share.getAsDouble();
    }

    /** Rows below the least value. */
    public long passedOver() {
        return passedOver;
    }

    /** The next row's impression or the next click, whichever is earlier; an impression where both are at once. */
    private @Nullable Event merged() {
        Shown row = ahead;
        Click click = due.peek();
        if (row == null || (click != null && click.atMs() < row.impression().atMs())) {
            return due.poll();
        }
        ahead = readShown();
        boolean alone = !row.request().equals(requestBefore)
                && (ahead == null || !row.request().equals(ahead.request()));
        requestBefore = row.request();
        Impression impression = alone ? withoutRequest(row.impression()) : row.impression();
        if (row.clicked()) {
            due.add(answer(impression, row.clickMs()));
        }
        return impression;
    }

    private @Nullable Shown readShown() {
        if (!file.next()) {
            return null;
        }
        rows++;
        String request = file.text(1);
        boolean names = !request.isEmpty() && request.length() <= LONGEST_NAMED_REQUEST;
        String id = names ? request + "/" + rows : "row-" + rows;
        Impression impression = new Impression(
                EntityId.of(id),
                request.isEmpty() ? null : file.id(1),
                file.id(2),
                file.id(3),
                file.isEmpty(4) ? -1 : (int) Math.min(Integer.MAX_VALUE, file.whole(4)),
                propensity(),
                file.whole(0));
        return new Shown(impression, request, clicked(), file.isEmpty(6) ? -1 : file.whole(6));
    }

    private boolean clicked() {
        long clicked = file.whole(5);
        if (clicked > 1) {
            throw file.wrong(5, "0 or 1");
        }
        return clicked == 1;
    }

    private float propensity() {
        if (file.isEmpty(7)) {
            return Float.NaN;
        }
        double propensity = file.number(7);
        if (!(propensity > 0 && propensity <= 1)) {
            throw file.wrong(7, "above 0 and at most 1, or empty");
        }
        return (float) propensity;
    }

    private static Impression withoutRequest(Impression i) {
        return i.request() == null
                ? i
                : new Impression(i.id(), null, i.user(), i.item(), i.position(), i.propensity(), i.atMs());
    }

    private Click answer(Impression impression, long clickMs) {
        long atMs = clickMs >= 0 ? clickMs : impression.atMs() + delayMs(impression.id());
        EntityId id = EntityId.of(impression.id().text() + "/click");
        return new Click(id, impression.id(), impression.user(), impression.item(), "click", 1f, atMs);
    }

    /** Exponential with the assumed mean; the hash stands in for chance. */
    private long delayMs(EntityId impression) {
        double uniform = (Hash.mix(impression.hash()) >>> 11) * 0x1p-53;
        return (long) (-assumptions.clickDelayMs() * StrictMath.log1p(-uniform));
    }

    private @Nullable Click click() {
        while (file.next()) {
            rows++;
            double value = file.isEmpty(3) ? 1 : file.number(3);
            if (value >= assumptions.minValue()) {
                EntityId id = EntityId.of("row-" + rows);
                return new Click(id, null, file.id(1), file.id(2), "click", 1f, file.whole(0));
            }
            passedOver++;
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
