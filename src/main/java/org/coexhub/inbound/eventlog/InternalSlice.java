package org.coexhub.inbound.eventlog;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Events of the hub's own making on their way through the journal: CloudEvents in an envelope the reader knows. */
public final class InternalSlice {

    private static final byte[] OPEN =
            "{\"object\":\"coexistence_hub\",\"events\":[".getBytes(StandardCharsets.UTF_8);
    private static final byte[] CLOSE = "]}".getBytes(StandardCharsets.UTF_8);

    private InternalSlice() {}

    public static byte[] of(List<byte[]> cloudEvents) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(OPEN);
        for (int i = 0; i < cloudEvents.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            out.writeBytes(cloudEvents.get(i));
        }
        out.writeBytes(CLOSE);
        return out.toByteArray();
    }
}
