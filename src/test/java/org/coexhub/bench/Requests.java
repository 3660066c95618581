package org.coexhub.bench;

import org.coexhub.testing.HubProcess;
import org.coexhub.testing.WebhookBody;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Complete HTTP requests, signed beforehand, each with messages nobody has sent before. */
final class Requests {

    private static final String NUMBER = "106540352242922";
    private static final long FIRST_SECOND = 1_760_000_000L;

    private final String run;
    private final int customers;
    private final Mac mac;
    private long message;

    /** @param run sets the wamids of this run apart from others */
    Requests(String run, int customers) {
        this.run = run;
        this.customers = customers;
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(
                    new SecretKeySpec(
                            HubProcess.APP_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks HmacSHA256", e);
        }
    }

    ByteBuffer[] make(int count, int messagesEach) {
        var requests = new ByteBuffer[count];
        for (int i = 0; i < count; i++) {
            requests[i] = request(body(messagesEach));
        }
        return requests;
    }

    private byte[] body(int messages) {
        var body = new WebhookBody();
        for (int i = 0; i < messages; i++) {
            long n = message++;
            body.message(
                    NUMBER,
                    "1555%07d".formatted(n % customers),
                    "wamid." + run + "." + n,
                    FIRST_SECOND + n / 1000,
                    "I would like to know when order "
                            + n
                            + " arrives, and whether I can still change the address.");
        }
        return body.bytes();
    }

    private ByteBuffer request(byte[] body) {
        byte[] head =
                """
                POST /webhooks/whatsapp HTTP/1.1\r
                Host: 127.0.0.1\r
                Content-Type: application/json\r
                X-Hub-Signature-256: sha256=%s\r
                Content-Length: %d\r
                \r
                """
                        .formatted(HexFormat.of().formatHex(mac.doFinal(body)), body.length)
                        .getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocateDirect(head.length + body.length)
                .put(head)
                .put(body)
                .flip()
                .asReadOnlyBuffer();
    }
}
