package io.millrace.evaluation;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Arrays whose length both sides know, to bytes and back. */
final class Doubles {

    private Doubles() {}

    static void write(double[] values, DataOutput out) throws IOException {
        for (double value : values) {
            out.writeDouble(value);
        }
    }

    static void read(double[] into, DataInput in) throws IOException {
        for (int k = 0; k < into.length; k++) {
            into[k] = in.readDouble();
        }
    }

    /** Reads a number that must be what this reader was made with. */
    static void expect(int expected, String what, DataInput in) throws IOException {
        int found = in.readInt();
        if (found != expected) {
            throw new IOException(what + " = " + found + ", expected " + expected);
        }
    }
}
