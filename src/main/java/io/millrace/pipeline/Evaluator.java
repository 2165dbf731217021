package io.millrace.pipeline;

import io.millrace.event.Click;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Looks at a click before anything is learned from it. */
public interface Evaluator {

    /** @param user row of the user, {@code slot} of the clicked item */
    void evaluate(Pipeline pipeline, int user, int slot, Click click);

    void writeTo(DataOutput out) throws IOException;

    void readFrom(DataInput in) throws IOException;
}
