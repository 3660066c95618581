package org.coexhub.platform.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Bytes of a body as they came, in pieces that grow with it: what a caller only announces takes no memory. */
final class BodyChunks {

    private static final int FIRST_BYTES = 16 * 1024;
    private static final int MOST_BYTES = 256 * 1024;

    private final List<byte[]> full = new ArrayList<>(1);
    private byte[] last = {};
    private int filled;
    private int received;

    /** Memory that the next read needs, or 0 where there is room. */
    int needed(long remaining) {
        if (filled < last.length) {
            return 0;
        }
        int piece = Math.clamp(received, FIRST_BYTES, MOST_BYTES);
        return (int) Math.min(piece, Math.max(1, remaining));
    }

    void grow(int bytes) {
        if (filled > 0) {
            full.add(last);
        }
        last = new byte[bytes];
        filled = 0;
    }

    /** @return how many bytes were read, negative at the end */
    int read(InputStream in) throws IOException {
        int count = in.read(last, filled, last.length - filled);
        if (count > 0) {
            filled += count;
            received += count;
        }
        return count;
    }

    int received() {
        return received;
    }

    byte[] joined() {
        if (full.isEmpty() && filled == last.length) {
            return last;
        }
        var all = new byte[received];
        int at = 0;
        for (byte[] piece : full) {
            System.arraycopy(piece, 0, all, at, piece.length);
            at += piece.length;
        }
        System.arraycopy(last, 0, all, at, filled);
        return all;
    }
}
