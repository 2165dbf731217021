package io.millrace.attribution;

/**
 * One chunk of a state that is written whole, see {@link ChunkedState}.
 *
 * @param neededUntilMs it may go when the stream time is greater; epoch milliseconds
 */
public record HeldChunk(byte[] bytes, long neededUntilMs) {}
