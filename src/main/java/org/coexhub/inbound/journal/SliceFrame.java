package org.coexhub.inbound.journal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Several slices in one journal message body: each as a four-byte length followed by its bytes. */
public final class SliceFrame {

    private SliceFrame() {}

    static byte[] join(List<byte[]> slices) {
        int size = 0;
        for (byte[] slice : slices) {
            size += Integer.BYTES + slice.length;
        }
        var buffer = ByteBuffer.allocate(size);
        for (byte[] slice : slices) {
            buffer.putInt(slice.length).put(slice);
        }
        return buffer.array();
    }

    /** @throws IllegalArgumentException the bytes are not a frame, so a foreign program wrote to the journal's queue */
    public static List<byte[]> split(byte[] frame) {
        var slices = new ArrayList<byte[]>();
        var buffer = ByteBuffer.wrap(frame);
        while (buffer.hasRemaining()) {
            if (buffer.remaining() < Integer.BYTES) {
                throw new IllegalArgumentException("not a journal frame");
            }
            int length = buffer.getInt();
            if (length < 0 || length > buffer.remaining()) {
                throw new IllegalArgumentException("not a journal frame");
            }
            byte[] slice = new byte[length];
            buffer.get(slice);
            slices.add(slice);
        }
        return slices;
    }
}
