package org.coexhub.platform.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An HMAC-SHA256 key, with which bytes are signed and signatures are compared in constant time. Safe for many threads. */
public final class Hmac {

    /** How far the time of a signed request may be off the hub's clock, either way. */
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private static final String ALGORITHM = "HmacSHA256";

    private final Mac initialised;

    public Hmac(byte[] secret) {
        try {
            initialised = Mac.getInstance(ALGORITHM);
            initialised.init(new SecretKeySpec(secret, ALGORITHM));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + ALGORITHM, e);
        }
    }

    /** @param secret of which the bytes in UTF-8 are the key */
    public static Hmac of(String secret) {
        return new Hmac(secret.getBytes(StandardCharsets.UTF_8));
    }

    /** Signs the parts as if they were one. A copy of the initialised MAC costs less than to make one anew. */
    public byte[] sign(byte[]... parts) {
        try {
            Mac mac = (Mac) initialised.clone();
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("this Java's " + ALGORITHM + " cannot be copied", e);
        }
    }

    /** Compares in constant time, so that timing tells nothing of what is expected. */
    public static boolean same(String expected, String given) {
        return given != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8),
                        given.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Whether the time a signed request says of itself is near enough, so that a request overheard once is of no use later.
     *
     * @param timestamp a whole number
     * @param unit of that number
     */
    public static boolean isRecent(String timestamp, Duration unit, Instant now) {
        try {
            Instant sent = Instant.EPOCH.plus(unit.multipliedBy(Long.parseLong(timestamp.strip())));
            return Duration.between(sent, now).abs().compareTo(TOLERANCE) <= 0;
        } catch (ArithmeticException | DateTimeException | NumberFormatException e) {
            return false;
        }
    }
}
