package io.millrace.attribution;

import io.millrace.event.Click;
import io.millrace.event.Impression;

/**
 * What became of impressions and clicks. The joiner's state and counts are already moved when a method is called; a
 * method must not call back into the joiner, except to read ({@link Joiner#eachOpen}, {@link Joiner#balance}).
 */
public interface Outcomes {

    /**
     * The click answers the impression: a positive. Called again for every further action on the same impression while
     * it is remembered.
     */
    void clicked(Impression impression, Click click);

    /** The window and the grace passed without an answer: an exposed negative. */
    void unclicked(Impression impression);

    /**
     * The click came after its impression was decided, or its event time is beyond the window.
     *
     * @param retracts true when {@link #unclicked} was called for the impression and has to be taken back; false when
     *     it was taken back before, or when the impression was still open, so that it never was called nor will be
     */
    void lateClicked(Impression impression, Click click, boolean retracts);

    /** No impression that the click could answer is known, nor came while it waited. */
    void orphan(Click click);
}
