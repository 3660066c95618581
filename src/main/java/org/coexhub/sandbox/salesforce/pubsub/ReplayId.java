package org.coexhub.sandbox.salesforce.pubsub;

import com.google.protobuf.ByteString;

import java.nio.ByteBuffer;

/** A position on the bus as clients get it: ten bytes of which they are to understand nothing. */
final class ReplayId {
    private static final int LENGTH = 10;

    private ReplayId() {}

    static ByteString of(long position) {
        return ByteString.copyFrom(ByteBuffer.allocate(LENGTH).putLong(position).rewind());
    }

    /** The position, or -1 if these bytes were never given out. */
    static long position(ByteString id) {
        ByteBuffer bytes = id.asReadOnlyByteBuffer();
        return id.size() == LENGTH && id.byteAt(8) == 0 && id.byteAt(9) == 0 ? bytes.getLong() : -1;
    }
}
