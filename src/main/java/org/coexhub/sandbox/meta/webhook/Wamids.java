package org.coexhub.sandbox.meta.webhook;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Message ids in Meta's form: {@code wamid.} and the base64 of a small record with the customer's address and 9 or 10 random
 * bytes in hex. Random over restarts, because the hub remembers ids far longer than a simulated Meta lives.
 */
public final class Wamids {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Wamids() {}

    public static String next(String address, boolean inbound) {
        byte[] serial = new byte[inbound ? 10 : 9];
        RANDOM.nextBytes(serial);
        String digits = address.replaceAll("[^0-9]", "");
        String shown = digits.substring(0, Math.min(digits.length(), 15));
        byte[] hex =
                HexFormat.of()
                        .formatHex(serial)
                        .toUpperCase(Locale.ROOT)
                        .getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0x1c);
        out.write(0x18);
        out.write(shown.length());
        out.writeBytes(shown.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(
                new byte[] {
                    0x15, 0x02, 0x00, (byte) (inbound ? 0x12 : 0x11), 0x18, (byte) hex.length
                });
        out.writeBytes(hex);
        out.write(0);
        return "wamid." + Base64.getEncoder().encodeToString(out.toByteArray());
    }
}
